"""The numbers that a training has logged, as arrays."""

import array

import numpy as np

from dcgan_tf.hooks import SCALARS_EVERY, Call, Hook
from dcgan_tf.run_folder.tables import loss_csv


class History(Hook):
    """Notes the columns of log.csv, as far as a step has them, of trainings without a run folder.
    """

    def __init__(self):
        self._columns = {}                   # name -> array of numbers

    def start(self, training):
        self._names = training.columns
        if training.first == 0:
            self._columns = {}

    def calls(self):
        return [Call(SCALARS_EVERY, self._note, self._names)]

    def _note(self, step, values):
        for name, value in (('step', step), *((name, values[name]) for name in self._names)):
            self._columns.setdefault(name, array.array('d')).append(value)

    def arrays(self) -> dict[str, np.ndarray]:
        """Returns name -> array [number of rows]: float64, the step int64."""
        return as_arrays(self._columns)


def of_run(run) -> dict[str, np.ndarray]:
    """Returns the columns of the log.csv of a RunFolder, as `History.arrays` does."""
    rows = loss_csv.read(run.log)
    return as_arrays({name: [row[name] for row in rows] for name in (rows[0] if rows else ())})


def as_arrays(columns: dict) -> dict[str, np.ndarray]:
    """Returns name -> array of its values."""
    return {name: np.array(values, np.int64 if name == 'step' else np.float64)
            for name, values in columns.items()}
