"""How good are generated images? Figures as pure functions of arrays, and the table of them.

Nothing here knows a network: who evaluates brings features, class probabilities or images.

    base.py        Estimate = a figure and its error; the check of what comes in
    distances.py   squared distances in slices, for all that asks for neighbours
    frechet.py     two Gaussians with the moments of real and fake
    kernel.py      the same question without Gaussians, unbiased, with an error
    manifold.py    precision, recall, density, coverage: quality and variety told apart
    two_sample.py  can the nearest neighbour tell real from fake?
    classes.py     are the images clear, and of all classes?
    diversity.py   do they look alike?
    memory.py      are they copies of training images?
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from dcgan_tf.metrics import manifold
from dcgan_tf.metrics.base import Estimate
from dcgan_tf.metrics.classes import SPLITS, class_entropy, class_histogram, classifier_score
from dcgan_tf.metrics.diversity import SIDE, ms_ssim, similarity
from dcgan_tf.metrics.frechet import frechet_distance, frechet_of_moments
from dcgan_tf.metrics.kernel import kernel_distance
from dcgan_tf.metrics.manifold import density_coverage, precision_recall
from dcgan_tf.metrics.memory import copies, nearest
from dcgan_tf.metrics.two_sample import TwoSample, nearest_neighbour_accuracy

__all__ = [
    'INPUTS', 'METRICS', 'Estimate', 'MetricRow', 'TwoSample', 'class_entropy', 'class_histogram',
    'classifier_score', 'copies', 'density_coverage', 'estimate', 'frechet_distance',
    'frechet_of_moments', 'kernel_distance', 'measure', 'ms_ssim', 'nearest',
    'nearest_neighbour_accuracy', 'precision_recall', 'results', 'similarity',
]

INPUTS = {
    'real':          'features of real images, [N, F]',
    'fake':          'features of generated images, [M, F]',
    'train':         'features of the images G was trained on, [N, F]',
    'held_out':      'features of real images that G has not seen, [L, F]',
    'probabilities': 'a classifier\'s of generated images, [M, K]',
    'images':        'generated images, [M, H, W, C] in [0, 1], or uint8',
}


class MetricRow(NamedTuple):
    """One row of METRICS; `config.METRICS` has its help and target."""

    of: Callable                # (the arrays that it takes) -> float, Estimate or TwoSample
    takes: tuple[str, ...]      # rows of INPUTS, in the order of `of`
    rows: int = 2               # that each of them must have, at least
    side: int = 1               # pixels of an image, at least
    together: Callable | None = None     # (names of rows with the same, the arrays) -> name -> `of`


def _of_balls(of, k):
    return MetricRow(of, PAIR, rows=k + 1, together=manifold.metrics)


PAIR, COPIES = ('real', 'fake'), ('train', 'fake', 'held_out')
METRICS = {
    'frechet':          MetricRow(frechet_distance, PAIR),
    'kernel':           MetricRow(kernel_distance, PAIR),
    'precision':        _of_balls(manifold.precision, manifold.NEIGHBOUR),
    'recall':           _of_balls(manifold.recall, manifold.NEIGHBOUR),
    'density':          _of_balls(manifold.density, manifold.NEIGHBOURS),
    'coverage':         _of_balls(manifold.coverage, manifold.NEIGHBOURS),
    'two_sample':       MetricRow(nearest_neighbour_accuracy, PAIR),
    'classifier_score': MetricRow(classifier_score, ('probabilities',), rows=2 * SPLITS),
    'entropy':          MetricRow(class_entropy, ('probabilities',)),
    'similarity':       MetricRow(similarity, ('images',), side=SIDE),
    'copies':           MetricRow(copies, COPIES),
}


def measure(names: Iterable[str] = tuple(METRICS), **inputs) -> dict[str, Estimate]:
    """Arrays by the names of INPUTS -> each figure for which all that it takes was given.

    names: which rows of METRICS, and in which order; all if none are named.
    """
    return {name: estimate(found) for name, found in results(names, **inputs).items()}


def results(names: Iterable[str] = tuple(METRICS), **inputs) -> dict:
    """The same, each as its row's `of` gives it: a TwoSample knows more than its accuracy."""
    rows = {name: METRICS[name] for name in names if set(METRICS[name].takes) <= set(inputs)}
    found = {}
    for name, row in rows.items():
        arrays = [inputs[key] for key in row.takes]
        if not row.together:
            found[name] = row.of(*arrays)
        elif name not in found:
            group = [other for other in rows if rows[other].together is row.together]
            found.update(row.together(group, *arrays))
    return {name: found[name] for name in rows}


def estimate(found: float | Estimate | TwoSample) -> Estimate:
    """A result as a figure with its error."""
    if isinstance(found, TwoSample):
        return Estimate(found.accuracy)
    return found if isinstance(found, Estimate) else Estimate(found)
