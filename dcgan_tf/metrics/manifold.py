"""Quality and variety told apart: which samples lie in balls round the samples of the other set.

The ball of a row reaches to its k-th nearest other row of its own set; the surface belongs to it.
With one row far off, a ball is large: precision and recall trust every row of the set, density and
coverage only the real ones, and density counts how many balls agree.

All are of features real [N, F] and fake [M, F], compared at the same N and M only, and raise
UsageError for what `base.features` refuses and for a k that is not 1 .. rows - 1.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np

from dcgan_tf.metrics.base import features, whole
from dcgan_tf.metrics.distances import EDGE, squared_distances, squared_radii

NEIGHBOUR = 3     # k of precision and recall, Kynkaanniemi et al.
NEIGHBOURS = 5    # k of density and coverage, Naeem et al.


def precision(real, fake, *, k: int = NEIGHBOUR) -> float:
    """The share of fakes in a real row's ball, in [0, 1], 1 is best: quality.

    Kynkaanniemi et al. 2019, arXiv 1904.06991, eq. 1 and 2; their k is 3.
    """
    return _figures({'precision': k}, real, fake)['precision']


def recall(real, fake, *, k: int = NEIGHBOUR) -> float:
    """The share of real rows in a fake's ball, in [0, 1], 1 is best: variety. Ibid., eq. 2."""
    return _figures({'recall': k}, real, fake)['recall']


def precision_recall(real, fake, *, k: int = NEIGHBOUR) -> tuple[float, float]:
    """Both."""
    return tuple(_figures({'precision': k, 'recall': k}, real, fake).values())


def density_coverage(real, fake, *, k: int = NEIGHBOURS) -> tuple[float, float]:
    """Naeem et al. 2020, arXiv 2002.09797, section 3; their k is 5.

    density   real balls a fake lies in, over k: 0 or more, about 1 for the real distribution;
              above 1 the fakes crowd where the real rows are dense
    coverage  the share of real balls that hold a fake, in [0, 1], 1 is best; for the real
              distribution about 1 - 1 / 2^k where N = M is large
    """
    return tuple(_figures({'density': k, 'coverage': k}, real, fake).values())


def density(real, fake, *, k: int = NEIGHBOURS) -> float:
    """The first of `density_coverage`."""
    return _figures({'density': k}, real, fake)['density']


def coverage(real, fake, *, k: int = NEIGHBOURS) -> float:
    """The second of `density_coverage`."""
    return _figures({'coverage': k}, real, fake)['coverage']


class Figure(NamedTuple):
    """One row of FIGURES."""

    k: int
    of_real: bool     # are the balls round real rows?
    of: Callable      # (balls each point lies in, points in each ball, k) -> the figure


FIGURES = {
    'precision': Figure(NEIGHBOUR, True, lambda balls, held, k: np.mean(balls > 0)),
    'recall':    Figure(NEIGHBOUR, False, lambda balls, held, k: np.mean(balls > 0)),
    'density':   Figure(NEIGHBOURS, True, lambda balls, held, k: np.mean(balls) / k),
    'coverage':  Figure(NEIGHBOURS, True, lambda balls, held, k: np.mean(held > 0)),
}


def metrics(names: Iterable[str], real, fake) -> dict[str, float]:
    """Several rows of FIGURES at once: every distance is worked out once for all of them."""
    return _figures({name: FIGURES[name].k for name in names}, real, fake)


def _figures(ks, real, fake):
    """The same, ks: name -> k."""
    keys = {name: (FIGURES[name].of_real, k) for name, k in ks.items()}
    counts = _balls(real, fake, list(dict.fromkeys(keys.values())))
    return {name: float(FIGURES[name].of(*counts[key], key[1])) for name, key in keys.items()}


def _balls(real, fake, wanted):
    """For each (of_real, k) of wanted: balls each point lies in [points], points in each [centres].

    The points are fakes where the centres are real rows, and the other way round.
    """
    real, fake = features(real=real, fake=fake)
    reach = {(of_real, k): radii for of_real, x in ((True, real), (False, fake))
             for k, radii in _reach(x, [k for side, k in wanted if side == of_real]).items()}
    of_real, of_fake = ({key: np.zeros(len(x), int) for key in wanted} for x in (real, fake))
    for rows, squared in squared_distances(real, fake):                             # [rows, M]
        for key in wanted:
            inside = squared <= (reach[key][rows, None] if key[0] else reach[key])
            of_real[key][rows] = inside.sum(axis=1)
            of_fake[key] += inside.sum(axis=0)
    return {key: (of_fake[key], of_real[key]) if key[0] else (of_real[key], of_fake[key])
            for key in wanted}


def _reach(x, ks):
    """k -> squared radius of each row's ball [N], its surface and what rounding adds included."""
    ks = [whole('k', k, 1, len(x) - 1) for k in ks]
    return dict(zip(ks, squared_radii(x, ks) * EDGE, strict=True)) if ks else {}
