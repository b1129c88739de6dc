"""log.csv: a row every few steps, mended after a kill."""

import csv
import io
import pathlib
import time

from dcgan_tf import files

COLUMNS = ('step', 'passes', 'd_loss', 'g_loss', 'd_accuracy', 'images_per_second')


class Log:
    """Appends one row a call. Rows after `first`, the step gone on from, are dropped at the start.

    So are half rows, which a kill may leave, so that a resumed run's log reads like a straight one.
    """

    def __init__(self, path: pathlib.Path, first: int, batch_size: int, n_images: int):
        self._path, self._batch_size, self._n_images = path, batch_size, n_images
        kept = [row for row in read(path) if row['step'] <= first]
        files.write_whole(path, _text([COLUMNS, *([row[c] for c in COLUMNS] for row in kept)]))
        self._last = (first, time.monotonic())

    def __call__(self, step: int, values: dict) -> None:
        rate = self._images_per_second(step)
        row = [step, f'{step * self._batch_size / self._n_images:.4f}',
               *(f'{values[c]:.6f}' for c in COLUMNS[2:5]), f'{rate:.1f}']
        with self._path.open('a', newline='') as file:
            file.write(_text([row]))

    def _images_per_second(self, step):
        (last, then), now = self._last, time.monotonic()
        self._last = (step, now)
        return (step - last) * self._batch_size / max(now - then, 1e-9)


def read(path: str | pathlib.Path) -> list[dict]:
    """The rows of a log.csv as dictionaries of numbers; none when there is no file."""
    path = pathlib.Path(path)
    if not path.exists():
        return []
    with path.open(newline='', errors='replace') as file:
        rows = [_numbers(row) for row in csv.DictReader(file)]
    return [row for row in rows if row]


def _numbers(row):
    """A row's numbers by column, or None where one is missing: the half row of a killed run."""
    try:
        return {'step': int(row['step']), **{c: float(row[c]) for c in COLUMNS[1:]}}
    except (TypeError, ValueError, KeyError):
        return None


def _text(rows):
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator='\n').writerows(rows)
    return buffer.getvalue()
