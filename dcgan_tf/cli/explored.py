"""Finds what tools/explore.py shows: one run, a model without a run folder, or a folder of runs."""

import os
import pathlib
from argparse import ArgumentTypeError

from dcgan_tf import pretrained, program
from dcgan_tf.cli import trained
from dcgan_tf.cli.paths import local_path
from dcgan_tf.errors import UsageError
from dcgan_tf.run_folder import checkpoint_files
from dcgan_tf.run_folder.overview import is_run_folder
from dcgan_tf.run_folder.run_folder import open_run
from dcgan_tf.run_folder.trained_weights import NEWEST, Weights, saved
from dcgan_tf.show.explore.places import OneRun, ResultsFolder


def add_arguments(parser) -> None:
    """Adds the arguments that say what to show."""
    parser.add_argument('--save-folder', type=local_path, metavar='DIR', help='without RUN: the '
                        'folder that holds the run folders; environment variable: SAVE_FOLDER '
                        '(default: results)')
    trained.add_run(parser, optional='without it, the page lists the runs of --save-folder')


def find(args) -> tuple[OneRun | ResultsFolder, Weights | None]:
    """Returns the runs to show, and the Weights to open at the start.

    These are None for a folder of runs, and for a run without a checkpoint. The default folder of
    runs need not be there yet. UsageError if there is no run or folder that was named, and for a
    flag that has no effect.
    """
    if args.run is None:
        return _folder(args), None
    if args.save_folder:
        raise UsageError('--save-folder is for the list of runs: give it or RUN')
    path = pathlib.Path(args.run)
    if (path / 'config.json').is_file() and not checkpoint_files.steps(path):
        run = open_run(args.run)
        if args.checkpoint == NEWEST and not args.config and not any(saved(run)):
            return OneRun(path), None
    elif _holds_runs(path):
        raise UsageError(f'{path} holds runs: name one of them, or list all with --save-folder '
                         f'{path}')
    weights = trained.find(args)
    return OneRun(path if weights.run else None), weights


def _folder(args):
    """Returns the ResultsFolder that --save-folder names."""
    for flag, given in (('--checkpoint', args.checkpoint != NEWEST), ('--config', args.config)):
        if given:
            raise UsageError(f'{flag} is for one run: name it (RUN)')
    folder = args.save_folder or _default_folder()
    path = pathlib.Path(folder)
    if args.save_folder and not path.is_dir():
        raise UsageError(f'{folder}: there is no such folder; name the one that holds the runs '
                         '(--save-folder), or one run (RUN)')
    if (path / 'config.json').is_file():
        raise UsageError(f'{folder} is a run: name it without --save-folder')
    return ResultsFolder(path)


def hint(place: OneRun | ResultsFolder) -> str:
    """Returns what to do if there is nothing to show yet, as a line; '' if there is something."""
    if not place.many or place.runs():
        return ''
    return (f'there is no run in {place.path} yet: the page lists each as soon as '
            f'{program.command("train")} starts it; without a training, name a generator that '
            f'comes along, {program.command("explore")} {pretrained.PREFIX}{pretrained.names()[0]}')


def _default_folder():
    try:
        return local_path(os.environ.get('SAVE_FOLDER', 'results'))
    except ArgumentTypeError as error:
        raise UsageError(f'SAVE_FOLDER: {error}') from error


def _holds_runs(path):
    return path.is_dir() and not checkpoint_files.steps(path) and any(
        map(is_run_folder, path.iterdir()))
