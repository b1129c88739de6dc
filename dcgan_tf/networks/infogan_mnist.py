"""The networks of Chen et al. 2016, arXiv 1606.03657, appendix C.1, for MNIST."""

import functools

import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.config import FAMILIES
from dcgan_tf.networks.architecture import halvings
from dcgan_tf.networks.conditioning import concat_latent
from dcgan_tf.networks.dcgan import Chain
from dcgan_tf.networks.value_range import ValueRange

UNITS = 1024                     # of the fully connected layer of each network
conv2d_transpose = functools.partial(ops.conv2d_transpose, kernel=4)


class InfoGANMNIST(Chain):
    """4x4 kernels, a layer of 1024 units in each network, sigmoid output.

    D's leaky ReLU has the slope 0.1 of the paper; the authors' program has 0.01.
    """

    family = FAMILIES['infogan_mnist']
    value_range = ValueRange(0.0, 1.0)
    kernel, slope = 4, 0.1

    def generator(self, z, y, *, training):
        """Builds G: two linear layers, then two transposed convolutions: H/4 -> H/2 -> H."""
        m0, m1, m2 = self.g_maps
        full, half, quarter = halvings(self.size, 2)
        z = concat_latent(z, y, self.classes)
        with tf.name_scope('g0_linear'):
            h = ops.relu(self._linear(z, 'g0_linear', self.norms.of_g, 'g0_norm', training))
        with tf.name_scope('g1_linear'):
            h = ops.linear_maps(h, 'g1_linear', m0, quarter, use_bias=self.norms.bias_before)
            h = ops.relu(self.norms.of_g(h, 'g1_norm', training))
        with tf.name_scope('g2_deconv'):
            h = conv2d_transpose(h, 'g2_deconv', m1, half, use_bias=self.norms.bias_before)
            h = ops.relu(self.norms.of_g(h, 'g2_norm', training))
        with tf.name_scope('g3_deconv'):
            return ops.sigmoid(conv2d_transpose(h, 'g3_deconv', m2, full))

    def after_maps(self, h, *, training):
        """Builds 1024 units."""
        with tf.name_scope('d3_linear'):
            h = self._linear(h, 'd3_linear', self.norms.of_d, 'd3_norm', training)
            return ops.leaky_relu(h, self.slope)

    def head(self, h, logits):
        return ops.linear(h, 'd4_linear', logits)

    def _linear(self, h, scope, norm, norm_scope, training):
        return norm(ops.linear(h, scope, UNITS, use_bias=self.norms.bias_before), norm_scope,
                    training)
