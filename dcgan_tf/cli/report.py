"""What tools show: figures as an aligned table for people or as JSON for programs; pictures."""

import contextlib
import json
from collections.abc import Iterable, Iterator

from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.files import obstacle, whole_file, write_whole


def aligned(cells: Iterable[list[str]], left: int = 1) -> Iterator[str]:
    """Rows of words -> lines: the first `left` columns to the left, the others to the right."""
    cells = list(cells)
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        yield '  '.join(cell.ljust(width) if i < left else cell.rjust(width)
                        for i, (cell, width) in enumerate(zip(row, widths, strict=True))).rstrip()


def check_json(path: str | None) -> None:
    """UsageError, before the work, for a --json that cannot be written."""
    problem = path and obstacle(path)
    if problem:
        raise UsageError(f'--json {path}: {problem}')


def write_json(path: str, rows: list[dict], flag: str = '--json') -> None:
    """Writes the file of a flag, or RunError."""
    with _named(flag, path):
        write_whole(path, json.dumps(rows, indent=2) + '\n')


def write_figure(path: str, figure, flag: str) -> None:
    """Writes a Matplotlib figure as the PNG file of a flag, or RunError."""
    with _named(flag, path), whole_file(path) as temporary:
        figure.canvas.print_png(temporary)


@contextlib.contextmanager
def _named(flag, path):
    """An OSError within is a RunError that names the flag."""
    try:
        yield
    except OSError as error:
        raise RunError(f'{flag} {path}: {error.strerror or error}') from error
