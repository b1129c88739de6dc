"""Change of size without weights."""

import tensorflow as tf


def upsample(x, factor=2):
    """Nearest neighbour: every pixel becomes factor x factor.   [N, H, W, C] -> [N, fH, fW, C]"""
    return tf.repeat(tf.repeat(x, factor, axis=1), factor, axis=2)


def max_pool(x, size=2):
    """Largest value of each size x size window.   [N, H, W, C] -> [N, ceil(H/s), ceil(W/s), C]"""
    return tf.nn.max_pool2d(x, ksize=size, strides=size, padding='SAME')
