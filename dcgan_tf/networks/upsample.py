"""The GAN whose G upsamples and whose D pools, with tanh throughout."""

import functools

import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.config import FAMILIES
from dcgan_tf.networks.architecture import Architecture, halvings
from dcgan_tf.networks.conditioning import concat_image, concat_latent
from dcgan_tf.networks.norms import Norms

conv2d = functools.partial(ops.conv2d, kernel=5, stride=1, init=ops.glorot_uniform)
linear = functools.partial(ops.linear, init=ops.glorot_uniform)


class Upsample(Architecture):
    """Upsample x2 and 5x5 convolution in G; 5x5 convolution and max pool 2 in D."""

    family = FAMILIES['upsample']
    norms = Norms(batch_norm=functools.partial(ops.batch_norm, momentum=0.99, epsilon=1e-3))

    def generator(self, z, y, *, training):
        """Builds G: linear, then twice upsampling and convolution: H/4 -> H/2 -> H."""
        m0, m1, m2 = self.g_maps
        full, half, quarter = halvings(self.size, 2)
        z = concat_latent(z, y, self.classes)
        with tf.name_scope('g0_linear'):
            h = ops.tanh(ops.linear_maps(z, 'g0_linear', m0, quarter, init=ops.glorot_uniform))
            h = self.norms.of_g(h, 'g0_norm', training)
        with tf.name_scope('g1_conv'):
            h = ops.tanh(conv2d(_double(h, half), 'g1_conv', m1))
        with tf.name_scope('g2_conv'):
            return ops.tanh(conv2d(_double(h, full), 'g2_conv', m2))

    def feature_maps(self, x, y, *, training):
        """Builds two convolutions with tanh, and max pooling between them."""
        _, m1, m2 = self.d_maps
        x = concat_image(x, y, self.classes)
        with tf.name_scope('d1_conv'):
            h1 = ops.tanh(self.norms.of_d(conv2d(x, 'd1_conv', m1), 'd1_norm', training))
        with tf.name_scope('d2_conv'):
            h2 = conv2d(ops.max_pool(h1), 'd2_conv', m2)
            return [h1, ops.tanh(self.norms.of_d(h2, 'd2_norm', training))]

    def after_maps(self, h, *, training):
        """Pools the feature maps once more, then builds 1024 units."""
        with tf.name_scope('d3_linear'):
            return ops.relu(linear(ops.max_pool(h), 'd3_linear', 1024))

    def head(self, h, logits):
        return linear(h, 'd4_linear', logits)


def _double(h, size):
    """Upsamples by 2 and cuts to `size`, which may be odd."""
    height, width = size
    return ops.upsample(h, 2)[:, :height, :width]
