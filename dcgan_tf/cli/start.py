"""How a training starts: its data, Config and run folder."""

import contextlib
import logging
import math
import pathlib
from collections.abc import Callable

from dcgan_tf import data as datasets
from dcgan_tf.cli import resolving
from dcgan_tf.cli.evaluating import open_evaluator, real_pictures
from dcgan_tf.cli.flags import Options
from dcgan_tf.cli.resuming import changed, resumed
from dcgan_tf.cli.trained import image_format_of
from dcgan_tf.config import Config, listed
from dcgan_tf.data.dataset import Dataset
from dcgan_tf.data.parts import Part
from dcgan_tf.distributed import cluster
from dcgan_tf.errors import UsageError
from dcgan_tf.run_folder import config_json, run_folder
from dcgan_tf.run_folder.lock import locked
from dcgan_tf.run_folder.run_folder import RunFolder

logger = logging.getLogger(__name__)


def prepare(options: Options, several=None, held=None) -> tuple[Dataset, Config, RunFolder | None]:
    """The data set, the Config of all that was asked and found, and the run to go on with.

    several: the Cluster of which this is a worker, or None. held: an ExitStack that keeps the run
    for this process alone, from before its record is read; None = it is only looked at. UsageError
    where these do not fit together, RunError for a damaged file.
    """
    path = resumed(options) if options.resume else None
    if held and path and path.is_dir() and (several is None or several.first):
        held.enter_context(locked(path))
    run = run_folder.open_run(path) if path else None
    asked = changed(run, options) if run else resolving.new(options)
    if several:
        cluster.batch_per_worker(asked.batch_size, several.size)   # before pictures are decoded
    data = _load(asked, options, _part(asked, several))
    if run:
        run.check_data(data.fingerprint, data.class_names)
    config = resolving.fit_to_data(resolving.with_best(asked, options), data)
    config = resolving.resolved(config, options)
    if options.max_epoch is not None:
        steps = options.max_epoch * data.total / config.images_per_step
        config = config.replace(epochs=math.ceil(steps))
    if 'trace_step' in options.given and config.trace_step > config.epochs:
        raise UsageError(f'--trace-step {config.trace_step} is never reached: the run ends at step '
                         f'{config.epochs} (--epochs)')
    return data, config, run


def first_lines(options: Options, config: Config, data: Dataset) -> str:
    """What is trained on, and for how long, in steps and in passes over the data."""
    passes = config.epochs * config.images_per_step / data.total
    asked = config.dataset if options.resume else options.given.get('dataset', Config.dataset)
    return '\n'.join([
        datasets.describe(asked, data, config.data_dir), *data.notes,
        f'training: {config.epochs:,} steps of {config.images_per_step} images = '
        f'{passes:.{1 if passes >= 1 else 4}f} passes over the data'])


def graph_folder(options: Options, config: Config) -> str:
    """Where --graph-only writes: a name of its own, no run folder that could be resumed."""
    name = options.run_name or f'graph-{config.preset}'
    folder = pathlib.Path(options.save_folder, run_folder.plain_name(name))
    if (folder / 'config.json').exists():
        raise UsageError(f'{folder} is a run: choose another --run-name for the graph')
    return str(folder)


def keep_options(folder: str, config: Config) -> None:
    """Beside such a graph: no config.json, or it would be a run."""
    config_json.write_options(pathlib.Path(folder, 'options.json'), config)


def run_of(options: Options, config: Config, data: Dataset, run: RunFolder | None,
           held) -> RunFolder:
    """The folder to write into: the resumed run's, its Config brought up to date, or a new one.

    held: see `prepare`.
    """
    if run is None:
        run = run_folder.create(options.save_folder, options.run_name, config, {
            'name': data.name, 'images': [data.total, *data.images.shape[1:]],
            'fingerprint': data.fingerprint})
        held.enter_context(locked(run.path))
        return run
    for name, (before, now) in run.changed_versions().items():
        logger.warning('%s was %s and is %s: the bits may differ from a run without a stop',
                       name, before, now)
    run.keep(config)
    return run


@contextlib.contextmanager
def evaluator(options: Options, config: Config, data: Dataset, say: Callable):
    """-> the evaluator of the metrics that the Config asks for, or None where it asks for none.

    Before it may train a classifier. Real pictures are evaluated at once, so that what cannot be
    measured is told before the first step.
    """
    names = listed(config.metrics)
    if not names:
        yield None
        return
    real = real_pictures(config, data, n=config.metrics_n, metrics=names)
    with open_evaluator(config, real, n=config.metrics_n, cache=options.cache_folder, metrics=names,
                        progress=not options.quiet) as opened:
        metrics = ', '.join(f'{name} {metric.value:.3g}'
                            for name, metric in opened.baseline.metrics.items())
        say(f'quality: {opened.note}; as many training pictures come to {metrics}')
        yield opened


def _part(asked, several):
    """What this worker reads of the data set; None = all."""
    if not asked.split_data:
        return None
    index, count = (several.index, several.size) if several else (0, 1)
    rows = cluster.batch_per_worker(asked.batch_size, count)
    return Part(index * rows, rows, asked.batch_size)


def _load(asked, options, part):
    """The data set. A path named on the line must be there, or `auto` would hide the mistake."""
    named = 'data_dir' in options.given and not options.download
    own_check = asked.dataset in ('folder', 'npz')
    if named and not own_check and not pathlib.Path(asked.data_dir).exists():
        raise UsageError(f'--data-dir {asked.data_dir}: there is no such folder')
    return datasets.load(
        asked.dataset, asked.data_dir, download=options.download and not options.dry_run,
        fit=image_format_of(asked),
        cache=options.cache_folder, results=options.save_folder, progress=not options.quiet,
        before_decoding=lambda names: resolving.check_before_decoding(asked, names), part=part)
