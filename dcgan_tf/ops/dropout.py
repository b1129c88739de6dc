"""Dropout (Srivastava et al. 2014) whose mask is a pure function of its seed."""

import tensorflow as tf

from dcgan_tf.ops.noise import coins


def dropout(x, rate, *, seed, training):
    """Sets a part `rate` of x to zero and scales the rest by 1 / (1 - rate). Only in training.

    seed: int32 [2], e.g. [derived from the layer's name, step]. The same seed gives the same mask.
    """
    if not 0 <= rate < 1:
        raise ValueError(f'dropout: rate {rate}: expected a number in [0, 1)')
    if not training or rate == 0:
        return x
    keep = coins(tf.shape(x), seed) >= rate
    return tf.where(keep, x / (1 - rate), tf.zeros_like(x))
