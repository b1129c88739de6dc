"""Quality and variety told apart: which samples lie in balls round the samples of the other set.

The ball of a row reaches to its k-th nearest other row of its own set; the surface belongs to it.
With one row far off, a ball is large: precision and recall trust every row of the set, density and
coverage only the real ones, and density counts how many balls agree.

All are of features real [N, F] and fake [M, F], compared at the same N and M only, and raise
UsageError for what `base.features` refuses and for a k that is not 1 .. rows - 1.
"""

import numpy as np

from dcgan_tf.metrics.base import features, whole
from dcgan_tf.metrics.distances import EDGE, squared_distances, squared_radii


def precision(real, fake, *, k: int = 3) -> float:
    """The share of fakes in a real row's ball, in [0, 1], 1 is best: quality.

    Kynkaanniemi et al. 2019, arXiv 1904.06991, eq. 1 and 2; their k is 3.
    """
    return float(np.mean(_balls(real, fake, k)[0] > 0))


def recall(real, fake, *, k: int = 3) -> float:
    """The share of real rows in a fake's ball, in [0, 1], 1 is best: variety. Ibid., eq. 2."""
    return float(np.mean(_balls(real, fake, k, of_real=False)[0] > 0))


def precision_recall(real, fake, *, k: int = 3) -> tuple[float, float]:
    """Both."""
    return precision(real, fake, k=k), recall(real, fake, k=k)


def density_coverage(real, fake, *, k: int = 5) -> tuple[float, float]:
    """Naeem et al. 2020, arXiv 2002.09797, section 3; their k is 5.

    density   real balls a fake lies in, over k: 0 or more, about 1 for the real distribution;
              above 1 the fakes crowd where the real rows are dense
    coverage  the share of real balls that hold a fake, in [0, 1], 1 is best; for the real
              distribution about 1 - 1 / 2^k where N = M is large
    """
    balls, held = _balls(real, fake, k)
    return float(np.mean(balls) / k), float(np.mean(held > 0))


def density(real, fake, *, k: int = 5) -> float:
    """The first of `density_coverage`."""
    return density_coverage(real, fake, k=k)[0]


def coverage(real, fake, *, k: int = 5) -> float:
    """The second of `density_coverage`."""
    return density_coverage(real, fake, k=k)[1]


def _balls(real, fake, k, *, of_real=True):
    """Balls round the rows of one set -> balls each row of the other lies in, rows in each ball."""
    real, fake = features(real=real, fake=fake)
    centres, points = (real, fake) if of_real else (fake, real)
    reach = squared_radii(centres, whole('k', k, 1, len(centres) - 1)) * EDGE       # [N]
    balls, held = np.zeros(len(points), int), np.zeros(len(centres), int)
    for rows, squared in squared_distances(centres, points):
        inside = squared <= reach[rows, None]                                       # [rows, M]
        balls += inside.sum(axis=0)
        held[rows] = inside.sum(axis=1)
    return balls, held
