"""Writes results of the tools: as an aligned table, or as JSON."""

import contextlib
import json
import sys
from collections.abc import Iterable, Iterator

from dcgan_tf import names
from dcgan_tf.errors import RunError
from dcgan_tf.files import write_whole


def aligned(cells: Iterable[list[str]], left: int = 1) -> Iterator[str]:
    """Yields the lines of a table: its first `left` columns are aligned left, the others right.

    Each row is one line, whatever names it holds.
    """
    cells = [[names.one_line(cell) for cell in row] for row in cells]
    widths = [max(map(names.width, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        spaces = [' ' * (width - names.width(cell))
                  for cell, width in zip(row, widths, strict=True)]
        yield '  '.join(cell + space if i < left else space + cell for i, (cell, space)
                        in enumerate(zip(row, spaces, strict=True))).rstrip()


def in_blocks(cells: list[list[str]], left: int, width: int | None) -> Iterator[str]:
    """Yields the lines of a table that is no wider than `width`, if its columns are not.

    Columns that do not fit come in another block below, which begins with the first column again.
    left: as in `aligned`. width: None = any.
    """
    columns, block = [*zip(*cells, strict=True)], []
    wide = [max(names.width(names.one_line(cell)) for cell in column) for column in columns]
    for i in range(1, len(columns)):
        if block and width and wide[0] + sum(wide[k] + 2 for k in (*block, i)) > width:
            yield from _block(columns, block, left)
            yield ''
            block = []
        block.append(i)
    yield from _block(columns, block, left)


def _block(columns, block, left):
    rows = zip(*(columns[i] for i in (0, *block)), strict=True)
    return aligned(rows, left=1 + sum(i < left for i in block))


def write_json(path: str | None, rows: list[dict], flag: str = '--json') -> None:
    """Writes rows as the JSON file of a flag; None = it was not given.

    Names the file on standard error. RunError if it cannot be written.
    """
    if path is None:
        return
    with run_error(flag, path):
        write_whole(path, json.dumps(rows, indent=2) + '\n')
    print(f'for programs: {path}', file=sys.stderr)            # what a pipe reads is the table


@contextlib.contextmanager
def run_error(flag: str, path: str):
    """Turns an OSError in its block into a RunError that names the flag and its file."""
    try:
        yield
    except OSError as error:
        raise RunError(f'{flag} {path}: {error.strerror or error}') from error
