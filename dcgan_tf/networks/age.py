"""The networks of Ulyanov et al. 2018, arXiv 1704.02304, from the authors' program: 4x4 kernels.

G begins with a transposed convolution of one pixel, which is a linear layer. The scales of batch
norm start at 1; in the program they are drawn from N(1, 0.02).
"""

import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.config import FAMILIES
from dcgan_tf.networks.architecture import halvings
from dcgan_tf.networks.conditioning import concat_latent
from dcgan_tf.networks.dcgan import Chain


class AGE64(Chain):
    """For 64x64. E ends with a convolution of all 4x4 pixels, which is a linear layer."""

    family = FAMILIES['age64']
    init = staticmethod(ops.normal(0.02))
    kernel = g_kernel = 4


class AGE32(AGE64):
    """For 32x32. G's last layer keeps the size, and E ends with a mean over the last maps."""

    family = FAMILIES['age32']

    def generator(self, z, y, *, training):
        """Builds G up to the full size, each layer with batch norm and ReLU, then a 1x1 layer."""
        first, *others, channels = self.g_maps
        *sizes, start = halvings(self.size, len(others))
        use_bias, last = self.norms.bias_before, f'g{len(others) + 1}_conv'
        z = concat_latent(z, y, self.classes)
        with tf.name_scope('g0_linear'):
            h = ops.linear_maps(z, 'g0_linear', first, start, init=self.init, use_bias=use_bias)
            h = ops.relu(self.norms.of_g(h, 'g0_norm', training))
        for i, (size, maps) in enumerate(zip(reversed(sizes), others, strict=True), 1):
            with tf.name_scope(f'g{i}_deconv'):
                h = ops.conv2d_transpose(h, f'g{i}_deconv', maps, size, kernel=self.g_kernel,
                                         init=self.init, use_bias=use_bias)
                h = ops.relu(self.norms.of_g(h, f'g{i}_norm', training))
        with tf.name_scope(last):
            return self.output(ops.conv2d(h, last, channels, kernel=1, stride=1, init=self.init))

    def head(self, h, logits):
        scope = f'd{len(self.d_maps)}_conv'
        with tf.name_scope(scope):
            h = ops.conv2d(h, scope, logits, kernel=self.kernel, init=self.init)
            return tf.reduce_mean(h, axis=[1, 2])
