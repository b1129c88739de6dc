"""log.csv: a row every few steps. Its columns are those of the system that is trained."""

import pathlib
import time
from collections.abc import Sequence

import numpy as np

from dcgan_tf.run_folder.tables import csv_table

BEFORE, AFTER = ('step', 'passes'), ('images_per_second',)       # those that every file has


class LossCsv:
    """Appends one row a call; see `CsvTable` for what happens to the rows that are there.

    columns: the names of what is written of a step's values, in order.
    """

    def __init__(self, path: pathlib.Path, columns: Sequence[str], first: int,
                 images_per_step: int, n_images: int):
        self._columns = columns
        self._table = csv_table.CsvTable(path, _types((*BEFORE, *columns, *AFTER)), first)
        self._per_step, self._n_images = images_per_step, n_images
        self.start_clock(first)

    def start_clock(self, step: int) -> None:
        """Images a second are counted from here on."""
        self._last = (step, time.monotonic())

    def __call__(self, step: int, values: dict) -> float:
        """Writes the row; returns images a second since the row before."""
        rate = self._images_per_second(step)
        self._table.add([step, f'{step * self._per_step / self._n_images:.4f}',
                         *(_written(name, values[name]) for name in self._columns),
                         f'{rate:.1f}'])
        return rate

    def _images_per_second(self, step):
        (last, then), now = self._last, time.monotonic()
        self._last = (step, now)
        return (step - last) * self._per_step / max(now - then, 1e-9)


def as_written(values: dict) -> dict:
    """The numbers among a step's values, as they are when they are read from the file again."""
    return {name: float(_written(name, value)) for name, value in values.items()
            if isinstance(value, float | np.floating)}


def read(path: str | pathlib.Path) -> list[dict]:
    """The whole rows of a log.csv as dictionaries of numbers; none when there is no file."""
    columns = csv_table.header(path)
    if tuple(columns[:2]) != BEFORE or tuple(columns[-1:]) != AFTER:
        return []
    return csv_table.read(path, _types(columns))


def _written(name, value):
    return f'{value:.6g}' if name.endswith('_gradient') else f'{value:.6f}'


def _types(columns):
    return {name: int if name == 'step' else float for name in columns}
