"""metrics.csv: figures of quality on the way, each with its features, numbers and split."""

import math
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

    def of(self, name: str, beside: Beside) -> list[float]:
        """The finite values so far of one figure."""
        return [row['value'] for row in read(self._path) if row['figure'] == name
                and Beside(*(row[key] for key in Beside._fields)) == beside
                and math.isfinite(row['value'])]


def read(path: str | pathlib.Path) -> list[dict]:
    """The whole rows of a metrics.csv as dictionaries; none when there is no file."""
    return table.read(path, COLUMNS)
