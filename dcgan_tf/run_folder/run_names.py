"""The names of run folders: those that a user may choose, new ones, those of several runs."""

import pathlib
import time

from dcgan_tf import portable
from dcgan_tf.errors import UsageError


def plain_name(name: str) -> str:
    """Returns the name; UsageError if it is not a plain folder name, such as one with a slash."""
    plain = pathlib.PurePath(name).name == name and name.isprintable()
    if not plain or name == 'latest' or name.startswith('.') or len(name.encode()) > 200:
        raise UsageError(f'run name {name!r}: expected a plain folder name (--run-name)')
    if problem := portable.bad_name(name):
        raise UsageError(f'run name {name!r}: {problem} (--run-name)')
    return name


def made(root, config):
    """Makes a folder date-time-dataset-preset, with a number if that name is in use."""
    name = f'{time.strftime("%Y%m%d-%H%M%S")}-{config.dataset}-{config.preset}'
    path, number = root / name, 1
    while True:
        try:
            path.mkdir()
            return path
        except FileExistsError:
            number += 1
            path = root / f'{name}-{number}'


def different(runs) -> dict:
    """Returns {RunFolder: the name of its folder, or its path if two runs have the same name}."""
    names = [run.name for run in runs]
    return {run: run.name if names.count(run.name) == 1 else str(run.path) for run in runs}
