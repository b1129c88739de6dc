"""A CSV file that grows by rows, is mended after a kill, and may be older than its columns."""

import logging
import pathlib

from dcgan_tf import files

logger = logging.getLogger(__name__)


class CsvTable:
    """Appends rows. Those after `first`, the step gone on from, are dropped at the start.

    So are half rows, which a kill may leave, so that a resumed run's file reads like a straight
    one. columns: name -> int, float or str; the first is `step`.
    """

    def __init__(self, path: pathlib.Path, columns: dict[str, type], first: int):
        self._path = path
        found = list(_rows(path, columns))
        if damaged := _lines(path) - 1 - len(found):
            copy = path.with_name(f'{path.name}.damaged')
            files.write_whole(copy, path.read_bytes())
            logger.warning('%s has %d lines that cannot be read: it goes on without, and is kept '
                           'as it was in %s', path, damaged, copy.name)
        kept = [words for row, words in found if row['step'] <= first]
        files.write_whole(path, _text([columns, *kept]))

    def add(self, *rows: list) -> None:
        """A row is a list of what `str` makes words of, one a column."""
        files.append(self._path, _text(rows))


def header(path: str | pathlib.Path) -> list[str]:
    """The names of the columns of a file; none when there is no file."""
    path = pathlib.Path(path)
    first = path.read_bytes().partition(b'\n')[0] if path.exists() else b''
    return first.decode(errors='replace').split(',') if first else []


def read(path: str | pathlib.Path, columns: dict[str, type]) -> list[dict]:
    """The whole rows as dictionaries; none when there is no file, or it is another table.

    A number that an older file does not have is nan.
    """
    return [row for row, _ in _rows(pathlib.Path(path), columns)]


def _rows(path, columns):
    """Pairs of a row's values by column and its words."""
    if not path.exists():
        return
    *lines, _half = path.read_bytes().decode(errors='replace').split('\n')
    header = lines[0].split(',') if lines else []
    ours = [name for name in columns if name in header]
    if header != ours or len(header) < 2 or header[0] != 'step':
        return
    for line in lines[1:]:
        words = line.split(',')
        if len(words) == len(header):
            found = dict(zip(header, words, strict=True))
            words = [found.get(name, 'nan') for name in columns]
            if row := _values(words, columns):
                yield row, words


def _lines(path):
    """Whole ones, the header too; at least one."""
    return max(1, path.read_bytes().count(b'\n')) if path.exists() else 1


def _values(words, columns):
    """None for what a crash has left of a row."""
    try:
        return {name: kind(word) for word, (name, kind) in zip(words, columns.items(), strict=True)}
    except (ValueError, OverflowError):
        return None


def _text(rows):
    """Lines of words; a comma inside a word would be two."""
    return ''.join(','.join(str(word).replace(',', ';') for word in row) + '\n' for row in rows)
