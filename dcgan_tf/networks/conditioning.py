"""How labels enter the generator and the discriminator. A network without labels gets y = None.

A label y is int32 [N] in [0, K), or float [N, K]: a weight for each of K classes. A film that moves
from one class to another needs such weights. The one-hot vectors of the networks are made here.
"""

import tensorflow as tf


def concat_latent(z, y, classes):
    """Appends the one-hot label to z. Returns z alone if y is None.   [N, Z] -> [N, Z + K]

    Mirza and Osindero 2014, arXiv 1411.1784, eq. 2: G(z | y).
    """
    if y is None:
        return z
    with tf.name_scope('label'):
        return tf.concat([z, one_hot(y, classes)], axis=1)


def concat_image(x, y, classes):
    """Appends a map for each class after the channels.   [N, H, W, C] -> [N, H, W, C + K]

    The map of the image's class is all ones, the others are all zeros. Returns the image alone if y
    is None.
    Mirza and Osindero 2014, arXiv 1411.1784, eq. 2: D(x | y). The label is spread over the image,
    because the next layer is a convolution.
    """
    if y is None:
        return x
    with tf.name_scope('label_maps'):
        weights = one_hot(y, classes)[:, None, None, :]                         # [N, 1, 1, K]
        maps = weights * tf.ones([1, x.shape[1], x.shape[2], 1], x.dtype)        # [N, H, W, K]
        return tf.concat([x, maps], axis=-1)


def one_hot(y, classes):
    """Converts int32 [N] -> float32 [N, K]. Weights [N, K] stay as they are."""
    return y if y.dtype.is_floating else tf.one_hot(y, classes)


def one_hots(labels, sizes):
    """Joins the one-hot vectors of several labels.   int32 [N] each -> float32 [N, sum of sizes]"""
    parts = [tf.one_hot(y, size) for y, size in zip(labels, sizes, strict=True)]
    return tf.concat(parts, axis=1) if len(parts) > 1 else parts[0]


def uniform_label(u, size):
    """Makes labels of equal probability from uniform numbers u in (-1, 1).   [N] -> int32 [N]"""
    drawn = tf.cast(tf.floor((u + 1.0) / 2.0 * size), tf.int32)
    return tf.clip_by_value(drawn, 0, size - 1)
