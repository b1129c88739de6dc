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
from dcgan_tf.metrics.classes import class_entropy, class_histogram, classifier_score
from dcgan_tf.metrics.diversity import ms_ssim, similarity
from dcgan_tf.metrics.frechet import frechet_distance, frechet_of_moments
from dcgan_tf.metrics.kernel import kernel_distance
from dcgan_tf.metrics.manifold import density_coverage, precision_recall
from dcgan_tf.metrics.memory import copies, nearest
from dcgan_tf.metrics.two_sample import TwoSample, nearest_neighbour_accuracy

__all__ = [
    'INPUTS', 'METRICS', 'Estimate', 'Row', 'TwoSample', 'class_entropy', 'class_histogram',
    'classifier_score', 'copies', 'density_coverage', 'frechet_distance', 'frechet_of_moments',
    'kernel_distance', 'measure', 'ms_ssim', 'nearest', 'nearest_neighbour_accuracy',
    'precision_recall', 'similarity',
]

INPUTS = {
    'real':          'features of real images, [N, F]',
    'fake':          'features of generated images, [M, F]',
    'train':         'features of the images G was trained on, [N, F]',
    'held_out':      'features of real images that G has not seen, [L, F]',
    'probabilities': 'a classifier\'s of generated images, [M, K]',
    'images':        'generated images, [M, H, W, C] in [0, 1], or uint8',
}


class Row(NamedTuple):
    """One row of METRICS; `config.METRICS` has its help and target."""

    of: Callable                # (the arrays that it takes) -> float or Estimate
    takes: tuple[str, ...]      # rows of INPUTS, in the order of `of`
    together: Callable | None = None     # (names of rows with the same, the arrays) -> name -> `of`


def _accuracy(real, fake):
    return nearest_neighbour_accuracy(real, fake).accuracy


PAIR, COPIES = ('real', 'fake'), ('train', 'fake', 'held_out')
METRICS = {
    'frechet':          Row(frechet_distance, PAIR),
    'kernel':           Row(kernel_distance, PAIR),
    'precision':        Row(manifold.precision, PAIR, together=manifold.figures),
    'recall':           Row(manifold.recall, PAIR, together=manifold.figures),
    'density':          Row(manifold.density, PAIR, together=manifold.figures),
    'coverage':         Row(manifold.coverage, PAIR, together=manifold.figures),
    'two_sample':       Row(_accuracy, PAIR),
    'classifier_score': Row(classifier_score, ('probabilities',)),
    'entropy':          Row(class_entropy, ('probabilities',)),
    'similarity':       Row(similarity, ('images',)),
    'copies':           Row(copies, COPIES),
}


def measure(names: Iterable[str] = tuple(METRICS), **inputs) -> dict[str, Estimate]:
    """Arrays by the names of INPUTS -> each figure for which all that it takes was given.

    names: which rows of METRICS, and in which order; all if none are named.
    """
    rows = {name: METRICS[name] for name in names if set(METRICS[name].takes) <= set(inputs)}
    figures = {}
    for name, row in rows.items():
        arrays = [inputs[key] for key in row.takes]
        if not row.together:
            figures[name] = row.of(*arrays)
        elif name not in figures:
            group = [other for other in rows if rows[other].together is row.together]
            figures.update(row.together(group, *arrays))
    return {name: figures[name] if isinstance(figures[name], Estimate) else Estimate(figures[name])
            for name in rows}
