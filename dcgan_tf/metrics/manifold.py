"""Separates quality from diversity: which rows lie in balls around the rows of the other set?

The radius of a row's ball is the distance to its k-th nearest other row in its own set; the surface
belongs to the ball. The ball of an outlier is large, so precision depends on real outliers, and
recall on outliers among the fakes. Density and coverage use balls of real rows only, and density
counts how many of them contain a fake.

All functions take features real [N, F] and fake [M, F]. Compare only values with the same N and M.
They raise UsageError for what `base.features` refuses and for a k that is not in 1 .. rows - 1.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np

from dcgan_tf.metrics.base import checked_integer, features
from dcgan_tf.metrics.distances import EQUAL_WITHIN, squared_distances, squared_radii

NEIGHBOUR = 3     # k of precision and recall, Kynkaanniemi et al.
NEIGHBOURS = 5    # k of density and coverage, Naeem et al.


def precision(real, fake, *, k: int = NEIGHBOUR) -> float:
    """Returns the share of fakes that lie in a real row's ball, in [0, 1]: the quality. 1 is best.

    Kynkaanniemi et al. 2019, arXiv 1904.06991, eq. 1 and 2; their k is 3.
    """
    return _measure({'precision': k}, real, fake)['precision']


def recall(real, fake, *, k: int = NEIGHBOUR) -> float:
    """Returns the share of real rows that lie in a fake's ball, in [0, 1]: diversity. 1 is best.

    Kynkaanniemi et al. 2019, arXiv 1904.06991, eq. 2.
    """
    return _measure({'recall': k}, real, fake)['recall']


def precision_recall(real, fake, *, k: int = NEIGHBOUR) -> tuple[float, float]:
    """Returns `precision` and `recall`."""
    return tuple(_measure({'precision': k, 'recall': k}, real, fake).values())


def density_coverage(real, fake, *, k: int = NEIGHBOURS) -> tuple[float, float]:
    """Returns density and coverage: Naeem et al. 2020, arXiv 2002.09797, section 3; their k is 5.

    density   mean number of real balls that contain a fake, divided by k: 0 or more, about 1 for
              the real distribution; above 1 the fakes concentrate where the real rows are dense
    coverage  the share of real balls that contain a fake, in [0, 1], 1 is best; for the real
              distribution about 1 - 1 / 2^k if N = M is large
    """
    return tuple(_measure({'density': k, 'coverage': k}, real, fake).values())


def density(real, fake, *, k: int = NEIGHBOURS) -> float:
    """Returns the density of `density_coverage`."""
    return _measure({'density': k}, real, fake)['density']


def coverage(real, fake, *, k: int = NEIGHBOURS) -> float:
    """Returns the coverage of `density_coverage`."""
    return _measure({'coverage': k}, real, fake)['coverage']


class BallMetric(NamedTuple):
    """One row of BALL_METRICS."""

    k: int
    of_real: bool     # are the balls around real rows?
    of: Callable      # (balls that contain each point, points in each ball, k) -> the value


BALL_METRICS = {
    'precision': BallMetric(NEIGHBOUR, True, lambda balls, points, k: np.mean(balls > 0)),
    'recall':    BallMetric(NEIGHBOUR, False, lambda balls, points, k: np.mean(balls > 0)),
    'density':   BallMetric(NEIGHBOURS, True, lambda balls, points, k: np.mean(balls) / k),
    'coverage':  BallMetric(NEIGHBOURS, True, lambda balls, points, k: np.mean(points > 0)),
}


def metrics(names: Iterable[str], real, fake) -> dict[str, float]:
    """Returns {name: value} for rows of BALL_METRICS. Each distance is computed only once."""
    return _measure({name: BALL_METRICS[name].k for name in names}, real, fake)


def _measure(ks, real, fake):
    """As `metrics`, with ks: {name: k}."""
    keys = {name: (BALL_METRICS[name].of_real, k) for name, k in ks.items()}
    counts = _balls(real, fake, list(dict.fromkeys(keys.values())))
    return {name: float(BALL_METRICS[name].of(*counts[key], key[1])) for name, key in keys.items()}


def _balls(real, fake, wanted):
    """Counts, for each (of_real, k) in `wanted`, how balls and points meet.

    -> {(of_real, k): (balls that contain each point [points], points in each ball [balls])}
    With of_real the balls are around real rows and the points are fakes; without, the reverse.
    """
    real, fake = features(real=real, fake=fake)
    radii = {(of_real, k): r for of_real, x in ((True, real), (False, fake))
             for k, r in _squared_radii(x, [k for of, k in wanted if of == of_real]).items()}
    of_real, of_fake = ({key: np.zeros(len(x), int) for key in wanted} for x in (real, fake))
    for rows, squared in squared_distances(real, fake):                             # [rows, M]
        for key in wanted:
            inside = squared <= (radii[key][rows, None] if key[0] else radii[key])
            of_real[key][rows] = inside.sum(axis=1)
            of_fake[key] += inside.sum(axis=0)
    return {key: (of_fake[key], of_real[key]) if key[0] else (of_real[key], of_fake[key])
            for key in wanted}


def _squared_radii(x, ks):
    """Returns {k: squared radius of each row's ball [N]}, a little enlarged for rounding errors."""
    ks = [checked_integer('k', k, 1, len(x) - 1) for k in ks]
    return dict(zip(ks, squared_radii(x, ks) * EQUAL_WITHIN, strict=True)) if ks else {}
