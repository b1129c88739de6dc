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

    def __init__(self, path: pathlib.Path, first: int, images_per_step: int, n_images: int):
        self._path, self._per_step, self._n_images = path, images_per_step, n_images
        kept = [row for row in read(path) if row['step'] <= first]
        files.write_whole(path, _text([COLUMNS, *([row[c] for c in COLUMNS] for row in kept)]))
        self.start_clock(first)

    def start_clock(self, step: int) -> None:
        """Images a second are counted from here on."""
        self._last = (step, time.monotonic())

    def __call__(self, step: int, values: dict) -> float:
        """Writes the row; returns images a second since the row before."""
        rate = self._images_per_second(step)
        row = [step, f'{step * self._per_step / self._n_images:.4f}',
               *(f'{values[c]:.6f}' for c in COLUMNS[2:5]), f'{rate:.1f}']
        files.append(self._path, _text([row]))
        return rate

    def _images_per_second(self, step):
        (last, then), now = self._last, time.monotonic()
        self._last = (step, now)
        return (step - last) * self._per_step / max(now - then, 1e-9)


def read(path: str | pathlib.Path) -> list[dict]:
    """The whole rows of a log.csv as dictionaries of numbers; none when there is no file."""
    path = pathlib.Path(path)
    if not path.exists():
        return []
    *lines, _half = path.read_text(errors='replace').split('\n')
    if lines[:1] != [','.join(COLUMNS)]:
        return []
    rows = [_numbers(line.split(',')) for line in lines[1:]]
    return [row for row in rows if row]


def _numbers(words):
    """A row's numbers by column, or None for what a crash has left of one."""
    try:
        row = dict(zip(COLUMNS, map(float, words), strict=True))
        return {**row, 'step': int(row['step'])}
    except (ValueError, OverflowError):
        return None


def _text(rows):
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator='\n').writerows(rows)
    return buffer.getvalue()
