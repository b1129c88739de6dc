"""How labels enter the generator and the discriminator. A network without labels gets y = None.

A label y is int32 [N] in [0, K), or float [N, K]: a weight for each of K classes, which a film
between two classes needs. The networks' one-hot vectors are made here.
"""

import numpy as np
import tensorflow as tf

from dcgan_tf.errors import UsageError


def concat_latent(z, y, classes):
    """z and the one-hot label side by side; z alone where y is None.   [N, Z] -> [N, Z + K]

    Mirza and Osindero 2014, arXiv 1411.1784, eq. 2: G(z | y).
    """
    if y is None:
        return z
    with tf.name_scope('label'):
        return tf.concat([z, one_hot(y, classes)], axis=1)


def concat_image(x, y, classes):
    """A map for each class after the channels, one of them ones.   [N, H, W, C] -> [.., C + K]

    The image alone where y is None.

    Ibid., D(x | y), with the label spread over the image as a convolution wants it.
    """
    if y is None:
        return x
    with tf.name_scope('label'):
        weights = one_hot(y, classes)[:, None, None, :]                         # [N, 1, 1, K]
        maps = weights * tf.ones([1, x.shape[1], x.shape[2], 1], x.dtype)        # [N, H, W, K]
        return tf.concat([x, maps], axis=-1)


def one_hot(y, classes):
    """int32 [N] -> float32 [N, K]; weights [N, K] stay as they are."""
    return y if y.dtype.is_floating else tf.one_hot(y, classes)


def undecided(n, classes):
    """The label that tells nothing: 1/K for each class.   -> float32 [N, K]"""
    return tf.fill([n, classes], 1.0 / classes)


def class_weights(y, n: int, classes: int) -> np.ndarray:
    """The same for NumPy, with a check.   int [N] or float [N, K] -> float32 [N, K]

    UsageError unless there is a label in [0, K), or a row of K finite weights, for each of n.
    """
    y = np.asarray(y)
    if y.shape == (n,) and np.issubdtype(y.dtype, np.integer):
        if n and not 0 <= y.min() <= y.max() < classes:
            raise UsageError(f'labels from {y.min()} to {y.max()}: expected 0 to {classes - 1}')
        return np.eye(classes, dtype=np.float32)[y]
    if y.shape == (n, classes) and np.issubdtype(y.dtype, np.floating) and np.isfinite(y).all():
        return y.astype(np.float32)
    raise UsageError(f'labels {y.dtype} {y.shape}: expected [{n}] whole numbers from 0 to '
                     f'{classes - 1}, or finite weights [{n}, {classes}]')
