"""Reads the rows of a table by the names of its columns; every reader of a run's tables uses it."""

import math
import os
import pathlib
from collections.abc import Callable
from typing import NamedTuple

from dcgan_tf.names import counted, one_line
from dcgan_tf.run_folder.tables import cells

END = 8_192                  # bytes of the end of a long file; more than one row


class Lost(NamedTuple):
    """Counts what cannot be read in a file, and names its columns of other programs."""

    lines: int = 0
    cells: int = 0
    columns: tuple[str, ...] = ()

    def __str__(self):
        parts = [f'{counted(n, word)} that cannot be read'
                 for n, word in ((self.lines, 'line'), (self.cells, 'cell')) if n]
        names = ', '.join(one_line(name) or 'without a name' for name in self.columns)
        return ' and '.join(parts + [f'columns of another program ({names})'] * bool(names))


class Table(NamedTuple):
    """Holds what was read of a file."""

    rows: list[dict]              # column -> value, in the order of steps
    lost: Lost
    own: bool = True              # False: another program has saved the file


def load(path: str | pathlib.Path,
         columns: dict[str, type] | Callable[[list[str]], dict[str, type]]) -> Table:
    """Reads a file in whatever form a spreadsheet has saved it; no rows if there is no file.

    A row needs its step and all its words and whole numbers. Any other number that is missing or
    cannot be read is nan. Upper and lower case of the names of columns are one. Without a line of
    names the columns are the given ones, in their order, if the first row fits them.
    columns: name -> int, float or str, or a function that returns this for the names in the file;
    {} = it is another table.
    """
    path = pathlib.Path(path)
    return parsed(path.read_bytes(), columns) if path.exists() else Table([], Lost())


def last_rows(path: str | pathlib.Path,
              columns: dict[str, type] | Callable[[list[str]], dict[str, type]]) -> list[dict]:
    """Returns rows of a file as `load` does, at least the last one; [] if there is no file.

    Of a long file in the program's own form only the end is read: so it takes the same time after
    a million steps.
    """
    path = pathlib.Path(path)
    if not path.exists():
        return []
    with path.open('rb') as file:
        content, size = file.read(END), file.seek(0, os.SEEK_END)
        first, line_break, _ = content.partition(b'\n')
        if size > 2 * END and first.startswith(b'step,') and cells.grid(first + line_break).own:
            file.seek(-END, os.SEEK_END)
            rows = parsed(first + line_break + file.read().partition(b'\n')[2], columns).rows
            if rows:
                return rows
    return load(path, columns).rows


def parsed(content: bytes, columns: dict[str, type] | Callable[[list[str]], dict[str, type]]
           ) -> Table:
    """Returns the Table in the content of a file: see `load`."""
    grid = cells.grid(content)
    start = next((i for i, line in enumerate(grid.rows) if 'step' in _names(line)), -1)
    header = [] if start < 0 else _names(grid.rows[start])
    columns = columns(header) if callable(columns) else columns
    if start < 0 and grid.rows and _is_row(grid.rows[0], columns):
        header, grid = [*columns], grid._replace(own=False)
    at = {name: header.index(name) for name in columns if name in header}
    if len(at) < 2 or any(dtype is not float and name not in at for name, dtype in columns.items()):
        return Table([], Lost(lines=len(grid.rows)), grid.own)
    found = _rows(lines := grid.rows[start + 1:], len(header), at, columns, grid.own)
    lost = Lost(max(start, 0) + len(lines) - len(found), sum(n_bad for _, n_bad in found),
                tuple(name for i, name in enumerate(header) if i not in at.values()
                      and any(''.join(line[i:i + 1]).strip() for line in lines)))
    return Table(sorted((row for row, _ in found), key=lambda row: row['step']), lost, grid.own)


def _is_row(line, columns):
    """Returns whether a line can be a row of these columns, of which the first is `step`."""
    return len(line) == len(columns) and line[0].strip().isdecimal()


def _rows(lines, width, at, columns, own):
    """Returns the rows that can be read, each with the number of its cells that cannot."""
    number = float if own else cells.number_reader(
        line[i] for line in lines for name, i in at.items()
        if columns[name] is float and i < len(line))
    return [row for line in lines if not (len(line) > width and ''.join(line[width:]).strip())
            and (row := _row(line, at, columns, number))]


def _row(line, at, columns, number):
    """Returns the values by column and the number of cells that cannot be read, or None."""
    if len(line) <= max(at.values()):
        return None
    row, n_bad = dict.fromkeys(columns, math.nan), 0
    for name, i in at.items():
        try:
            row[name] = line[i].strip() if columns[name] is str else number(line[i])
            if columns[name] is int:
                row[name] = _whole(row[name])
        except (ValueError, OverflowError):
            if columns[name] is int:
                return None
            n_bad += 1
    return None if n_bad and n_bad == sum(columns[name] is float for name in at) else (row, n_bad)


def _whole(value):
    """Returns a whole number as an int; ValueError or OverflowError for any other."""
    if value != int(value):
        raise ValueError(f'{value} is not a whole number')
    return int(value)


def _names(line):
    return [cell.strip().lower() for cell in line]
