"""Makes the Config of a training: from the flags, then with the data set, then without `auto`."""

import argparse
import os
import pathlib

from dcgan_tf import data as datasets
from dcgan_tf.cli.flags import Options
from dcgan_tf.cli.paths import local_path
from dcgan_tf.config import NONE, TYPES, Config, families, listed, preset
from dcgan_tf.config.types import kind_of
from dcgan_tf.data import held_out
from dcgan_tf.data.dataset import Dataset
from dcgan_tf.errors import UsageError


def new(options: Options, networks: dict | None = None) -> Config:
    """Returns the Config of a preset and of the typed flags.

    Without --preset it is the preset of the type or, if the type has none, of the data set.
    networks: the options of networks that are there, see `init_from.networks`; None = none are.
    """
    given = {**options.given, **(networks or {})}
    if 'data_dir' not in given:
        given['data_dir'] = _default_data_dir()
    dataset = datasets.DATASETS.get(given.get('dataset', Config.dataset))
    gan_type = TYPES.get(kind_of(given.get('type', Config.type), given.get('code', ())))
    name = (gan_type and gan_type.preset) or (dataset.preset if dataset else Config.preset)
    config = preset(given.pop('preset', name), **given)
    if not options.maps:
        return config
    families.check_same_depth(config)
    channels = config.n_channels
    return config.replace(generator_maps=(*reversed(options.maps), channels),
                          discriminator_maps=(channels, *options.maps))


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


def with_code_error(config: Config, options: Options, data: Dataset) -> Config:
    """Returns the Config with `code_error` among its metrics if there are codes and classes.

    Of clusters it is `cluster_error`. It takes seconds, as it needs no samples. It is left out with
    --metrics none, and where the held-out pictures are missing.
    """
    names = listed(config.metrics)
    error = 'cluster_error' if config.encodes else 'code_error'
    if (not config.has_codes or len(data.class_names) < 2 or error in names
            or options.given.get('metrics') == ''):
        return config
    try:
        held_out.most(data.name, len(data), config.data_dir, config.hold_out)
    except UsageError:
        return config
    return config.replace(metrics=','.join([*names, error]))


def fit_to_data(config: Config, data: Dataset) -> Config:
    """Returns the Config with the image size and classes of the data.

    The path of the data becomes absolute, with slashes on every system.
    """
    height, width, channels = data.images.shape[1:]
    return config.replace(
        dataset=data.name, class_names=data.class_names,
        data_dir=pathlib.Path(config.data_dir).resolve().as_posix(),
        image_height=height, image_width=width, n_channels=channels,
        generator_maps=(*config.generator_maps[:-1], channels),
        discriminator_maps=(channels, *config.discriminator_maps[1:]))


def _default_data_dir():
    try:
        return local_path(os.environ.get('DATASET_FOLDER', 'dataset'))
    except argparse.ArgumentTypeError as error:
        raise UsageError(f'the environment variable DATASET_FOLDER: {error}') from error
