"""A CSV file that grows by rows, is repaired after a kill, and may lack newer columns."""

import logging
import pathlib

from dcgan_tf import files

logger = logging.getLogger(__name__)


class CsvTable:
    """Appends rows to a CSV file.

    At the start it drops rows later than `first`, the step that the training goes on from, and
    incomplete rows, which a kill may leave. A resumed run's file then equals that of a run without
    a stop. columns: name -> int, float or str; the first is `step`.
    """

    def __init__(self, path: pathlib.Path, columns: dict[str, type], first: int):
        self._path = path
        found = list(_rows(path, columns))
        if damaged := _lines(path) - 1 - len(found):
            copy = path.with_name(f'{path.name}.damaged')
            files.write_whole(copy, path.read_bytes())
            logger.warning('%s has %d lines that cannot be read: they are removed; the old file is '
                           'kept as %s', path, damaged, copy.name)
        kept = [cells for row, cells in found if row['step'] <= first]
        files.write_whole(path, _text([columns, *kept]))

    def add(self, *rows: list) -> None:
        """Appends rows. A row is a list with one value a column, which is written by `str`."""
        files.append(self._path, _text(rows))


def header(path: str | pathlib.Path) -> list[str]:
    """Returns the names of the columns of a file; [] if there is no file."""
    path = pathlib.Path(path)
    first = path.read_bytes().partition(b'\n')[0] if path.exists() else b''
    return first.decode(errors='replace').split(',') if first else []


def read(path: str | pathlib.Path, columns: dict[str, type]) -> list[dict]:
    """Returns the complete rows as dictionaries; [] if there is no file, or it is another table.

    A number of a column that an older file lacks is nan.
    """
    return [row for row, _ in _rows(pathlib.Path(path), columns)]


def _rows(path, columns):
    """Yields pairs of a row's values by column and its cells as text."""
    if not path.exists():
        return
    *lines, _incomplete = path.read_bytes().decode(errors='replace').split('\n')
    header = lines[0].split(',') if lines else []
    ours = [name for name in columns if name in header]
    if header != ours or len(header) < 2 or header[0] != 'step':
        return
    for line in lines[1:]:
        cells = line.split(',')
        if len(cells) == len(header):
            by_name = dict(zip(header, cells, strict=True))
            cells = [by_name.get(name, 'nan') for name in columns]
            if row := _values(cells, columns):
                yield row, cells


def _lines(path):
    """Counts the complete lines of a file with its header; 1 if there are none."""
    return max(1, path.read_bytes().count(b'\n')) if path.exists() else 1


def _values(cells, columns):
    """Returns the values by column; None if a cell cannot be read, as after a crash."""
    try:
        return {name: dtype(cell) for cell, (name, dtype) in zip(cells, columns.items(),
                                                                 strict=True)}
    except (ValueError, OverflowError):
        return None


def _text(rows):
    """Returns the rows as lines; a comma in a value becomes a semicolon, as it would end a cell."""
    return ''.join(','.join(str(value).replace(',', ';') for value in row) + '\n' for row in rows)
