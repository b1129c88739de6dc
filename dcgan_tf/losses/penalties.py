"""Penalties: of D's gradient, added to D's loss, and of modes that G misses, added to G's.

D is a callable, x [N, H, W, C] -> its score [N]; |.| is the norm over all of an image's pixels, E
the mean over the batch. `random` and `share` are uniform in (0, 1). Each penalty is a scalar before
its weight.

`PENALTIES` is the table of choices. `mode_regularised` is for G and an encoder; its terms are here,
the encoder is built in `model/graph.py`.
"""

from collections.abc import Callable
from typing import NamedTuple

import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.errors import UsageError


class Penalty(NamedTuple):
    """One row of PENALTIES."""

    of_d: Callable | None       # (D, real, fake, random [N, H, W, C], share [N, 1, 1, 1]) -> []
    weight: float               # the paper's
    fallback_norm: str = ''     # the norm D gets where batch norm is out of place; '' = it is not
    lipschitz: bool = False     # does it hold D's slope, so that weights need no clipping?
    encoder: bool = False       # is an encoder trained beside G?


def squared_norms(d, x):
    """|dD(x_i) / dx_i|^2 of each image.   [N]

    Where batch norm mixes the images of a batch it is |d sum_j D(x_j) / dx_i|^2. Penalties that ask
    for a certain norm then ask in vain; `r1`, which asks for none, does well with it (measured:
    docs/experiments.md).
    """
    gradient, = ops.gradients(d(x), x)
    return tf.reduce_sum(tf.square(gradient), axis=[1, 2, 3])


def gradient_norms(d, x):
    """|dD(x_i) / dx_i| of each image.   [N]"""
    return tf.sqrt(squared_norms(d, x) + 1e-12)       # at 0 its gradient would be infinite


def gradient_penalty(d, real, fake, random, share):
    """E (|dD(x)| - 1)^2, x on the line between a real and a fake.

    Gulrajani et al. 2017, arXiv 1704.00028, eq. 3.
    """
    return tf.reduce_mean(tf.square(gradient_norms(d, between(real, fake, random)) - 1.0))


def lipschitz_penalty(d, real, fake, random, share):
    """E max(0, |dD(x)| - 1)^2, x on the line between a real and a fake. Flat is no mistake.

    Petzka et al. 2018, arXiv 1709.08894, eq. 8.
    """
    norms = gradient_norms(d, between(real, fake, random))
    return tf.reduce_mean(tf.square(tf.nn.relu(norms - 1.0)))


def r1(d, real, fake, random, share):
    """E |dD(x)|^2 / 2, x real: Mescheder et al. 2018, arXiv 1801.04406, eq. 9."""
    return tf.reduce_mean(squared_norms(d, real)) / 2.0


def dragan(d, real, fake, random, share):
    """E (|dD(x)| - 1)^2, x near a real: Kodali et al. 2017, arXiv 1705.07215, section 2.3.

    x = real + a 0.5 std(real) u, with a share a of each image, u of each pixel, and the std over
    all of the batch: the authors' code, where the paper's text has Gaussian noise.
    """
    middle = ops.global_batch_mean(real)
    spread = tf.sqrt(ops.global_batch_mean(tf.square(real - middle)))
    near = real + share * (0.5 * spread * random)
    return tf.reduce_mean(tf.square(gradient_norms(d, near) - 1.0))


def between(real, fake, random):
    """e real + (1 - e) fake, one e in (0, 1) an image.   [N, H, W, C]"""
    e = random[:, :1, :1, :1]
    return e * real + (1.0 - e) * fake


def mode_regulariser(real, rebuilt, score_rebuilt):
    """E |x - G(E(x))|^2 / pixels - E log D(G(E(x))).

    Che et al. 2017, arXiv 1612.02136, sections 3.1 and 3.2.
    For G and the encoder E, both terms of one weight. rebuilt = G(E(x)) of each real x: no mode of
    the data may be out of G's reach. Pixels in [-1, 1]. D = sigmoid(score), whatever the objective.
    """
    missing = tf.reduce_mean(tf.square(real - rebuilt))
    return missing + tf.reduce_mean(tf.nn.softplus(-score_rebuilt))


#                              of D               weight
PENALTIES = {
    'none':              Penalty(None,               0.0),
    'gradient_penalty':  Penalty(gradient_penalty,  10.0, fallback_norm='layer', lipschitz=True),
    'lipschitz_penalty': Penalty(lipschitz_penalty, 10.0, fallback_norm='layer', lipschitz=True),
    'r1':                Penalty(r1,                10.0),
    'dragan':            Penalty(dragan,            10.0, fallback_norm='layer', lipschitz=True),
    'mode_regularised':  Penalty(None,               0.2, encoder=True),
}


def weight_of(config) -> float:
    """What a Config's penalty weighs: its own number, or the paper's where that is 0."""
    return config.penalty_weight or get(config.penalty).weight


def get(name: str) -> Penalty:
    """The row of that name, or UsageError listing the table."""
    if name not in PENALTIES:
        raise UsageError(f'penalty {name!r} is unknown: expected {", ".join(PENALTIES)} '
                         '(--penalty)')
    return PENALTIES[name]
