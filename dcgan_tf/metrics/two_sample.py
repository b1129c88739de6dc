"""Can the nearest neighbour distinguish real from fake? A two-sample test that needs no training.

Lopez-Paz and Oquab 2017, arXiv 1610.06545; with one neighbour as in Xu et al. 2018, arXiv
1806.07755, section 3.
"""

from typing import NamedTuple

import numpy as np

from dcgan_tf.metrics.base import features
from dcgan_tf.metrics.distances import EQUAL_WITHIN, squared_distances


class TwoSample(NamedTuple):
    """The shares in [0, 1] of rows whose nearest other row is from their own set.

    accuracy  the mean of the next two: 0.5 is best, 1 = clearly different, 0 = the fakes are copies
    real      share of the real rows; near 1 with `fake` near 0: the fakes are realistic, but do not
              cover all real ones
    fake      share of the fakes; near 1 with `real` near 0: the fakes are in few regions
    """

    accuracy: float
    real: float
    fake: float


def nearest_neighbour_accuracy(real, fake) -> TwoSample:
    """Returns the leave-one-out accuracy of a 1-NN classifier of real [N, F] and fake [M, F].

    The neighbours of a row are all other rows; a copy of it is a neighbour at distance 0. If
    several rows are equally near, the result is the mean over all ways to break the tie, so the
    order of the rows does not matter. accuracy gives both sets the same weight: otherwise more real
    rows than fakes would give more than 0.5. Raises UsageError for what `base.features` refuses.
    """
    real, fake = features(real=real, fake=fake)
    both = np.concatenate([real, fake])
    is_real = np.arange(len(both)) < len(real)
    votes = np.concatenate([_share_of(is_real, rows, squared)
                            for rows, squared in squared_distances(both, both)])
    of_real, of_fake = votes[is_real].mean(), 1.0 - votes[~is_real].mean()
    return TwoSample(float((of_real + of_fake) / 2.0), float(of_real), float(of_fake))


def _share_of(is_real, rows, squared):
    """Returns the share of real rows among the nearest other rows.   [rows, N + M] -> [rows]"""
    itself = np.arange(rows.start, rows.stop)
    squared[np.arange(len(squared)), itself] = np.inf
    nearest = squared <= squared.min(axis=1, keepdims=True) * EQUAL_WITHIN
    return nearest[:, is_real].sum(axis=1) / nearest.sum(axis=1)
