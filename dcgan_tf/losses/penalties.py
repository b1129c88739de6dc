"""Penalties: some of D's gradient, added to D's loss, and one of missed modes, added to G's loss.

D is a callable, x [N, H, W, C] -> its score [N]. |.| is the norm over all pixels of an image. E is
the mean over the batch. random(shape, *name) draws numbers that are uniform in (0, 1); another name
gives other numbers. Each penalty is a scalar before its weight.

`PENALTIES` is the table of choices. `mode_regularised` is for G and an encoder. Its terms are here;
the encoder is built in `systems/mode_regularised.py`.
"""

from collections.abc import Callable
from typing import NamedTuple

import tensorflow as tf

from dcgan_tf import ops


class Penalty(NamedTuple):
    """One row of PENALTIES."""

    d_penalty: Callable | None  # (D, real, fake, random) -> []
    lipschitz: bool = False     # True = it bounds D's slope: no clipping of weights


def squared_norms(d, x):
    """Returns |dD(x_i) / dx_i|^2 for each image, or for each code x_i.   -> [N]

    If batch norm mixes the images of a batch, it is |d sum_j D(x_j) / dx_i|^2. A penalty that wants
    a certain norm then cannot get it. `r1` wants only a small norm, and does well with batch norm
    (measured: docs/experiments.md).
    """
    gradient, = ops.gradients(d(x), x)
    return tf.reduce_sum(tf.square(gradient), axis=list(range(1, x.shape.rank)))


def gradient_norms(d, x):
    """Returns |dD(x_i) / dx_i| for each image.   -> [N]"""
    return tf.sqrt(squared_norms(d, x) + 1e-12)       # the gradient of sqrt at 0 is infinite


def gradient_penalty(d, real, fake, random):
    """E (|dD(x)| - 1)^2, x on the line between a real and a fake.

    Gulrajani et al. 2017, arXiv 1704.00028, eq. 3.
    """
    return tf.reduce_mean(tf.square(gradient_norms(d, between(real, fake, random)) - 1.0))


def lipschitz_penalty(d, real, fake, random):
    """E max(0, |dD(x)| - 1)^2, x on the line between a real and a fake. A flat D has no penalty.

    Petzka et al. 2018, arXiv 1709.08894, eq. 8.
    """
    norms = gradient_norms(d, between(real, fake, random))
    return tf.reduce_mean(tf.square(tf.nn.relu(norms - 1.0)))


def r1(d, real, fake, random):
    """E |dD(x)|^2 / 2, x real: Mescheder et al. 2018, arXiv 1801.04406, eq. 9."""
    return tf.reduce_mean(squared_norms(d, real)) * 0.5


def dragan(d, real, fake, random):
    """E (|dD(x)| - 1)^2, x near a real: Kodali et al. 2017, arXiv 1705.07215, section 2.3.

    x = real + a 0.5 std(real) u. There is one fraction a for each image, one u for each pixel, and
    one std for the whole batch. This is the authors' code; the paper's text has Gaussian noise.
    """
    middle = ops.global_batch_mean(real)
    spread = tf.sqrt(ops.global_batch_mean(tf.square(real - middle)))
    fraction = random([tf.shape(real)[0], 1, 1, 1], 'share')
    near = real + fraction * (0.5 * spread * random(tf.shape(real)))
    return tf.reduce_mean(tf.square(gradient_norms(d, near) - 1.0))


def between(real, fake, random):
    """Returns e real + (1 - e) fake, with one e in (0, 1) for each image.   -> [N, H, W, C]"""
    e = random(tf.shape(real))[:, :1, :1, :1]
    return e * real + (1.0 - e) * fake


def mode_regulariser(real, reconstructed, score):
    """E |x - G(E(x))|^2 / pixels - E log D(G(E(x))).

    Che et al. 2017, arXiv 1612.02136, sections 3.1 and 3.2.
    G and the encoder E minimise it; both terms have one weight. reconstructed = G(E(x)) for each
    real x. So G must be able to make every mode of the data. Pixels are in [-1, 1]. D =
    sigmoid(score), whatever the objective.
    """
    error = tf.reduce_mean(tf.square(real - reconstructed))
    return error + tf.reduce_mean(tf.nn.softplus(-score))


PENALTIES = {                  # config.PENALTIES has their weights, and the norms that they need
    'none':              Penalty(None),
    'gradient_penalty':  Penalty(gradient_penalty, lipschitz=True),
    'lipschitz_penalty': Penalty(lipschitz_penalty, lipschitz=True),
    'r1':                Penalty(r1),
    'dragan':            Penalty(dragan, lipschitz=True),
    'mode_regularised':  Penalty(None),
}
