"""Starts a training: finds its workers, loads its data, makes its Config, opens its run folder."""

import contextlib
import logging
import math
from collections.abc import Callable

from dcgan_tf import data as datasets
from dcgan_tf import own_code
from dcgan_tf.cli import init_from, resolving
from dcgan_tf.cli.early import Start, check_effect, check_length, check_pictures, check_start
from dcgan_tf.cli.flags import Options
from dcgan_tf.cli.resuming import changed, other_unfinished, resumed
from dcgan_tf.config import Config, families, listed, resolved
from dcgan_tf.data import held_out
from dcgan_tf.data.checks import check_batch_size, checked_labels
from dcgan_tf.data.dataset import Dataset
from dcgan_tf.data.parts import Part, PartBatches
from dcgan_tf.distributed.cluster import VARIABLE, Cluster, batch_per_worker, from_environment
from dcgan_tf.errors import UsageError
from dcgan_tf.evaluating import open_evaluator, real_pictures
from dcgan_tf.run_folder import run_folder
from dcgan_tf.run_folder.lock import check_free, locked
from dcgan_tf.run_folder.made_by import notice, notice_versions
from dcgan_tf.run_folder.run_folder import RunFolder

logger = logging.getLogger(__name__)


def find_cluster(options: Options) -> Cluster | None:
    """Returns the Cluster of TF_CONFIG; None for a single process, and for --graph-only."""
    cluster = None if options.graph_only else from_environment()
    if cluster and options.debug:
        raise UsageError(f'--debug {options.debug} looks into a single process: leave it, or '
                         f'{VARIABLE}, out')
    return cluster


def prepare(options: Options, cluster=None, exit_stack=None,
            origin=None) -> tuple[Dataset, Config, RunFolder | None]:
    """Returns the data set, the Config of the run, and the run to continue, or None.

    cluster: the Cluster of which this process is a worker, or None. exit_stack: takes the lock of a
    run that continues, before its config.json is read; None = the run is only read. origin: the
    Weights that the networks start from, see `init_from.find`. UsageError for options that do not
    fit the data or the run, RunError for a damaged file.
    """
    path = resumed(options) if options.resume else None
    if path and path.is_dir() and not options.graph_only and (cluster is None or cluster.first):
        _take(path, exit_stack)
    run = run_folder.open_run(path) if path else None
    if run and not options.quiet and (cluster is None or cluster.first):
        notice([(run.name, run.made_by)])
    if run:
        own_code.open_code(run.path, run.config, options.trust)
    networks = init_from.networks(options, origin) if origin and not run else None
    config = changed(run, options) if run else resolving.new(options, networks)
    config = resolving.with_best(config, options)
    start = Start(options, config, run, cluster, origin)
    check_start(start)
    data = _load(start)
    config = resolved(_of_size(start, resolving.fit_to_data(config, data)))
    if run is None and cluster is None:          # several workers must decide alike, and each has
        config = resolving.with_code_error(config, options, data)        # a disk of its own
    if options.max_epoch is not None:
        steps = options.max_epoch * data.n_training / config.images_per_step
        config = config.replace(epochs=math.ceil(steps))
    _check_data(start._replace(config=config), data)
    if run and start.writes and (line := other_unfinished(options, run, config.epochs)):
        logger.warning(line)
    return data, config, run


def _take(path, exit_stack):
    """Locks the folder of a run that continues; without an exit_stack it only checks it.

    Raises the same in both cases: RunError if it cannot be written, UsageError if it is in use.
    """
    run_folder.check_writable(path)
    if exit_stack is None:
        check_free(path)
    else:
        exit_stack.enter_context(locked(path))


def open_or_create_run(options: Options, config: Config, data: Dataset, run: RunFolder | None,
                       exit_stack, origin=None) -> RunFolder:
    """Returns the run folder to write to: the resumed run, with its new Config, or a new one.

    exit_stack: takes the lock of a new run. origin: the Origin of its networks, or None.
    """
    if run is None:
        run = run_folder.create(options.save_folder, options.run_name, config, {
            'name': data.name, 'images': [data.total, *data.images.shape[1:]],
            'fingerprint': data.fingerprint},
            **({'init_from': origin._asdict()} if origin else {}))
        exit_stack.enter_context(locked(run.path))
        return run
    if not options.quiet:
        notice_versions(run)
    run.keep(config)
    return run


@contextlib.contextmanager
def evaluator(options: Options, config: Config, data: Dataset, log: Callable):
    """Opens a context with the evaluator of the Config's metrics, or None if it has no metrics.

    May train a classifier first. Evaluates real pictures at once, so that a metric that cannot be
    measured is an error before the first step.
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
        same = f'; for the same number of training pictures: {metrics}' if metrics else ''
        log(f'quality: {opened.note}{same}')
        yield opened


def make_worker(cluster: Cluster | None, options: Options, config: Config, data: Dataset):
    """Returns the Worker that `DeepConvolutionalGAN` takes, or None. Loads TensorFlow."""
    if cluster is None:
        return None
    from dcgan_tf.distributed.worker import Worker
    own_code.trust(config)                       # the first worker does it with the run folder
    return Worker(cluster, data=data.fingerprint, patience=options.worker_timeout,
                  start_patience=options.start_timeout)


def _part(config, cluster):
    """Returns the Part of the data set that this worker reads; None = all of it."""
    if not config.split_data:
        return None
    index, count = (cluster.index, cluster.size) if cluster else (0, 1)
    rows = batch_per_worker(config.batch_size, count)
    return Part(index * rows, rows, config.batch_size)


def _of_size(start, config):
    """Returns the Config with the layers for its pictures, unless a flag or a run has them."""
    chosen = start.options.maps or start.run or start.origin
    return config if chosen else families.of_size(config)


def _load(start):
    """Loads the data set. A folder is checked before its pictures are decoded."""
    config, options = start.config, start.options
    fit = datasets.image_format_of(config)

    def check_folder(class_names, labels):
        n, share = len(labels), config.hold_out
        if config.split_data:                    # check_pictures leaves that to PartBatches
            check_batch_size(config.batch_size, n)
        width, height = fit.size or (config.image_width, config.image_height)
        check_pictures(start._replace(config=_of_size(start, config.replace(
            class_names=class_names, image_width=width, image_height=height))), n,
            len(held_out.indices(labels, n, share)) if share else 0)
    return datasets.load(
        config.dataset, config.data_dir, download=options.download and not options.dry_run,
        fit=fit, cache=options.cache_folder, results=options.save_folder,
        progress=not options.quiet, before_decoding=check_folder,
        part=_part(config, start.cluster), hold_out=config.hold_out)


def _check_data(start, data):
    """Raises UsageError for a data set that does not fit the options or the run."""
    if start.run:
        start.run.check_data(data.fingerprint, data.class_names)
    check_effect(start, known=True)
    check_pictures(start, len(data) + data.n_held_out, data.n_held_out)
    if part := _part(start.config, start.cluster):
        PartBatches(data.indices, part, seed=start.config.seed)
    check_length(start)
    if start.config.learns_classes:
        checked_labels(data.labels, len(data), start.config)
