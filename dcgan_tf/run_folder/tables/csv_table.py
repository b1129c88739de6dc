"""A CSV file that grows by rows, and is repaired after a kill or after a spreadsheet."""

import itertools
import logging
import math
import pathlib
from collections.abc import Callable

from dcgan_tf import files
from dcgan_tf.names import printable
from dcgan_tf.run_folder.tables.reading import load

logger = logging.getLogger(__name__)


class CsvTable:
    """Appends rows to a CSV file.

    At the start it drops rows later than `first`, the step that the training goes on from, and
    incomplete rows, which a kill may leave. A resumed run's file then equals that of a run without
    a stop. A file that another program has saved, before the start or since the last row, is
    written again in the program's own form. If anything in it cannot be read, a line says so and
    the old file is kept.

    columns: name -> int, float or str; the first is `step`. forms: name -> how its numbers are
    written, such as '.6f'. seen: a function that is called with every row once, as it is read from
    the file: with those that are kept at the start, then with each that is added.
    """

    def __init__(self, path: pathlib.Path, columns: dict[str, type], first: int,
                 forms: dict[str, str], seen: Callable[[dict], None] | None = None):
        self._path, self._columns, self._forms, self._seen = path, columns, forms, seen
        self._show(self._repair(first))

    def add(self, *rows: list) -> None:
        """Appends rows. A row is a list with one value a column."""
        if self._size != _size(self._path):
            self._repair(math.inf)
        cells = [*map(self._cells, rows)]
        lines = _text(cells)
        files.append(self._path, lines)
        self._size += len(lines.encode())
        self._show(cells)

    def _repair(self, last):
        """Writes the rows up to step `last` in the program's own form; returns their cells."""
        table = load(self._path, self._columns)
        if any(table.lost):
            logger.warning('%s has %s: left out; the old file is kept as %s', self._path,
                           table.lost, _keep(self._path).name)
        elif self._path.exists() and not self._path.read_bytes().strip():
            logger.warning('%s is empty: the rows that it had are lost', self._path)
        elif not table.own:
            logger.warning('%s was saved by another program: all of it could be read, and it is '
                           'written again in its own form', self._path)
        kept = [self._cells(row.values()) for row in table.rows if row['step'] <= last]
        files.write_whole(self._path, _text([self._columns, *kept]))
        self._size = _size(self._path)
        return kept

    def _show(self, rows):
        """Calls `seen` with rows of cells."""
        if self._seen:
            for row in rows:
                self._seen({name: dtype(cell) for (name, dtype), cell
                            in zip(self._columns.items(), row, strict=True)})

    def _cells(self, row):
        return [f'{value:{self._forms.get(name, "")}}'
                for name, value in zip(self._columns, row, strict=True)]


def _keep(path):
    """Copies a file to NAME.damaged, NAME.damaged-2 and so on; returns the copy's path."""
    names = itertools.chain([f'{path.name}.damaged'],
                            (f'{path.name}.damaged-{i}' for i in itertools.count(2)))
    copy = next(new for name in names if not (new := path.with_name(name)).exists())
    files.write_whole(copy, path.read_bytes())
    return copy


def _size(path):
    """Returns the size of a file in bytes; None without a file."""
    return path.stat().st_size if path.exists() else None


def _text(rows):
    """Returns the rows as lines. A comma in a cell becomes a semicolon: it would end the cell."""
    return ''.join(','.join(printable(cell).translate({ord(','): ';', ord('"'): "'"})
                            for cell in row) + '\n' for row in rows)
