"""The table of metrics: what each takes, which pictures it can measure, and their results."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from dcgan_tf.errors import UsageError
from dcgan_tf.metrics import manifold
from dcgan_tf.metrics.base import Estimate
from dcgan_tf.metrics.classes import (
    SPLITS,
    class_accuracy,
    class_diversity,
    class_entropy,
    classifier_score,
    modes,
    modes_kl,
)
from dcgan_tf.metrics.codes import cluster_error, code_error
from dcgan_tf.metrics.diversity import SIDE, similarity
from dcgan_tf.metrics.encoder import code_moments, cycle, neighbour_accuracy
from dcgan_tf.metrics.frechet import frechet_distance
from dcgan_tf.metrics.kernel import kernel_distance
from dcgan_tf.metrics.linear_svm import PART, svm_accuracy
from dcgan_tf.metrics.memory import copies
from dcgan_tf.metrics.rebuilt import (
    psnr,
    reconstruction,
    reconstruction_ratio,
    wrong_reconstruction,
)
from dcgan_tf.metrics.two_sample import TwoSample, nearest_neighbour_accuracy

INPUTS = {
    'real':          'features of real images, [N, F]',
    'fake':          'features of generated images, [M, F]',
    'train':         'features of the images G was trained on, [N, F]',
    'held_out':      'features of real images that G has not seen, [L, F]',
    'probabilities': 'class probabilities of generated images, [M, K]',
    'images':        'generated images, [M, H, W, C] in [0, 1], or uint8',
    'labels':        'classes that the generated images were to have, int [M]',
    'real_labels':   'classes of the real images, int [N]',
    'told_classes':  "class probabilities of the real images, by the run's own network, [N, K]",
    'told_codes':    "probabilities of the first code in real images, by the run's own network",
    'real_images':   'real images that G has not seen, uint8 [N, H, W, C]',
    'rebuilt':       'their reconstructions G(E(x)), [N, H, W, C] in [0, 1], or uint8',
    'rebuilt_probabilities': 'class probabilities of these reconstructions, [N, K]',
    'codes':         'their codes E(x), [N, Z]',
    'train_codes':   'codes of images G was trained on, [M, Z]',
    'train_labels':  'their classes, int [M]',
    'latents':       'latents z of the prior, [N, Z]',
    'cycled':        'codes of the images of these latents, E(G(z)), [N, Z]',
    'told_clusters': "probabilities of clusters in real images, by the run's own network, [N, K]",
}


class MetricRow(NamedTuple):
    """One row of METRICS; `config.METRICS` has its help and target."""

    of: Callable                # (its input arrays) -> float, Estimate or TwoSample
    takes: tuple[str, ...]      # rows of INPUTS, in the order of the arguments of `of`
    rows: int = 2               # minimum number of rows of each input
    data: tuple[str, ...] = ()  # the data sets on which it means something; () = all
    side: int = 1               # minimum height and width of an image in pixels
    # Measures all rows with the same `together` at once: (their names, the arrays) -> {name: value}
    together: Callable | None = None


def _ball_metric(name):
    return MetricRow(lambda real, fake: manifold.metrics([name], real, fake)[name], PAIR,
                     rows=manifold.BALL_METRICS[name].k + 1, together=manifold.metrics)


PAIR, COPIES = ('real', 'fake'), ('train', 'fake', 'held_out')
STACKED = ('stacked_mnist',)
REBUILT, CODES = ('real_images', 'rebuilt'), ('codes', 'real_labels', 'train_codes', 'train_labels')
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
    'class_accuracy':   MetricRow(class_accuracy, ('probabilities', 'labels')),
    'class_diversity':  MetricRow(class_diversity, ('real', 'real_labels', 'fake', 'labels')),
    'modes':            MetricRow(modes, ('probabilities',), data=STACKED),
    'modes_kl':         MetricRow(modes_kl, ('probabilities',), data=STACKED),
    'head_accuracy':    MetricRow(class_accuracy, ('told_classes', 'real_labels')),
    'code_error':       MetricRow(code_error, ('told_codes', 'real_labels')),
    'reconstruction':   MetricRow(reconstruction, REBUILT),
    'wrong_reconstruction': MetricRow(wrong_reconstruction, REBUILT),
    'reconstruction_ratio': MetricRow(reconstruction_ratio, REBUILT),
    'psnr':             MetricRow(psnr, REBUILT),
    'reconstruction_accuracy': MetricRow(class_accuracy, ('rebuilt_probabilities', 'real_labels')),
    'cycle':            MetricRow(cycle, ('cycled', 'latents')),
    'code_moments':     MetricRow(code_moments, ('codes', 'latents')),
    'code_neighbour':   MetricRow(neighbour_accuracy, CODES),
    'code_svm':         MetricRow(svm_accuracy, CODES, rows=2 * PART),
    'cluster_error':    MetricRow(cluster_error, ('told_clusters', 'real_labels')),
}
LABELS = {'labels', 'real_labels'}
OF_ENCODER = {'rebuilt', 'codes', 'train_codes', 'latents', 'cycled'}     # an encoder makes these
OF_A_CLASSIFIER = {'probabilities', 'rebuilt_probabilities'}
OF_SAMPLES = {'fake', 'images', *OF_A_CLASSIFIER}


class Pictures(NamedTuple):
    """Holds what is known of the real pictures before they are read."""

    data: str                   # the name of the data set
    n: int                      # how many are compared, at most
    asked: int                  # how many the user asked for
    size: tuple[int, int]       # (width, height)
    unseen: bool                # are there pictures that were not used for training?
    classes: int | None = None  # how many there are, 0 without labels; None = not known yet


class Seer(NamedTuple):
    """Holds what is known of the features: do they tell classes, and which?"""

    name: str = ''
    classes: bool = True        # do they give probabilities of classes?
    of_data: bool = True        # are these the classes of the data set?


ALL_CLASSES = Seer()            # features of which nothing is known yet, or nothing to refuse


def refusal(name: str, pictures: Pictures, seer: Seer = ALL_CLASSES) -> str:
    """Returns why a metric cannot be measured, or ''."""
    row, (width, height) = METRICS[name], pictures.size
    if (only := row.data) and pictures.data not in only:
        return f'it counts the modes of {" and ".join(only)}, and this is {pictures.data}'
    if OF_A_CLASSIFIER & set(row.takes) and not seer.classes:
        return (f'features {seer.name} do not classify pictures: choose classifier for data '
                'with labels, or inception with a file that has classes')
    if OF_A_CLASSIFIER & set(row.takes) and not seer.of_data and (
            row.data or LABELS & set(row.takes)):
        return (f'features {seer.name} tell other classes than those of {pictures.data}: choose '
                'classifier')
    if LABELS & set(row.takes) and pictures.classes in (0, 1):
        return (f'{pictures.data} has one class, and two or more are needed' if pictures.classes
                else f'{pictures.data} has no labels')
    if 'train' in row.takes and not pictures.unseen:
        return (f'{pictures.data} has no test split, and to find copies, pictures are needed '
                'that the generator has not seen: a training with --hold-out has some')
    if pictures.n < row.rows:
        more = ('there are no more held-out, test or other pictures to compare with'
                if pictures.n < pictures.asked else
                'ask for more with --n of a tool, --metrics-n of a training')
        return (f'{pictures.n} picture{"s are" if pictures.n != 1 else " is"} compared, but at '
                f'least {row.rows} are needed: {more}')
    if min(width, height) < row.side:
        return (f'at least {row.side}x{row.side} pixels are needed, but the pictures have '
                f'{width}x{height}')
    return ''


def check(names: Iterable[str], pictures: Pictures, seer: Seer = ALL_CLASSES) -> None:
    """Raises UsageError if one of these metrics cannot be measured: see `refusal`."""
    refused = {name: why for name in names if (why := refusal(name, pictures, seer))}
    if refused:
        raise UsageError(f'--metrics {",".join(refused)}: {next(iter(refused.values()))}')


def need_samples(names: Iterable[str]) -> bool:
    """Tells whether any of these metrics looks at generated images, by features or as they are."""
    return bool(OF_SAMPLES & inputs_of(names))


def inputs_of(names: Iterable[str]) -> set[str]:
    """Returns the rows of INPUTS that these metrics take."""
    return {key for name in names for key in METRICS[name].takes}


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
