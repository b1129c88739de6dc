"""The GAN for a folder of pictures: G adds pictures of all sizes, and D has no norm.

    L feature maps, from the image inwards m1 ... mL; s = ceil(size / 2^L)
    G: latent -> s x s x mL -> L times: double the size, convolve, to m(L-1) ... m1 and 16 maps
       from each of these maps a picture, which is added to the one before it, enlarged -> tanh
    D: image -> convolutions of stride 2 to m1 ... mL -> flatten -> linear
"""

import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.config import FAMILIES
from dcgan_tf.networks.architecture import halvings
from dcgan_tf.networks.conditioning import concat_latent
from dcgan_tf.networks.dcgan import Chain

MAPS_OF_FULL_SIZE = 16       # of G's last layer, which is the most expensive one
# Adam moves each weight by up to the learning rate. Behind batch norm that is a turn, so high rates
# are good. Pictures and logits would jump, so their weights are ten times larger than they act.
GAIN = 0.1


class Skip(Chain):
    """Nearest neighbours and 3x3 kernels in G; 4x4 kernels and He's weights in D.

    G's pictures of all sizes are the "output skips" of Karras et al. 2020, arXiv 1912.04958,
    section 4.1. How these networks were found: docs/experiments.md.
    """

    family = FAMILIES['skip']
    init = staticmethod(ops.he_normal())     # of D. Batch norm hides the length of G's weights
    kernel = 4

    def generator(self, z, y, *, training):
        """Builds G: linear, then one convolution and one picture for each size."""
        *sizes, start = halvings(self.size, len(self.g_maps) - 1)
        z = concat_latent(z, y, self.classes)
        with tf.name_scope('g0_linear'):
            h = ops.linear_maps(z, 'g0_linear', self.g_maps[0], start, use_bias=False)
            h = ops.relu(self.norms.of_g(h, 'g0_norm', training))
        picture = self._picture(h, 0)
        for i, (size, maps) in enumerate(zip(reversed(sizes), self._maps(), strict=True), 1):
            with tf.name_scope(f'g{i}_conv'):
                h = ops.doubling_conv2d(h, f'g{i}_conv', maps, size, use_bias=False)
                h = ops.relu(self.norms.of_g(h, f'g{i}_norm', training))
            picture = self._picture(h, i, smaller=picture)
        return ops.tanh(picture)

    def _maps(self):
        """Returns the numbers of maps that G's convolutions make."""
        return (*self.g_maps[1:-1], MAPS_OF_FULL_SIZE)

    def _picture(self, h, i, smaller=None):
        """Makes the picture of one size, and adds the smaller one, if there is one.

        h [N, H, W, maps], smaller [N, H', W', C] -> [N, H, W, C], before tanh
        """
        kernel = 3 if i == len(self.g_maps) - 1 else 1
        with tf.name_scope(f'g{i}_picture'):
            picture = GAIN * ops.conv2d(h, f'g{i}_picture', self.g_maps[-1], kernel=kernel,
                                        stride=1, init=ops.truncated_normal(0.02 / GAIN))
            if smaller is not None:
                picture += ops.enlarge(smaller, h.shape[1:3])
            return picture

    def head(self, h, logits):
        return GAIN * ops.linear(h, f'd{len(self.d_maps)}_linear', logits,
                                 init=ops.he_normal(1.0 / GAIN))
