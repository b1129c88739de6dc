"""The evaluator of a run's data set, for training and for tools."""

import contextlib
import logging

from dcgan_tf.cli.trained import image_format_of
from dcgan_tf.config import Config
from dcgan_tf.data.dataset import Dataset

logger = logging.getLogger(__name__)


def real_pictures(config: Config, data: Dataset, *, n: int, metrics: tuple[str, ...] = (),
                  data_dir: str | None = None):
    """-> `held_out.Split` of the pictures that an evaluator compares with.

    UsageError where they are missing, and for metrics that so many of them do not allow.
    Loads TensorFlow.
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
    """-> Evaluator of n pictures like those of `config`, beside those of `real_pictures`.

    features: None = classifier with labels, else random. weights: the file of `inception`.
    metrics: () = all that they allow; a line for each reason why others are left out.
    Loads TensorFlow. The classifier is trained, for a minute or two, unless the cache has it.
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
