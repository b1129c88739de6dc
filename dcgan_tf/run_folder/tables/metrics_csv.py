"""metrics.csv: figures of quality on the way, each with its features, numbers and split."""

import pathlib
from typing import NamedTuple

from dcgan_tf.run_folder.tables import csv_table

COLUMNS = {'step': int, 'figure': str, 'value': float, 'error': float, 'features': str,
           'samples': int, 'real': int, 'split': str}
FORM = '.8g'              # of a value
BASELINE = 'training pictures against '     # before a split: the samples were real pictures


class Conditions(NamedTuple):
    """How a metric was measured: metrics of other conditions cannot be compared."""

    features: str
    samples: int
    real: int
    split: str

    def __str__(self):
        return f'{self.features}, {self.samples:,} samples, {self.real:,} {self.split}'


class MetricsCsv:
    """Appends rows; see `CsvTable` for what happens to those that are there."""

    def __init__(self, path: pathlib.Path, first: int):
        self._path = path
        self._table = csv_table.CsvTable(path, COLUMNS, first)

    def add(self, step: int, metrics: dict, conditions: Conditions) -> None:
        """metrics: name -> (value, error)."""
        self._table.add(*([step, name, f'{value:{FORM}}', f'{error:.3g}', *conditions]
                          for name, (value, error) in metrics.items()))

    def noted(self, conditions: Conditions, step: int | None = None) -> set[str]:
        """The names of the metrics of these conditions: those of a step, or of any."""
        return {row['figure'] for row in read(self._path)
                if conditions_of(row) == conditions and step in (None, row['step'])}


def as_written(value: float) -> float:
    """The value of a figure as who reads it again will have it."""
    return float(f'{value:{FORM}}')


def conditions_of(row: dict) -> Conditions:
    """The conditions of the metric in a row that was read."""
    return Conditions(*(row[name] for name in Conditions._fields))


def baseline_of(conditions: Conditions) -> Conditions:
    """The conditions of the baseline: training pictures in place of samples."""
    return conditions._replace(split=BASELINE + conditions.split)


def read(path: str | pathlib.Path) -> list[dict]:
    """The whole rows of a metrics.csv as dictionaries; none when there is no file."""
    return csv_table.read(path, COLUMNS)
