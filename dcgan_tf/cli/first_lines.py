"""The lines that a training prints before its first step: about its data and its length."""

import math

from dcgan_tf import data as datasets
from dcgan_tf.cli.flags import Options
from dcgan_tf.config import Config
from dcgan_tf.data.dataset import Dataset, all_grey
from dcgan_tf.names import counted
from dcgan_tf.run_folder import sample_grids

FEW = 500                # pictures; see docs/experiments.md, "100 pictures"


def first_lines(options: Options, config: Config, data: Dataset) -> str:
    """Returns lines about the data, and about the length of the training in steps and passes."""
    from dcgan_tf.monitoring.overfitting import ENOUGH  # here: they load OpenCV, --help needs none
    from dcgan_tf.show.morphing import MAX_COLUMNS
    passes = config.epochs * config.images_per_step / data.n_training
    name = config.dataset if options.resume else options.given.get('dataset', Config.dataset)
    steps, images = counted(config.epochs, 'step'), counted(config.images_per_step, 'image')
    return '\n'.join([
        datasets.describe(name, data, config.data_dir), *data.notes,
        *([f'held out: {data.n_held_out:,} of {data.total:,} pictures (--hold-out '
           f'{config.hold_out:g}); the metrics compare with them'
           + f'; fewer than {ENOUGH} give no warning of overfitting' * (data.n_held_out < ENOUGH)]
          if data.n_held_out else few_pictures(options, config, data)),
        *sample_grids.left_out(config, MAX_COLUMNS),
        *(['the pictures are stored in colour, but all that were looked at are grey: --gray trains '
           'one channel instead of three'] if not options.resume and all_grey(data.images) else []),
        f'training: {steps} of {images} = '
        f'{passes:.{1 if passes >= 1 else 4}f} passes over the data'])


def few_pictures(options: Options, config: Config, data: Dataset) -> list[str]:
    """Returns the line about pictures so few that a D may learn them by heart; [] of others.

    It is for new runs whose D learns images, and that could hold out enough pictures for the
    warning.
    """
    from dcgan_tf.monitoring.overfitting import ENOUGH  # as in `first_lines`
    n, share = data.n_training, max(10, math.ceil(100 * ENOUGH / data.n_training)) / 100
    learns_images = 'diff_augment' in config.row_of_type.takes and config.gamma < 1  # no plain VAE
    if options.resume or config.split_data or not learns_images or n >= FEW or share > 0.5:
        return []
    remedy = '' if config.diff_augment else '--diff-augment color,translation helps against it; '
    return [f'{n:,} pictures are few: D may learn them by heart, and then the samples become no '
            f'better; {remedy}--hold-out {share:g} keeps some back and warns']
