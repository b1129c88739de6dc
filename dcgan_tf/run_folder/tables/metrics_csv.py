"""metrics.csv: figures of quality on the way, each with its features, numbers and split."""

import pathlib
from typing import NamedTuple

from dcgan_tf.run_folder.tables import csv_table

COLUMNS = {'step': int, 'figure': str, 'value': float, 'error': float, 'features': str,
           'samples': int, 'real': int, 'split': str}
FORM = '.8g'              # of a value
FLOOR = 'training pictures against '     # before a split: the samples were real pictures


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
        self._table = csv_table.Table(path, COLUMNS, first)

    def add(self, step: int, figures: dict, beside: Beside) -> None:
        """figures: name -> (value, error)."""
        self._table.add(*([step, name, f'{value:{FORM}}', f'{error:.3g}', *beside]
                          for name, (value, error) in figures.items()))

    def noted(self, beside: Beside, step: int | None = None) -> set[str]:
        """The names of the figures in this company: those of a step, or of any."""
        return {row['figure'] for row in read(self._path)
                if beside_of(row) == beside and step in (None, row['step'])}


def as_written(value: float) -> float:
    """The value of a figure as who reads it again will have it."""
    return float(f'{value:{FORM}}')


def beside_of(row: dict) -> Beside:
    """What belongs beside the figure of a row that was read."""
    return Beside(*(row[name] for name in Beside._fields))


def floor_of(beside: Beside) -> Beside:
    """The company of the floor: training pictures in place of samples."""
    return beside._replace(split=FLOOR + beside.split)


def read(path: str | pathlib.Path) -> list[dict]:
    """The whole rows of a metrics.csv as dictionaries; none when there is no file."""
    return csv_table.read(path, COLUMNS)
