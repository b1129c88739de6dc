"""The Config of a training: from the flags, then with what the data set says, then in full."""

import os
import pathlib

from dcgan_tf import data as datasets
from dcgan_tf.cli.flags import Options
from dcgan_tf.cli.resuming import typed
from dcgan_tf.config import NONE, TYPES, Config, listed, preset
from dcgan_tf.data.dataset import Batches, Dataset, checked_labels
from dcgan_tf.errors import UsageError

# Options that say more about another, which must be given with them.
NEEDS = {'penalty_weight': 'penalty', 'penalty_every': 'penalty',
         'instance_noise_steps': 'instance_noise', 'metrics_step': 'metrics',
         'metrics_n': 'metrics'}


def new(options: Options) -> Config:
    """The Config of a preset and the flags on the line.

    Without --preset the type has one, or the data set.
    """
    given = {'data_dir': os.environ.get('DATASET_FOLDER', 'dataset'), **options.given}
    row = datasets.DATASETS.get(given.get('dataset', Config.dataset))
    kind = TYPES.get(given.get('type', Config.type))
    name = (kind and kind.preset) or (row.preset if row else Config.preset)
    config = preset(given.pop('preset', name), **given)
    return config.replace(**_maps(config, options.maps)) if options.maps else config


def with_best(config: Config, options: Options) -> Config:
    """A figure that shall choose the best checkpoint has to be measured; UsageError for none."""
    names = listed(config.metrics)
    if config.keep_best in (NONE, *names):
        return config
    if options.given.get('metrics') == '':
        raise UsageError(f'--metrics none: the best checkpoint is kept by {config.keep_best}, and '
                         'for that it is measured; add --keep-best none')
    return config.replace(metrics=','.join([*names, config.keep_best]))


def resolved(config: Config, options: Options) -> Config:
    """What `auto` and 0 stand for, in words and numbers, so that config.json says what was done.

    UsageError for options that do not go together.
    """
    for flag, other in NEEDS.items():
        if flag in options.given and getattr(config, other) == getattr(Config, other):
            raise UsageError(f'{typed(flag, options.given[flag])} does nothing without '
                             f'--{other.replace("_", "-")}')
    from dcgan_tf import networks
    from dcgan_tf.losses import objectives, penalties  # loads TensorFlow: seconds
    objectives.check_smoothing(config.objective, config.label_smoothing)
    return config.replace(
        norm=networks.build(config).d_norm,
        penalty_weight=penalties.weight_of(config),
        d_learning_rate=config.d_learning_rate or config.learning_rate,
        g_learning_rate=config.g_learning_rate or config.learning_rate)


def fit_to_data(config: Config, data: Dataset) -> Config:
    """Image sizes from the data, paths and threads as they are on this machine."""
    height, width, channels = data.images.shape[1:]
    _check_classes(config, data.name, data.class_names)
    if config.conditioned:
        checked_labels(data.labels, len(data), config.replace(class_names=data.class_names))
    if data.indices is None:
        Batches(data.images, config.batch_size, seed=config.seed)  # refuses a batch too large
    return config.replace(
        dataset=data.name, class_names=data.class_names,
        data_dir=str(pathlib.Path(config.data_dir).resolve()),
        threads=config.threads or cores(),
        image_height=height, image_width=width, n_channels=channels,
        generator_maps=(*config.generator_maps[:-1], channels),
        discriminator_maps=(channels, *config.discriminator_maps[1:]))


def check_before_decoding(asked: Config, class_names: tuple[str, ...]) -> None:
    """What would be refused after it, and can be known: no classes, too many layers."""
    _check_classes(asked, 'folder', class_names)
    from dcgan_tf import networks  # loads TensorFlow: seconds
    width, height = asked.resize or (asked.image_width, asked.image_height)
    networks.build(asked.replace(image_width=width, image_height=height,
                                 class_names=class_names))


def cores() -> int:
    """How many this process may use."""
    allowed = getattr(os, 'sched_getaffinity', None)          # not on every system
    return len(allowed(0)) if allowed else os.cpu_count() or 1


def _maps(config, maps):
    """Both networks' feature maps, from a list that goes from the image inwards."""
    channels = config.n_channels
    return {'generator_maps': (*reversed(maps), channels), 'discriminator_maps': (channels, *maps)}


def _check_classes(config, name, class_names):
    """UsageError where a generator that takes labels has none to learn."""
    if config.conditioned and len(class_names) < 2:
        raise UsageError(f'--type {config.type} needs two classes or more, and {name} has '
                         f'{len(class_names) or "none"}: one sub-folder a class, or labels')
