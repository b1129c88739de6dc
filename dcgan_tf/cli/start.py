"""How a command starts: the data, Config and run folder of a training; a trained run for tools."""

import logging
import math
import os
import pathlib

from dcgan_tf import data as datasets
from dcgan_tf.cli.flags import Options
from dcgan_tf.config import Config, preset
from dcgan_tf.data.dataset import Batches, Dataset
from dcgan_tf.errors import UsageError
from dcgan_tf.training import run_folder
from dcgan_tf.training.run_folder import RunFolder

logger = logging.getLogger(__name__)

# What a resumed run may change; all else shapes its weights, its noise or the order of its data.
MAY_CHANGE = {'epochs', 'eval_step', 'checkpoint_step', 'trace_step', 'check_numerics', 'threads',
              'data_dir'}


def prepare(options: Options) -> tuple[Dataset, Config, RunFolder | None]:
    """The data set, the Config of all that was asked and found, and the run to go on with.

    UsageError where these do not fit together, RunError for a damaged file.
    """
    run = _resumed(options) if options.resume else None
    asked = _changed(run, options.given) if run else _new(options.given)
    data = _load(asked, options)
    if run:
        run.check_data(data.fingerprint)
    config = _fit_to_data(asked, data)
    if options.max_epoch is not None:
        config = config.replace(epochs=math.ceil(options.max_epoch * len(data) / config.batch_size))
    if 'trace_step' in options.given and config.trace_step > config.epochs:
        raise UsageError(f'--trace-step {config.trace_step} is never reached: the run ends at step '
                         f'{config.epochs} (--epochs)')
    return data, config, run


def first_lines(options: Options, config: Config, data: Dataset) -> str:
    """What is trained on, and for how long, in steps and in passes over the data."""
    passes = Batches(data.images, config.batch_size, seed=config.seed).passes(config.epochs)
    asked = config.dataset if options.resume else options.given.get('dataset', Config.dataset)
    return (f'{datasets.describe(asked, data, config.data_dir)}\n'
            f'training: {config.epochs:,} steps of {config.batch_size} images = '
            f'{passes:.{1 if passes >= 1 else 4}f} passes over the data')


def graph_folder(options: Options, config: Config) -> str:
    """Where --graph-only writes: a name of its own, no run folder that could be resumed."""
    name = options.run_name or f'graph-{config.preset}'
    folder = pathlib.Path(options.save_folder, run_folder.plain_name(name))
    if (folder / 'config.json').exists():
        raise UsageError(f'{folder} is a run: choose another --run-name for the graph')
    return str(folder)


def run_of(options: Options, config: Config, data: Dataset, run: RunFolder | None) -> RunFolder:
    """The folder to write into: the resumed run's, its Config brought up to date, or a new one."""
    if run is None:
        return run_folder.create(options.save_folder, options.run_name, config, {
            'name': data.name, 'images': list(data.images.shape),
            'class_names': data.class_names, 'fingerprint': data.fingerprint})
    for name, (before, now) in run.changed_versions().items():
        logger.warning('%s was %s and is %s: the bits may differ from a run without a stop',
                       name, before, now)
    run.keep(config)
    return run


def load(options: Options, gan, run: RunFolder) -> int:
    """Loads the run's newest weights, to be trained on; returns the steps behind them."""
    done = gan.load_model(run.checkpoints)
    if done > gan.config.epochs:
        raise UsageError(f'--epochs {gan.config.epochs} counts from the start, and {run.path} has '
                         f'done {done} steps already')
    if 0 < options.given.get('trace_step', 0) <= done:
        raise UsageError(f'--trace-step {gan.config.trace_step} is past: {run.path} has done '
                         f'{done} steps already')
    return done


def open_gan(path: str):
    """-> (RunFolder, DeepConvolutionalGAN with the run's newest weights). Loads TensorFlow."""
    run = run_folder.open_run(path)
    if not list(run.checkpoints.glob('*.index')):
        raise UsageError(f'{run.path} holds no checkpoint yet: train it with --resume {run.path}')
    from dcgan_tf import DeepConvolutionalGAN
    gan = DeepConvolutionalGAN.from_config(run.config)
    gan.load_model(run.checkpoints, training=False)
    return run, gan


def _new(given):
    """The Config of a preset and the flags on the line."""
    given = {'data_dir': os.environ.get('DATASET_FOLDER', 'dataset'), **given}
    return preset(given.pop('preset', Config.preset), **given)


def _load(asked, options):
    """The data set. A folder named on the line must be there, or `auto` would hide the mistake."""
    named = 'data_dir' in options.given and not options.download
    if named and not pathlib.Path(asked.data_dir).is_dir():
        raise UsageError(f'--data-dir {asked.data_dir}: there is no such folder')
    download = options.download and not options.dry_run
    return datasets.load(asked.dataset, asked.data_dir, download=download)


def _resumed(options):
    latest = options.resume == 'latest'
    return run_folder.open_run(
        run_folder.latest(options.save_folder) if latest else options.resume)


def _changed(run, given):
    """The run's Config with the flags on the line, if they may change.

    What one start was to look into (a trace, every number) does not bind the next.
    """
    for name, value in given.items():
        before = getattr(run.config, name)
        if name not in MAY_CHANGE and value != before:
            raise UsageError(f'--{name.replace("_", "-")} {value} does not fit {run.path}, which '
                             f'was trained with {before}: leave the flag out, or start a new run')
    return run.config.replace(**{'trace_step': 0, 'check_numerics': False, **given})


def _cores():
    """The cores that this process may use."""
    allowed = getattr(os, 'sched_getaffinity', None)          # not on every system
    return len(allowed(0)) if allowed else os.cpu_count() or 1


def _fit_to_data(config, data):
    """Image sizes from the data, paths and threads as they are on this machine."""
    height, width, channels = data.images.shape[1:]
    Batches(data.images, config.batch_size, seed=config.seed)      # refuses a batch too large
    return config.replace(
        dataset=data.name, data_dir=str(pathlib.Path(config.data_dir).resolve()),
        threads=config.threads or _cores(),
        image_height=height, image_width=width, n_channels=channels,
        generator_maps=(*config.generator_maps[:-1], channels),
        discriminator_maps=(channels, *config.discriminator_maps[1:]))
