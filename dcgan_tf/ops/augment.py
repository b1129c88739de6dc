"""A change to real images after which they still look real, as a pure function of (seed, step)."""

import tensorflow as tf

from dcgan_tf.ops.noise import noise


def random_flip(x, seed, step):
    """Mirrors each image left-right with probability 1/2.   [N, H, W, C] -> [N, H, W, C]"""
    with tf.name_scope('flip'):
        coins = noise('uniform', tf.shape(x)[:1], seed, step) > 0.0                       # [N]
        return tf.where(coins[:, None, None, None], tf.reverse(x, axis=[2]), x)
