"""The DCGAN of a widely read Keras tutorial on MNIST, layer by layer in plain ops."""

import functools

import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.networks.architecture import Architecture, halvings
from dcgan_tf.networks.conditioning import concat_image, concat_latent
from dcgan_tf.networks.norms import Norms

conv2d = functools.partial(ops.conv2d, kernel=3, init=ops.glorot_uniform)
conv2d_transpose = functools.partial(ops.conv2d_transpose, kernel=3, init=ops.glorot_uniform)
leaky_relu = functools.partial(ops.leaky_relu, alpha=0.01)


class KerasMNIST(Architecture):
    """3x3 kernels, leaky ReLU 0.01, Glorot's weights, Keras's batch norm, tanh output."""

    norms = Norms(batch_norm=functools.partial(ops.batch_norm, momentum=0.99, epsilon=1e-3))

    def generator(self, z, y, *, training):
        """Builds G: linear, then three transposed convolutions: H/4 -> H/2 -> H/2 -> H."""
        m0, m1, m2, m3 = self.g_maps
        full, half, quarter = halvings(self.size, 2)
        z = concat_latent(z, y, self.classes)
        h = ops.linear_maps(z, 'g0_linear', m0, quarter, init=ops.glorot_uniform)
        with tf.name_scope('g1_deconv'):
            h = conv2d_transpose(h, 'g1_deconv', m1, half)
            h = leaky_relu(self.norms.of_g(h, 'g1_norm', training))
        with tf.name_scope('g2_deconv'):
            h = conv2d_transpose(h, 'g2_deconv', m2, half, stride=1)
            h = leaky_relu(self.norms.of_g(h, 'g2_norm', training))
        with tf.name_scope('g3_deconv'):
            return ops.tanh(conv2d_transpose(h, 'g3_deconv', m3, full))

    def feature_maps(self, x, y, *, training):
        """Builds three convolutions. The first has no batch norm."""
        h, activations = concat_image(x, y, self.classes), []
        for i, maps in enumerate(self.d_maps[1:], 1):
            with tf.name_scope(f'd{i}_conv'):
                h = conv2d(h, f'd{i}_conv', maps)
                h = leaky_relu(self.norms.of_d(h, f'd{i}_norm', training) if i > 1 else h)
            activations.append(h)
        return activations

    def head(self, h, logits):
        return ops.linear(h, 'd4_linear', logits, init=ops.glorot_uniform)
