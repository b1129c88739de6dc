"""Writes and reads log.csv: a row every ten steps, with the columns of the system in training."""

import pathlib
import time
from collections.abc import Callable, Sequence

import numpy as np

from dcgan_tf.run_folder.tables import csv_table, reading

FIRST, LAST = ('step', 'passes'), ('images_per_second',)         # the columns of every file
FORMS = {'step': 'd', 'passes': '.4f', 'images_per_second': '.1f'}      # the others': .6f or .6g


class LossCsv:
    """Appends one row a call; `CsvTable` says what it does with an existing file.

    columns: the names of those of a step's values that are written, in order. first: the step that
    the training goes on from. images_per_step, n_images: of a step, of the data set. seen: as in
    `CsvTable`.
    """

    def __init__(self, path: pathlib.Path, columns: Sequence[str], first: int,
                 images_per_step: int, n_images: int,
                 seen: Callable[[dict], None] | None = None):
        self._columns = columns
        types = _types((*FIRST, *columns, *LAST))
        self._table = csv_table.CsvTable(path, types, first,
                                         {name: _form(name) for name in types}, seen)
        self._per_step, self._n_images = images_per_step, n_images
        self.start_clock(first)

    def start_clock(self, step: int) -> None:
        """Counts images a second from this step and this moment on."""
        self._last = (step, time.monotonic())

    def __call__(self, step: int, values: dict) -> float:
        """Writes a row; returns images a second since the last row."""
        rate = self._images_per_second(step)
        self._table.add([step, step * self._per_step / self._n_images,
                         *(values[name] for name in self._columns), rate])
        return rate

    def _images_per_second(self, step):
        (last, then), now = self._last, time.monotonic()
        self._last = (step, now)
        return (step - last) * self._per_step / max(now - then, 1e-9)


def as_written(values: dict) -> dict:
    """Returns the numbers among a step's values, rounded as they are read back from the file."""
    return {name: float(f'{value:{_form(name)}}') for name, value in values.items()
            if isinstance(value, float | np.floating)}


def load(path: str | pathlib.Path) -> reading.Table:
    """Reads a log.csv with the columns that it has, whichever the system is."""
    return reading.load(path, _columns_of_log)


def parsed(content: bytes) -> reading.Table:
    """Returns what `load` would return for a file with this content."""
    return reading.parsed(content, _columns_of_log)


def read(path: str | pathlib.Path) -> list[dict]:
    """Returns the complete rows of a log.csv as dictionaries of numbers; [] without a file."""
    return load(path).rows


def last_rows(path: str | pathlib.Path) -> list[dict]:
    """Returns the rows at the end of a log.csv: see `reading.last_rows`."""
    return reading.last_rows(path, _columns_of_log)


def _columns_of_log(header):
    """Returns name -> type; {} for a table that has none of the columns of a log but `step`."""
    is_log = {*FIRST[1:], *LAST} & {*header} or any(name.endswith('_loss') for name in header)
    return _types(filter(None, header)) if is_log else {}


def _form(name):
    return FORMS.get(name) or ('.6g' if name.endswith('_gradient') else '.6f')


def _types(columns):
    return {name: int if name == 'step' else float for name in columns}
