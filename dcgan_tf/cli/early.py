"""Refuses what cannot be done before anything slow: TensorFlow, decoding, a classifier.

A run and a dry run call the same two functions, so a dry run refuses what a run would refuse.

    check_start      calls the checks of the command line, with a look at the disk
    check_pictures   is called when the data set has been listed (a folder, before it is decoded),
                     and when it has been loaded
"""

import pathlib
from typing import NamedTuple

from dcgan_tf import data as datasets
from dcgan_tf import evaluating
from dcgan_tf.cli import init_from, resuming
from dcgan_tf.cli.flags import Options
from dcgan_tf.cli.trained import check_data_dir
from dcgan_tf.config import Config, default_features, families, listed
from dcgan_tf.data.checks import check_batch_size
from dcgan_tf.distributed.cluster import Cluster, batch_per_worker
from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.obstacles import folder_obstacle
from dcgan_tf.run_folder import run_folder, run_names
from dcgan_tf.run_folder.trained_weights import Weights

# Option -> the option without which it does nothing.
NEEDS = {'penalty_weight': 'penalty', 'penalty_every': 'penalty',
         'instance_noise_steps': 'instance_noise', 'metrics_step': 'metrics',
         'metrics_n': 'metrics'}


class Start(NamedTuple):
    """Holds what is known when a training starts."""

    options: Options
    config: Config
    run: run_folder.RunFolder | None        # the run to continue
    cluster: Cluster | None
    origin: Weights | None = None           # the networks that a new run starts from

    @property
    def writes(self) -> bool:
        """Tells whether this process writes the run folder."""
        return self.cluster is None or self.cluster.first


def check_start(start: Start) -> None:
    """Raises UsageError or RunError for what the command line and a look at the disk tell."""
    c = start.config
    check_effect(start)
    check_vae(start)
    check_parts(start)
    families.d_norm(c)                            # --norm batch, and a penalty of single images
    batch_per_worker(c.batch_size, start.cluster.size if start.cluster else 1)
    if start.options.max_epoch is None:           # else `epochs` is known with the data
        check_length(start)
    check_folder(start)
    check_data(start)


def check_parts(start: Start) -> None:
    """Raises UsageError for a new run whose pictures have parts in common, and are to be split.

    Such runs of earlier versions go on.
    """
    c = start.config
    row = datasets.DATASETS.get(c.dataset)              # None: an unknown one is refused later
    if start.run or row is None or row.independent:
        return
    if c.hold_out:
        raise UsageError(f'--hold-out {c.hold_out:g}: the pictures of {c.dataset} share their '
                         'digits, so none of them is new to the training: leave it out; the '
                         'metrics compare with test pictures, which have other digits')
    if c.gray:
        raise UsageError(f'--gray: the digits of a picture of {c.dataset} are its colours: leave '
                         'it out')


def check_pictures(start: Start, n: int, n_held_out: int) -> None:
    """Raises UsageError or RunError for pictures that do not fit the options or the run.

    start: its Config has the name, the classes and the size of the pictures. n: their number, or
    that of the files that may be pictures. n_held_out: how many of them the training never sees.
    """
    check_classes(start)
    if start.origin:
        init_from.check_data(start.config, start.origin)
    families.check_networks(start.config)         # pictures that are too small for the layers
    if not start.config.split_data:               # else PartBatches counts images for each row
        check_batch_size(start.config.batch_size, n - n_held_out, n_held_out)
    check_metrics(start, n, n_held_out)


def check_effect(start, *, known=False):
    """Refuses --penalty-every without --penalty, and the like.

    known: whether the data is known. An infogan then measures its codes, or cannot.
    """
    c, given = start.config, start.options.given
    waits = c.has_codes and not known
    for name, other in NEEDS.items():
        if name in given and getattr(c, other) == getattr(Config, other) and not (
                waits and other == 'metrics'):
            raise UsageError(f'{resuming.typed(name, given[name])} does nothing without '
                             f'--{other.replace("_", "-")}')


def check_vae(start):
    """Refuses a VAE that compares what a D sees which nothing trains, and that no run brings."""
    c = start.config
    new = not (start.origin or start.run)
    if new and c.kind == 'vae_gan' and c.gamma == 1 and c.feature_layer:
        raise UsageError('--gamma 1 trains no D, so what D sees means nothing: add --feature-layer '
                         '0, which compares pixels, or --init-from RUN, whose D is trained')


def check_length(start):
    """Refuses --trace-step after the last step, and --epochs that the run has done already."""
    c = start.config
    if 'trace_step' in start.options.given and c.trace_step > c.epochs:
        raise UsageError(f'--trace-step {c.trace_step} is never reached: the run ends at step '
                         f'{c.epochs} (--epochs)')
    if start.run and not start.options.graph_only:
        resuming.check_steps(start.options, start.run, c.epochs)


def check_data(start):
    """Refuses a --data-dir that does not exist, and --download where nothing can be fetched."""
    c, options = start.config, start.options
    if options.download:
        datasets.check_download(c.dataset, c.data_dir)
        if options.dry_run and datasets.missing(c.dataset, c.data_dir):
            raise UsageError(f'--dry-run fetches nothing, and the files of --dataset {c.dataset} '
                             f'are not in {c.data_dir}: leave out --dry-run')
        return
    if 'data_dir' in options.given:
        check_data_dir(c.dataset, c.data_dir)


def check_folder(start):
    """Refuses a --run-name that is taken, and a folder that cannot be written to."""
    options, run = start.options, start.run
    if options.graph_only:
        graph_folder(options, start.config)
    elif start.writes and run is None:
        run_folder.check_new(options.save_folder, options.run_name)
    elif start.writes and start.config.keep_best:     # the other parts: before the run is locked
        run_folder.check_writable(run.path, ['best'])


def check_classes(start):
    """Refuses --type cgan without classes, and classes that are not those of the run."""
    c = start.config
    if c.learns_classes and len(c.class_names) < 2:
        who = (f'the networks of {init_from.where(start.origin)} are those of a {c.type}, which'
               if start.origin else f'--type {c.type}')
        raise UsageError(f'{who} needs two classes or more, and {c.dataset} has '
                         f'{len(c.class_names) or "none"}: one sub-folder a class, or labels')
    if start.run:
        start.run.check_classes(c.class_names)


def check_metrics(start, n, n_held_out):
    """Refuses --metrics that such data cannot have, or whose classifier cannot be kept."""
    c, names = start.config, listed(start.config.metrics)
    if names and start.writes and not start.options.graph_only:
        evaluating.check(c, names, n=c.metrics_n, n_data=n, cache=start.options.cache_folder,
                         features=default_features(c.class_names), n_held_out=n_held_out)


def graph_folder(options: Options, config: Config) -> pathlib.Path:
    """Returns the folder of --graph-only. UsageError if it is a run folder.

    RunError if it cannot be written.
    """
    name = options.run_name or f'graph-{config.preset}'
    folder = pathlib.Path(options.save_folder, run_names.plain_name(name))
    if (folder / 'config.json').exists():
        raise UsageError(f'{folder} is a run: choose another --run-name for the graph')
    if problem := folder_obstacle(folder):
        raise RunError(f'cannot write {folder}: {problem} (--save-folder)')
    return folder
