"""Opens the evaluator of a run's data set, for the training and for the tools."""

import contextlib
import logging

from dcgan_tf.cli.trained import image_format_of
from dcgan_tf.config import Config
from dcgan_tf.data.dataset import Dataset

logger = logging.getLogger(__name__)


def real_pictures(config: Config, data: Dataset, *, n: int, metrics: tuple[str, ...] = (),
                  data_dir: str | None = None):
    """Returns the real pictures that an evaluator compares with, as a `held_out.Split`.

    UsageError if they are missing, or if there are too few of them for a metric. Loads TensorFlow.
    """
    from dcgan_tf.data.held_out import split
    from dcgan_tf.evaluator import check
    real = split(data, data_dir or config.data_dir, image_format_of(config))
    check(metrics, real, n)
    return real


@contextlib.contextmanager
def open_evaluator(config: Config, real, *, n: int, cache: str, features: str | None = None,
                   weights: str | None = None, metrics: tuple[str, ...] = (),
                   progress: bool = False):
    """Opens a context with an Evaluator that compares n generated pictures with `real`.

    real: of `real_pictures`. features: None = classifier if the data has labels, else random.
    weights: the file of `inception`. metrics: () = all that are possible; a line is logged for each
    reason why others are not. Loads TensorFlow. Trains the classifier, which takes a minute or two,
    unless the folder `cache` has it.
    """
    from dcgan_tf.evaluator import Evaluator
    from dcgan_tf.features import open_features
    name = features or ('classifier' if len(real.train.class_names) > 1 else 'random')
    with open_features(name, real.train, real.test, cache=cache, threads=config.threads,
                       progress=progress, weights=weights) as opened:
        evaluator = Evaluator(opened, real, n=n, metrics=metrics)
        for why in dict.fromkeys(evaluator.left_out.values()):
            names = ', '.join(name for name, other in evaluator.left_out.items() if other == why)
            logger.warning('left out: %s: %s', names, why)
        yield evaluator
