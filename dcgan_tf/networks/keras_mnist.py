"""The DCGAN of a widely read Keras tutorial on MNIST, layer by layer in plain ops."""

import functools

import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.config import FAMILIES
from dcgan_tf.networks.architecture import halvings
from dcgan_tf.networks.conditioning import concat_latent
from dcgan_tf.networks.dcgan import Chain
from dcgan_tf.networks.norms import Norms

conv2d_transpose = functools.partial(ops.conv2d_transpose, kernel=3, init=ops.glorot_uniform)


class KerasMNIST(Chain):
    """3x3 kernels, leaky ReLU 0.01, Glorot's weights, Keras's batch norm, tanh output."""

    family = FAMILIES['keras_mnist']
    init = staticmethod(ops.glorot_uniform)
    kernel, slope = 3, 0.01
    norms = Norms(batch_norm=functools.partial(ops.batch_norm, momentum=0.99, epsilon=1e-3))

    def generator(self, z, y, *, training):
        """Builds G: linear, then three transposed convolutions: H/4 -> H/2 -> H/2 -> H."""
        m0, m1, m2, m3 = self.g_maps
        full, half, quarter = halvings(self.size, 2)
        z = concat_latent(z, y, self.classes)
        h = ops.linear_maps(z, 'g0_linear', m0, quarter, init=ops.glorot_uniform)
        with tf.name_scope('g1_deconv'):
            h = conv2d_transpose(h, 'g1_deconv', m1, half)
            h = ops.leaky_relu(self.norms.of_g(h, 'g1_norm', training), self.slope)
        with tf.name_scope('g2_deconv'):
            h = conv2d_transpose(h, 'g2_deconv', m2, half, stride=1)
            h = ops.leaky_relu(self.norms.of_g(h, 'g2_norm', training), self.slope)
        with tf.name_scope('g3_deconv'):
            return ops.tanh(conv2d_transpose(h, 'g3_deconv', m3, full))
