"""Lists what can stand for a picture in the metrics: one row per `--features`.

The networks are in features/, which imports TensorFlow.
"""

from typing import NamedTuple

from dcgan_tf.arguments import check_row
from dcgan_tf.errors import UsageError
from dcgan_tf.obstacles import unreadable

FILES = ('classify_image_graph_def.pb of '
         'https://storage.googleapis.com/download.tensorflow.org/models/image/imagenet/'
         'inception-2015-12-05.tgz, or '
         'inception_v3_weights_tf_dim_ordering_tf_kernels.h5 (..._kernels_notop.h5: no classes) of '
         'https://storage.googleapis.com/tensorflow/keras-applications/inception_v3/')


class FeatureRow(NamedTuple):
    """Describes one kind of features: a row of FEATURES."""

    help: str
    labels: bool = False          # True if the data set needs labels
    weights: bool = False         # True if they are read from a file of the user
    classes: bool | None = False  # do they give probabilities of classes? None = the file decides
    of_data: bool = True          # are these the classes of the data set?


FEATURES = {
    'classifier': FeatureRow('a small network trained on the labelled data set', labels=True,
                             classes=True),
    'random':     FeatureRow('the network of classifier, untrained'),
    'pixels':     FeatureRow('principal components of the pixels'),
    'inception':  FeatureRow('Inception v3, from --inception FILE', weights=True, classes=None,
                              of_data=False),
}


def default_features(class_names: tuple[str, ...]) -> str:
    """Returns the features of a data set without --features."""
    return 'classifier' if len(class_names) > 1 else 'random'


def check_features(name: str | None, weights: str | None = None) -> None:
    """Raises UsageError for an unknown name, and for a file that is missing or is not used.

    weights: the file of --inception, or None.
    """
    if weights and name is None:
        raise UsageError(f'weights {weights} are read by features inception: give both '
                         '(--inception, --features)')
    check_row('features', name, FEATURES, '--features')
    if weights and not FEATURES[name].weights:
        raise UsageError(f'weights {weights}: only features inception reads them, not {name} '
                         '(--inception, --features)')
    if FEATURES[name].weights and not weights:
        raise UsageError(f'features {name} needs a file of weights (--inception FILE): fetch '
                         f'{FILES}')
    problem = weights and unreadable(weights)
    if problem:
        raise UsageError(f'weights {weights}: {problem} (--inception); fetch {FILES}')


def check_labels(name: str, data: str, class_names: tuple[str, ...]) -> None:
    """Raises UsageError if the features need labels that the data set `data` does not have."""
    if FEATURES[name].labels and len(class_names) < 2:
        others = ' or '.join(name for name, row in FEATURES.items() if not row.labels)
        raise UsageError(f'features {name} need a data set with labels, and {data} has none: '
                         f'choose {others} (--features)')
