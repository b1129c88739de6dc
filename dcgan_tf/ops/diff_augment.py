"""Differentiable augmentation of what D sees: Zhao et al. 2020, arXiv 2006.10738.

Each takes x [N, H, W, C] in (-1, 1) and random(shape, rows) -> draws in (-1, 1), where the images
lie along the axis `rows`, and gives the same shape; every image has draws of its own. Gradients
pass to G through all of them.
"""

import tensorflow as tf

from dcgan_tf import seeds
from dcgan_tf.ops.noise import noise


def diff_augment(x, kinds, seed, step):
    """`kinds`: names of AUGMENTS with commas between, applied in this order.

    A pure function of (seed, step).
    """
    with tf.name_scope('diff_augment'):
        for kind in filter(None, kinds.split(',')):
            for augment in AUGMENTS[kind]:
                own = seeds.derive(seed, augment.__name__)
                x = augment(x, lambda shape, own=own, rows=0: noise(
                    'uniform', shape, own, step, rows=rows))
        return x


def brightness(x, random):
    """Up to 0.5, a quarter of the range, lighter or darker: one shift an image."""
    return x + random([tf.shape(x)[0], 1, 1, 1]) / 2.0


def saturation(x, random):
    """Each pixel's colours 0 to 2 times as far from their mean; grey images stay."""
    mean = tf.reduce_mean(x, axis=3, keepdims=True)
    return mean + (x - mean) * (random([tf.shape(x)[0], 1, 1, 1]) + 1.0)


def contrast(x, random):
    """Each pixel 0.5 to 1.5 times as far from the image's mean."""
    mean = tf.reduce_mean(x, axis=[1, 2, 3], keepdims=True)
    return mean + (x - mean) * (random([tf.shape(x)[0], 1, 1, 1]) / 2.0 + 1.0)


def translation(x, random):
    """Moved by whole pixels, up to an eighth of each side; zeros come in."""
    moves = random([2, tf.shape(x)[0]], rows=1)                                      # [2, N]
    for axis, move in zip((1, 2), tf.unstack(moves), strict=True):
        n = x.shape[axis]
        most = (n + 4) // 8                                                       # rounded
        steps = tf.minimum(tf.floor((move + 1.0) / 2.0 * (2 * most + 1)), 2.0 * most) - most
        places = tf.cast(steps, tf.int32)[:, None] + tf.range(n)                        # [N, n]
        inside = (places >= 0) & (places < n)
        x = tf.gather(x, tf.clip_by_value(places, 0, n - 1), axis=axis, batch_dims=1)
        x *= _along(tf.cast(inside, x.dtype), axis)
    return x


def cutout(x, random):
    """A rectangle of half of each side becomes zeros, its centre anywhere."""
    centres, hole = (random([2, tf.shape(x)[0]], rows=1) + 1.0) / 2.0, 1.0
    for axis, centre in zip((1, 2), tf.unstack(centres), strict=True):
        n = x.shape[axis]
        away = tf.abs(tf.range(n, dtype=x.dtype) + 0.5 - centre[:, None] * n)           # [N, n]
        hole *= _along(tf.cast(away < n / 4, x.dtype), axis)
    return x * (1.0 - hole)


def _along(values, axis):
    """[N, n] -> [N, n, 1, 1] or [N, 1, n, 1]"""
    return values[:, :, None, None] if axis == 1 else values[:, None, :, None]


AUGMENTS = {
    'color':       (brightness, saturation, contrast),
    'translation': (translation,),
    'cutout':      (cutout,),
}
