"""Writes and reads metrics.csv: metrics during a training, each with its Conditions."""

import pathlib
from typing import NamedTuple

from dcgan_tf.run_folder.tables import csv_table, reading

COLUMNS = {'step': int, 'figure': str, 'value': float, 'error': float, 'features': str,
           'samples': int, 'real': int, 'split': str}
FORMS = {'value': '.8g', 'error': '.3g'}
BASELINE = 'training pictures against '     # in front of a split: the samples were real pictures


class Conditions(NamedTuple):
    """How a metric was measured; only metrics with the same conditions can be compared."""

    features: str
    samples: int
    real: int
    split: str

    def __str__(self):
        return f'{self.features}, {self.samples:,} samples, {self.real:,} {self.split}'


class MetricsCsv:
    """Appends rows; `CsvTable` says what it does with an existing file, which is read once."""

    def __init__(self, path: pathlib.Path, first: int):
        self._names = {}                 # Conditions -> step -> names of metrics
        self._table = csv_table.CsvTable(path, COLUMNS, first, FORMS, self._note)

    def add(self, step: int, metrics: dict, conditions: Conditions) -> None:
        """Appends one row a metric. metrics: name -> (value, error)."""
        self._table.add(*([step, name, value, error, *conditions]
                          for name, (value, error) in metrics.items()))

    def recorded(self, conditions: Conditions, step: int | None = None) -> set[str]:
        """Returns the names of the metrics in the file with these conditions.

        step: None = of any step.
        """
        steps = self._names.get(conditions, {})
        return set().union(*(steps.values() if step is None else [steps.get(step, ())]))

    def _note(self, row):
        steps = self._names.setdefault(conditions_of(row), {})
        steps.setdefault(row['step'], set()).add(row['figure'])


def as_written(value: float) -> float:
    """Returns a value rounded as it is read back from the file."""
    return float(f'{value:{FORMS["value"]}}')


def conditions_of(row: dict) -> Conditions:
    """Returns the conditions of the metric in a row that was read."""
    return Conditions(*(row[name] for name in Conditions._fields))


def baseline_of(conditions: Conditions) -> Conditions:
    """Returns the conditions of the baseline: with training pictures instead of samples."""
    return conditions._replace(split=BASELINE + conditions.split)


def load(path: str | pathlib.Path) -> reading.Table:
    """Reads a metrics.csv."""
    return reading.load(path, COLUMNS)


def parsed(content: bytes) -> reading.Table:
    """Returns what `load` would return for a file with this content."""
    return reading.parsed(content, COLUMNS)


def read(path: str | pathlib.Path) -> list[dict]:
    """Returns the complete rows of a metrics.csv as dictionaries; [] if there is no file."""
    return load(path).rows
