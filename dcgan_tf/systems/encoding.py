"""All systems with an encoder E share this: how E is built and used, and its columns of log.csv.

    real -> E -> code -> G -> reconstructed
"""

from typing import NamedTuple

import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.networks.codes import to_support
from dcgan_tf.networks.network import Network


class Encoded(NamedTuple):
    """What becomes of the real images of a batch."""

    real: tf.Tensor              # [N, H, W, C]
    code: tf.Tensor              # [N, Z], E(real)
    reconstructed: tf.Tensor     # [N, H, W, C], G(E(real))


def encoder(system):
    """Returns E: images [N, H, W, C] -> codes [N, Z], where latents of the prior can be."""
    c = system.config

    def build(x, *, training):
        return to_support(system.architecture.encoder(x, None, training=training,
                                                      numbers=c.latent_dim), c.prior)
    return Network('Encoder', build)


class WithEncoder:
    """A base class, before System, for systems with a network E and an output `encoded`."""

    averaged = ('G', 'E')

    def encode(self, net, x, y, reference, use='encode'):
        with ops.box(use):
            return self.architecture.beside_reference(lambda x: self.code(net, x, y, use), x,
                                                      reference)

    def code(self, net, x, y, use):
        """Returns the codes of images x outside of a training step.   [N, H, W, C] -> [N, Z]

        Here for an E that takes no labels and returns nothing but codes.
        """
        return net.E(x, use=use, training=False)

    def scalars(self, out):
        """Returns the numbers of the other base class, then those of an encoder."""
        return {**super().scalars(out), **scalars(self, out.encoded)}


def scalars(system, encoded):
    """Returns the numbers that log.csv has of an encoder.

    reconstruction_error: the mean squared error of G(E(x)), for pixels in [0, 1]. code_mean: the
    mean over the Z numbers of a code of |mean over the batch|, best 0. code_deviation: the root of
    the mean variance of these numbers, best that of the prior.
    """
    width = system.architecture.value_range.width
    with tf.name_scope('codes'):
        mean, variance = ops.global_moments(*tf.nn.moments(encoded.code, [0]))
        error = (encoded.real - encoded.reconstructed) / width
        return {'reconstruction_error': tf.reduce_mean(tf.square(error)),
                'code_mean': tf.reduce_mean(tf.abs(mean)),
                'code_deviation': tf.sqrt(tf.reduce_mean(variance))}


def half_squared_distance(a, b):
    """|a - b|^2 / 2, the sum over all numbers of an image.   [N, ...], [N, ...] -> []"""
    return tf.reduce_mean(tf.reduce_sum(tf.square(ops.flatten(a - b)), axis=1)) / 2.0
