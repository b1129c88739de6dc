"""Augmentation, as a pure function of (seed, step): of real images, and of all that D sees.

The second is differentiable: Zhao et al. 2020, arXiv 2006.10738. Each of its functions takes x
[N, H, W, C] in (-1, 1) and `random`, and returns images of the same shape. random(shape, rows) ->
numbers in (-1, 1); `rows` is the axis of the images. Every image has random numbers of its own.
Gradients pass to G through all of the functions.
"""

import tensorflow as tf

from dcgan_tf import seeds
from dcgan_tf.ops.noise import noise


def random_flip(x, seed, step):
    """Mirrors each image left-right with probability 1/2.   [N, H, W, C] -> [N, H, W, C]"""
    with tf.name_scope('flip'):
        coins = noise('uniform', tf.shape(x)[:1], seed, step) > 0.0                       # [N]
        return tf.where(coins[:, None, None, None], tf.reverse(x, axis=[2]), x)


def diff_augment(x, names, seed, step):
    """Applies augmentations, as a pure function of (seed, step).

    names: names of AUGMENTS, separated by commas, in the order in which they are applied.
    """
    with tf.name_scope('diff_augment'):
        for name in filter(None, names.split(',')):
            for augment in AUGMENTS[name]:
                own_seed = seeds.derive(seed, augment.__name__)
                x = augment(x, lambda shape, own_seed=own_seed, rows=0: noise(
                    'uniform', shape, own_seed, step, rows=rows))
        return x


def brightness(x, random):
    """Makes each image lighter or darker by up to 0.5, a quarter of the range."""
    return x + random([tf.shape(x)[0], 1, 1, 1]) / 2.0


def saturation(x, random):
    """Multiplies the distance of each colour from the mean of its pixel by 0 to 2."""
    mean = tf.reduce_mean(x, axis=3, keepdims=True)
    return mean + (x - mean) * (random([tf.shape(x)[0], 1, 1, 1]) + 1.0)


def contrast(x, random):
    """Multiplies the distance of each pixel from the image's mean by 0.5 to 1.5."""
    mean = tf.reduce_mean(x, axis=[1, 2, 3], keepdims=True)
    return mean + (x - mean) * (random([tf.shape(x)[0], 1, 1, 1]) / 2.0 + 1.0)


def translation(x, random):
    """Moves each image by whole pixels, by up to an eighth of each side. Zeros fill the gap."""
    shifts = random([2, tf.shape(x)[0]], rows=1)                                     # [2, N]
    for axis, shift in zip((1, 2), tf.unstack(shifts), strict=True):
        n = x.shape[axis]
        limit = (n + 4) // 8                                                      # rounded
        steps = tf.minimum(tf.floor((shift + 1.0) / 2.0 * (2 * limit + 1)), 2.0 * limit) - limit
        sources = tf.cast(steps, tf.int32)[:, None] + tf.range(n)                       # [N, n]
        inside = (sources >= 0) & (sources < n)
        x = tf.gather(x, tf.clip_by_value(sources, 0, n - 1), axis=axis, batch_dims=1)
        x *= _along(tf.cast(inside, x.dtype), axis)
    return x


def cutout(x, random):
    """Sets a rectangle of half of each side to zero. Its centre may be anywhere."""
    centres, hole = (random([2, tf.shape(x)[0]], rows=1) + 1.0) / 2.0, 1.0
    for axis, centre in zip((1, 2), tf.unstack(centres), strict=True):
        n = x.shape[axis]
        distance = tf.abs(tf.range(n, dtype=x.dtype) + 0.5 - centre[:, None] * n)       # [N, n]
        hole *= _along(tf.cast(distance < n / 4, x.dtype), axis)
    return x * (1.0 - hole)


def _along(values, axis):
    """Reshapes [N, n] -> [N, n, 1, 1] for axis 1, or [N, 1, n, 1] for axis 2."""
    return values[:, :, None, None] if axis == 1 else values[:, None, :, None]


AUGMENTS = {
    'color':       (brightness, saturation, contrast),
    'translation': (translation,),
    'cutout':      (cutout,),
}
