"""Separates quality from diversity: which rows lie in balls around the rows of the other set?

The radius of a row's ball is the distance to its k-th nearest other row in its own set; the surface
belongs to the ball. The ball of an outlier is large, so precision depends on real outliers, and
recall on outliers among the fakes. Compare only values with the same numbers of rows.

    precision  the share of fakes that lie in a real row's ball, in [0, 1]: the quality. 1 is best
    recall     the share of real rows that lie in a fake's ball, in [0, 1]: diversity. 1 is best
    density    mean number of real balls that contain a fake, divided by k: 0 or more, about 1 for
               the real distribution; above 1 the fakes concentrate where the real rows are dense
    coverage   the share of real balls that contain a fake, in [0, 1], 1 is best; for the real
               distribution about 1 - 1 / 2^k if both sets are large

Precision and recall: Kynkaanniemi et al. 2019, arXiv 1904.06991, eq. 1 and 2. Density and coverage:
Naeem et al. 2020, arXiv 2002.09797, section 3.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np

from dcgan_tf.metrics.base import checked_integer, features
from dcgan_tf.metrics.distances import EQUAL_WITHIN, squared_distances, squared_radii


class BallMetric(NamedTuple):
    """One row of BALL_METRICS."""

    k: int            # the one of its paper
    of_real: bool     # are the balls around real rows?
    of: Callable      # (balls that contain each point, points in each ball, k) -> the value


BALL_METRICS = {
    'precision': BallMetric(3, True, lambda balls, points, k: np.mean(balls > 0)),
    'recall':    BallMetric(3, False, lambda balls, points, k: np.mean(balls > 0)),
    'density':   BallMetric(5, True, lambda balls, points, k: np.mean(balls) / k),
    'coverage':  BallMetric(5, True, lambda balls, points, k: np.mean(points > 0)),
}


def metrics(names: Iterable[str], real, fake, *, k: int | None = None) -> dict[str, float]:
    """Returns {name: value} for rows of BALL_METRICS. Each distance is computed only once.

    real [N, F], fake [M, F]. k: None = that of each row. Raises UsageError for what `base.features`
    refuses and for a k that is not in 1 .. rows - 1.
    """
    rows = {name: BALL_METRICS[name] for name in names}
    keys = {name: (row.of_real, row.k if k is None else k) for name, row in rows.items()}
    counts = _balls(real, fake, list(dict.fromkeys(keys.values())))
    return {name: float(row.of(*counts[keys[name]], keys[name][1])) for name, row in rows.items()}


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
