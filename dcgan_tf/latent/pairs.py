"""The priors that place each pair of numbers of a latent in a plane, in parts for classes.

    mixture10    ten petals round the centre: petal k lies at the angle 2 pi k / 10
    swiss_roll   a roll of two turns: the part of class k of K begins where k / K of its points end

Both are in the figures of Makhzani et al. 2015, arXiv 1511.05644, which gives no numbers for them.
These are those of a widely read program. The functions work with NumPy and with TensorFlow.
"""

import math

import numpy as np

PETALS = 10
DISTANCE, ALONG, ACROSS = 1.4, 0.5, 0.1      # of the middle of a petal; its standard deviations
ROLL, TURNS = 3.0, 2                         # the largest radius of the roll


def halved(shape) -> tuple:
    """Returns the shape of the pairs in an array of this shape: (5, 8) -> (5, 4), 8 -> (4,)"""
    *rows, z_dim = np.atleast_1d(shape).tolist()
    return *rows, z_dim // 2


def petals(xp, k, along, across):
    """Returns points of petals k, [..., P] each, from two normal numbers.   -> [..., 2 P]

    xp: numpy or tensorflow. k may be float.
    """
    x, y, turn = DISTANCE + ALONG * along, ACROSS * across, 2.0 * math.pi / PETALS * k
    return _joined(xp, x * xp.cos(turn) - y * xp.sin(turn), x * xp.sin(turn) + y * xp.cos(turn))


def roll(xp, place):
    """Returns points of the roll by their places in [0, 1).   [..., P] -> [..., 2 P]

    0 is the centre, 1 the end. Uniform places are about as dense everywhere on the roll.
    """
    root = xp.sqrt(place)
    turn = 2.0 * math.pi * TURNS * root
    return _joined(xp, ROLL * root * xp.cos(turn), ROLL * root * xp.sin(turn))


def draw_petals(rng, shape, k=None, classes=PETALS) -> np.ndarray:
    """Draws numbers of `mixture10`. k: the petal of all; None = each pair has one by chance."""
    pairs = halved(shape)
    drawn = rng.integers(PETALS, size=pairs)          # so that k changes no other number
    along, across = rng.standard_normal((2, *pairs))
    return petals(np, np.float64(drawn if k is None else k), along, across)


def draw_roll(rng, shape, k=None, classes=1) -> np.ndarray:
    """Draws numbers of `swiss_roll`. k: the part of this class, of so many; None = all of it."""
    place = rng.uniform(size=halved(shape))
    return roll(np, place if k is None else (k + place) / classes)


def _joined(xp, x, y):
    """Joins the first and second numbers of pairs.   [..., P], [..., P] -> [..., 2 P]"""
    pairs = xp.stack([x, y], -1)
    shape = xp.shape(pairs) if xp is np else pairs.shape
    return xp.reshape(pairs, [*shape[:-2], 2 * shape[-2]])
