"""The judge of a run's data set, for training and for tools."""

import contextlib

from dcgan_tf.cli.trained import fit_of
from dcgan_tf.config import Config
from dcgan_tf.data.dataset import Dataset


@contextlib.contextmanager
def open_judge(config: Config, data: Dataset, *, n: int, cache: str, data_dir: str | None = None,
               features: str | None = None, weights: str | None = None,
               metrics: tuple[str, ...] = (), progress: bool = False):
    """-> Judge of pictures like those of `config`, with n real ones at most.

    features: None = classifier with labels, else random. weights: the file of `inception`.
    metrics: () = all that they allow.
    Loads TensorFlow. The classifier is trained, for a minute or two, unless the cache has it.
    """
    from dcgan_tf.data.held_out import split
    from dcgan_tf.features import open_features
    from dcgan_tf.judge import Judge
    real = split(data, data_dir or config.data_dir, fit_of(config))
    name = features or ('classifier' if len(data.class_names) > 1 else 'random')
    with open_features(name, real.train, real.test, cache=cache, threads=config.threads,
                       progress=progress, weights=weights) as opened:
        yield Judge(opened, real, n=n, metrics=metrics)
