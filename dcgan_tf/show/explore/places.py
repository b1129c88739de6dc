"""The run folders that a page may show, and the files in them.

A page names a run by a key, never by a path: so no request can name another folder.
"""

import hashlib
import os
import pathlib

from dcgan_tf.run_folder.overview import is_run_folder

KEY_DIGITS = 16                    # of a key; hexadecimal


class NoSuchRunError(LookupError):
    """There is no run with this key, or not any more."""


class OneRun:
    """The run of `explore.py RUN`, whose key is ''.

    path: None = a generator without a run folder.
    """

    many = False

    def __init__(self, path: pathlib.Path | None):
        self.path = path

    def find(self, key: str) -> pathlib.Path | None:
        """Returns the path of the run with this key. NoSuchRunError."""
        if key or (self.path is not None and not is_run_folder(self.path)):
            raise NoSuchRunError(f'{self.path.name if self.path else key}: this run is not there '
                                 'any more')
        return self.path


class ResultsFolder:
    """The runs in a folder. The key of a run is a digest of its name."""

    many = True

    def __init__(self, path: pathlib.Path):
        self.path = path

    def find(self, key: str) -> pathlib.Path:
        """Returns the path of the run with this key. NoSuchRunError."""
        for path in self.runs():
            if key_of(path) == key:
                return path
        raise NoSuchRunError('this run is not there any more')

    def runs(self) -> list[pathlib.Path]:
        """Returns the paths of all runs; [] if the folder is gone."""
        try:
            return [path for path in self.path.iterdir() if is_run_folder(path)]
        except OSError:
            return []


def key_of(path: pathlib.Path) -> str:
    """Returns the key of a run: any name, also one that is no UTF-8, has one that fits a URL."""
    return hashlib.sha256(os.fsencode(path.name)).hexdigest()[:KEY_DIGITS]


def file_in(run: pathlib.Path, *names: str) -> pathlib.Path | None:
    """Returns the path of a file in a run folder; None if it does not exist.

    A link that leads out of the run folder does not count: the folder may come from another person.
    """
    path = run.joinpath(*names)
    try:
        inside = path.resolve(strict=True).is_relative_to(run.resolve(strict=True))
        return path if inside and path.is_file() else None
    except (OSError, RuntimeError, ValueError):
        return None
