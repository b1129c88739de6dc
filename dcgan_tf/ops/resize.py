"""Changes of size without weights."""

import itertools

import tensorflow as tf


def upsample(x, factor=2):
    """Turns each pixel into factor x factor equal ones.   [N, H, W, C] -> [N, f H, f W, C]"""
    _, height, width, maps = x.shape
    x = tf.repeat(tf.repeat(x, factor, axis=1), factor, axis=2)
    return tf.reshape(x, [-1, factor * height, factor * width, maps])     # repeat hides its sizes


def enlarge(x, size):
    """Doubles the sides of images bilinearly, and cuts them to `size`, which may be odd.

    [N, H, W, C] -> [N, *size, C], size = (2 H or 2 H - 1, 2 W or 2 W - 1)
    """
    (height, width), doubled = size, [2 * n for n in x.shape[1:3]]
    x = tf.image.resize(x, doubled, 'bilinear')
    return x if [*size] == doubled else x[:, :height, :width]


def max_pool(x, size=2):
    """Returns the maximum of each s x s window.   [N, H, W, C] -> [N, ceil(H/s), ceil(W/s), C]"""
    return tf.nn.max_pool2d(x, ksize=size, strides=size, padding='SAME')


def max_pool_grid(x, cells):
    """Returns the maximum of each cell of a grid.

    A side with fewer pixels than cells stays as it is. Cell i of n covers the rows i H // n to (i +
    1) H // n - 1. Each pixel belongs to one cell.
    [N, H, W, C] -> [N, min(H, cells), min(W, cells), C]
    """
    for axis in (1, 2):
        side = x.shape[axis]
        edges = [i * side // min(side, cells) for i in range(min(side, cells) + 1)]
        parts = tf.split(x, [b - a for a, b in itertools.pairwise(edges)], axis)
        x = tf.concat([tf.reduce_max(part, axis, keepdims=True) for part in parts], axis)
    return x
