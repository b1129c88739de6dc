"""log.csv: a row every few steps."""

import pathlib
import time

from dcgan_tf.run_folder.tables import csv_table

VALUES = {'d_loss': '.6f', 'g_loss': '.6f', 'd_accuracy': '.6f',        # of the graph, and how
          'd_gradient': '.6g', 'g_gradient': '.6g'}                     # each is written
COLUMNS = {'step': int, 'passes': float, **dict.fromkeys(VALUES, float), 'images_per_second': float}


class LossCsv:
    """Appends one row a call; see `CsvTable` for what happens to the rows that are there."""

    def __init__(self, path: pathlib.Path, first: int, images_per_step: int, n_images: int):
        self._table = csv_table.CsvTable(path, COLUMNS, first)
        self._per_step, self._n_images = images_per_step, n_images
        self.start_clock(first)

    def start_clock(self, step: int) -> None:
        """Images a second are counted from here on."""
        self._last = (step, time.monotonic())

    def __call__(self, step: int, values: dict) -> float:
        """Writes the row; returns images a second since the row before."""
        rate = self._images_per_second(step)
        self._table.add([step, f'{step * self._per_step / self._n_images:.4f}',
                         *(f'{values[name]:{form}}' for name, form in VALUES.items()),
                         f'{rate:.1f}'])
        return rate

    def _images_per_second(self, step):
        (last, then), now = self._last, time.monotonic()
        self._last = (step, now)
        return (step - last) * self._per_step / max(now - then, 1e-9)


def as_written(values: dict) -> dict:
    """The numbers as who reads them again will have them."""
    return {name: float(f'{values[name]:{form}}') for name, form in VALUES.items()
            if name in values}


def read(path: str | pathlib.Path) -> list[dict]:
    """The whole rows of a log.csv as dictionaries of numbers; none when there is no file."""
    return csv_table.read(path, COLUMNS)
