"""Activations and dropout, element by element."""

import tensorflow as tf

from dcgan_tf.ops.noise import coins

relu = tf.nn.relu                  # max(x, 0)
tanh = tf.nn.tanh                  # (-1, 1)
sigmoid = tf.nn.sigmoid            # (0, 1)
leaky_relu = tf.nn.leaky_relu      # max(x, alpha x): Maas et al. 2013. It is one fused op: the
#                                    gradient of `tf.maximum` is far slower


def dropout(x, rate, *, seed, training):
    """Sets a part `rate` of x to zero and scales the rest by 1 / (1 - rate). Only in training.

    Srivastava et al. 2014, but the mask is a pure function of the seed.
    seed: int32 [2], e.g. [derived from the layer's name, step]. The same seed gives the same mask.
    """
    if not 0 <= rate < 1:
        raise ValueError(f'dropout: rate {rate}: expected a number in [0, 1)')
    if not training or rate == 0:
        return x
    keep = coins(tf.shape(x), seed) >= rate
    return tf.where(keep, x / (1 - rate), tf.zeros_like(x))
