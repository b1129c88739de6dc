"""How labels enter the generator and the discriminator. A network without labels gets y = None.

A label y is int32 [N] in [0, K), or float [N, K]: a weight for each of K classes. A film that moves
from one class to another needs such weights. The one-hot vectors of the networks are made here.
"""

import numpy as np
import tensorflow as tf

from dcgan_tf.errors import UsageError


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


def class_weights(y, n: int, classes: int) -> np.ndarray:
    """Checks labels and converts them with NumPy.   int [N] or float [N, K] -> float32 [N, K]

    UsageError unless each of the n images has a label in [0, K), or a row of K finite weights.
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
