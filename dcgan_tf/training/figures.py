"""metrics.csv: figures of quality on the way, each with its features, numbers and split."""

import pathlib
from typing import NamedTuple

from dcgan_tf.training import table

COLUMNS = {'step': int, 'figure': str, 'value': float, 'error': float, 'features': str,
           'samples': int, 'real': int, 'split': str}


class Beside(NamedTuple):
    """What belongs beside a figure: figures with other company cannot be compared."""

    features: str
    samples: int
    real: int
    split: str

    def __str__(self):
        return f'{self.features}, {self.samples:,} samples, {self.real:,} {self.split}'


class Figures:
    """Appends rows; see `Table` for what happens to those that are there."""

    def __init__(self, path: pathlib.Path, first: int):
        self._path = path
        self._table = table.Table(path, COLUMNS, first)

    def add(self, step: int, figures: dict, beside: Beside) -> None:
        """figures: name -> (value, error)."""
        self._table.add(*([step, name, f'{value:.8g}', f'{error:.3g}', *beside]
                          for name, (value, error) in figures.items()))

    def has(self, step: int, beside: Beside) -> bool:
        """Is there a figure of this step, in this company?"""
        return any(row['step'] == step and beside_of(row) == beside for row in read(self._path))


def beside_of(row: dict) -> Beside:
    """What belongs beside the figure of a row that was read."""
    return Beside(*(row[name] for name in Beside._fields))


def read(path: str | pathlib.Path) -> list[dict]:
    """The whole rows of a metrics.csv as dictionaries; none when there is no file."""
    return table.read(path, COLUMNS)
