"""Makes the Config of a training: from the flags, then with the data set, then without `auto`."""

import os
import pathlib

from dcgan_tf import data as datasets
from dcgan_tf.cli.flags import Options
from dcgan_tf.cli.paths import expanded
from dcgan_tf.cli.resuming import typed
from dcgan_tf.config import NONE, TYPES, Config, listed, preset
from dcgan_tf.data.dataset import Batches, Dataset, checked_labels
from dcgan_tf.errors import UsageError

# Option -> the option without which it does nothing.
NEEDS = {'penalty_weight': 'penalty', 'penalty_every': 'penalty',
         'instance_noise_steps': 'instance_noise', 'metrics_step': 'metrics',
         'metrics_n': 'metrics'}


def new(options: Options) -> Config:
    """Returns the Config of a preset and of the typed flags.

    Without --preset it is the preset of the type or, if the type has none, of the data set.
    """
    given = {'data_dir': expanded(os.environ.get('DATASET_FOLDER', 'dataset')), **options.given}
    dataset = datasets.DATASETS.get(given.get('dataset', Config.dataset))
    gan_type = TYPES.get(given.get('type', Config.type))
    name = (gan_type and gan_type.preset) or (dataset.preset if dataset else Config.preset)
    config = preset(given.pop('preset', name), **given)
    return config.replace(**_maps(config, options.maps)) if options.maps else config


def with_best(config: Config, options: Options) -> Config:
    """Returns the Config with the metric of `keep_best` among its metrics.

    UsageError if the user gave --metrics none: the metric must be measured.
    """
    names = listed(config.metrics)
    if config.keep_best in (NONE, *names):
        return config
    if options.given.get('metrics') == '':
        raise UsageError(f'--metrics none: the best checkpoint is chosen by {config.keep_best}, '
                         'which must be measured; add --keep-best none')
    return config.replace(metrics=','.join([*names, config.keep_best]))


def resolved(config: Config, options: Options) -> Config:
    """Returns the Config with names and numbers in place of `auto` and 0, for config.json.

    UsageError for options that contradict each other.
    """
    for flag, other in NEEDS.items():
        if flag in options.given and getattr(config, other) == getattr(Config, other):
            raise UsageError(f'{typed(flag, options.given[flag])} does nothing without '
                             f'--{other.replace("_", "-")}')
    from dcgan_tf import networks
    from dcgan_tf.losses import objectives, penalties  # loads TensorFlow: seconds
    objectives.check_smoothing(config.objective, config.label_smoothing)
    return config.replace(
        norm=networks.build(config).norms.d,
        penalty_weight=penalties.weight_of(config),
        d_learning_rate=config.d_learning_rate or config.learning_rate,
        g_learning_rate=config.g_learning_rate or config.learning_rate)


def fit_to_data(config: Config, data: Dataset) -> Config:
    """Returns the Config with the image size and classes of the data, and this machine's threads.

    The path of the data becomes absolute. UsageError if the data does not fit the options.
    """
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


def check_before_decoding(config: Config, class_names: tuple[str, ...]) -> None:
    """Raises UsageError for missing classes or too many layers, before pictures are decoded."""
    _check_classes(config, 'folder', class_names)
    from dcgan_tf import networks  # loads TensorFlow: seconds
    width, height = config.resize or (config.image_width, config.image_height)
    networks.build(config.replace(image_width=width, image_height=height,
                                  class_names=class_names))


def cores() -> int:
    """Returns the number of CPU cores that this process may use."""
    allowed = getattr(os, 'sched_getaffinity', None)          # exists on Linux
    return len(allowed(0)) if allowed else os.cpu_count() or 1


def _maps(config, maps):
    """Returns the options for both networks' feature maps. maps: from the image inwards."""
    channels = config.n_channels
    return {'generator_maps': (*reversed(maps), channels), 'discriminator_maps': (channels, *maps)}


def _check_classes(config, name, class_names):
    """Raises UsageError if the generator takes labels and the data has fewer than two classes."""
    if config.conditioned and len(class_names) < 2:
        raise UsageError(f'--type {config.type} needs two classes or more, and {name} has '
                         f'{len(class_names) or "none"}: one sub-folder a class, or labels')
