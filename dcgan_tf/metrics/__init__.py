"""Metrics of generated images as pure functions of arrays, and the table of them.

The metrics do not depend on a network: the caller passes features, class probabilities or images.

    base.py        Estimate = a value and its error; checks of the arguments
    distances.py   squared distances in slices, for all metrics that need neighbours
    frechet.py     Frechet distance: fits Gaussians to real and fake features
    kernel.py      kernel distance: needs no Gaussians, is unbiased and has an error
    manifold.py    precision, recall, density, coverage: separate quality from diversity
    two_sample.py  can the nearest neighbour distinguish real from fake?
    classes.py     are the images clear, and are they of all classes?
    diversity.py   do the images look alike?
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
from dcgan_tf.metrics.memory import copies, nearest
from dcgan_tf.metrics.two_sample import TwoSample, nearest_neighbour_accuracy

__all__ = [
    'INPUTS', 'METRICS', 'Estimate', 'MetricRow', 'TwoSample', 'class_entropy', 'class_histogram',
    'classifier_score', 'copies', 'estimate', 'frechet_distance', 'frechet_of_moments',
    'kernel_distance', 'ms_ssim', 'nearest', 'nearest_neighbour_accuracy', 'results', 'similarity',
]

INPUTS = {
    'real':          'features of real images, [N, F]',
    'fake':          'features of generated images, [M, F]',
    'train':         'features of the images G was trained on, [N, F]',
    'held_out':      'features of real images that G has not seen, [L, F]',
    'probabilities': 'class probabilities of generated images, [M, K]',
    'images':        'generated images, [M, H, W, C] in [0, 1], or uint8',
}


class MetricRow(NamedTuple):
    """One row of METRICS; `config.METRICS` has its help and target."""

    of: Callable                # (its input arrays) -> float, Estimate or TwoSample
    takes: tuple[str, ...]      # rows of INPUTS, in the order of the arguments of `of`
    rows: int = 2               # minimum number of rows of each input
    side: int = 1               # minimum height and width of an image in pixels
    # Measures all rows with the same `together` at once: (their names, the arrays) -> {name: value}
    together: Callable | None = None


def _ball_metric(name):
    return MetricRow(lambda real, fake: manifold.metrics([name], real, fake)[name], PAIR,
                     rows=manifold.BALL_METRICS[name].k + 1, together=manifold.metrics)


PAIR, COPIES = ('real', 'fake'), ('train', 'fake', 'held_out')
METRICS = {
    'frechet':          MetricRow(frechet_distance, PAIR),
    'kernel':           MetricRow(kernel_distance, PAIR),
    'precision':        _ball_metric('precision'),
    'recall':           _ball_metric('recall'),
    'density':          _ball_metric('density'),
    'coverage':         _ball_metric('coverage'),
    'two_sample':       MetricRow(nearest_neighbour_accuracy, PAIR),
    'classifier_score': MetricRow(classifier_score, ('probabilities',), rows=2 * SPLITS),
    'entropy':          MetricRow(class_entropy, ('probabilities',)),
    'similarity':       MetricRow(similarity, ('images',), side=SIDE),
    'copies':           MetricRow(copies, COPIES),
}


def results(names: Iterable[str] = tuple(METRICS), **inputs) -> dict:
    """Returns {name: float, Estimate or TwoSample} of the metrics whose inputs are all given.

    names: rows of METRICS, in the order of the result; default: all rows. inputs: arrays with the
    names of INPUTS.
    """
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


def estimate(result: float | Estimate | TwoSample) -> Estimate:
    """Returns a result of `results` as an Estimate."""
    if isinstance(result, TwoSample):
        return Estimate(result.accuracy)
    return result if isinstance(result, Estimate) else Estimate(result)
