"""Opens the evaluator of a run's data set, for the training, the tools and `GAN.evaluate`."""

import contextlib
import logging
import pathlib
from collections.abc import Iterable

from dcgan_tf import evaluator
from dcgan_tf.arguments import check_path, check_row, check_whole, shown
from dcgan_tf.config import (
    FEATURES,
    Config,
    check_features,
    check_labels,
    check_metrics_of_type,
    default_features,
    listed,
)
from dcgan_tf.config import METRICS as METRIC_ROWS
from dcgan_tf.data import DATASETS, held_out, image_format_of
from dcgan_tf.data.arrays import as_dataset
from dcgan_tf.data.dataset import Dataset
from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.metrics import ALL_CLASSES, METRICS, Pictures, Seer, need_samples
from dcgan_tf.metrics import check as check_metrics
from dcgan_tf.obstacles import folder_obstacle

logger = logging.getLogger(__name__)


def real_pictures(config: Config, data: Dataset, *, n: int, metrics: tuple[str, ...] = (),
                  features: str | None = None, data_dir: str | None = None) -> held_out.Split:
    """Returns the real pictures that an evaluator compares with.

    UsageError if they are missing, or if a metric cannot be measured with them.
    """
    name = features or default_features(data.class_names)
    check_labels(name, data.name, data.class_names)
    real = held_out.split(data, data_dir or config.data_dir, image_format_of(config))
    evaluator.check(metrics, real, n, _seer(name))
    return real


def check(config: Config, metrics: tuple[str, ...], *, n: int, n_data: int, cache: str,
          features: str | None, data_dir: str | None = None, n_held_out: int = 0) -> None:
    """Raises UsageError for metrics that such a data set cannot have. It reads no picture.

    The Config has the name, the classes and the size of the data set, and n_data is its number of
    pictures, at most; n_held_out: how many of them are held out, 0 = not known. Classes () and
    features None = not known yet. RunError if the classifier cannot be kept in the folder `cache`.
    """
    if features and config.class_names:
        check_labels(features, config.dataset, config.class_names)
    n_held_out = n_held_out or held_out.most(config.dataset, n_data, data_dir or config.data_dir,
                               config.hold_out)
    unseen = bool(config.hold_out) or DATASETS[config.dataset].test
    pictures = Pictures(config.dataset, min(n, n_held_out), n,
                        (config.image_width, config.image_height), unseen,
                        len(config.class_names) or None)
    check_metrics(metrics, pictures, _seer(features))
    trains = need_samples(metrics or METRICS) and features == 'classifier'
    kept = trains and not any(pathlib.Path(cache).glob('classifier-*'))
    if kept and (problem := folder_obstacle(cache)):
        raise RunError(f'cache {cache}: {problem} (--cache-folder)')


def _seer(features):
    """Returns what is known of features before they are opened. None = not known yet."""
    if features is None:
        return ALL_CLASSES
    row = FEATURES[features]
    return Seer(features, row.classes is not False, row.of_data)


@contextlib.contextmanager
def open_evaluator(config: Config, real, *, n: int, cache: str, features: str | None = None,
                   weights: str | None = None, metrics: tuple[str, ...] = (),
                   encoder: bool | None = None, progress: bool = False):
    """Opens a context with an Evaluator that compares n generated pictures with `real`.

    real: of `real_pictures`. features: None = classifier if the data has labels, else random.
    weights: the file of `inception`. metrics: () = all that are possible; a line is logged for each
    reason why others are not. encoder: whether they are also those of an encoder; None = if the
    Config has one. Loads TensorFlow. Trains the classifier, which takes a minute or two,
    unless the folder `cache` has it, or no metric needs it.
    """
    from dcgan_tf.features import NO_FEATURES, open_features
    name = features or default_features(real.train.class_names)
    with (open_features(name, real.train, real.test, cache=cache, threads=config.threads,
                        progress=progress, weights=weights)
          if need_samples(metrics or METRICS) else contextlib.nullcontext(NO_FEATURES)) as opened:
        made = evaluator.Evaluator(opened, real, n=n, metrics=metrics,
                                   encoder=config.encodes if encoder is None else encoder)
        for why in dict.fromkeys(made.left_out.values()):
            names = ', '.join(name for name, other in made.left_out.items() if other == why)
            logger.warning('left out: %s: %s', names, why)
        yield made


def evaluate(gan, data, metrics, *, n, features, weights, cache, seed) -> evaluator.Evaluation:
    """Does what `GAN.evaluate` says, which explains the arguments."""
    from dcgan_tf.fit.feed import check_images  # loads TensorFlow
    c, metrics = gan.config, listed(metrics) if isinstance(metrics, str) else metrics
    if not isinstance(metrics, Iterable):
        raise UsageError(f'metrics = {shown(metrics)}: expected a list of names')
    for name in (metrics := tuple(metrics)):
        check_row('metric', name, METRIC_ROWS, '--metrics')
    check_metrics_of_type(c, *metrics)
    check_whole('n', n, 2)
    check_whole('seed', seed)
    check_path('cache', cache, 'the path of a folder')
    if features or weights:
        check_features(features, weights)
    data = as_dataset('data', data, c.class_names if c.learns_classes else ())
    check_images(data.images, c)
    if c.learns_classes and data.labels is None:
        raise UsageError(f'data: a {c.type} draws samples of the classes of real pictures, and '
                         'these have no labels: expected a pair of images and labels')
    real = real_pictures(c, data, n=n, metrics=metrics, features=features)
    with open_evaluator(c, real, n=n, cache=cache, features=features, weights=weights,
                        metrics=metrics) as opened:
        return measure(gan, opened, seed)


def measure(gan, opened, seed=0) -> evaluator.Evaluation:
    """Measures samples of a GAN with the seeds from `seed` on. opened: of `open_evaluator`."""
    from dcgan_tf.fit.encoded import encoded_by  # loads TensorFlow
    from dcgan_tf.fit.feed import told_by
    from dcgan_tf.run_folder import samples  # loads OpenCV
    c, labels = gan.config, opened.labels(opened.n)
    tells = any(row.told and c.kind in row.types for row in METRIC_ROWS.values())
    told = told_by(gan, opened.training_set.images) if tells else {}
    told.update(encoded_by(gan, opened.training_set.images, opened.training_set.labels, seed))
    asked = {'labels': labels} if c.learns_classes else {}
    images = samples.draw(gan.generate_images, c, seed, labels) if opened.n_samples else None
    return opened.evaluate(images, **asked, **told)
