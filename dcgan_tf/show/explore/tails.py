"""Reads what was added to a file since the page asked last; the server remembers nothing.

A mark says how much of a file the page has: the number of bytes, and a checksum of the last of
them. If these bytes have changed, the file was written again, and the page gets all of it.
"""

import os
import pathlib
import re
import zlib
from collections.abc import Callable
from typing import NamedTuple

from dcgan_tf.run_folder.tables.reading import Table

MARK = re.compile(r'(\d{1,15})-([\da-f]{8})', re.ASCII)
CHECKED = 64                  # bytes before a mark that must be as they were


class Tail(NamedTuple):
    """Holds a part of a file: complete lines, and what follows the last line break."""

    lines: bytes
    rest: bytes
    mark: str                     # for the next question; '' = there is no file
    fresh: bool                   # True: all lines of the file; False: those after the given mark
    head: bytes = b''             # the first line of the file, unless `fresh`


def read(path: pathlib.Path | None, mark: str) -> Tail:
    """Returns the lines after a mark, or all of them if it is '' or of another content.

    path: None = there is no file.
    """
    if path is None:
        return Tail(b'', b'', '', True)
    try:
        file = path.open('rb')
    except FileNotFoundError:
        return Tail(b'', b'', '', True)
    with file:
        start = _start(file, mark)
        file.seek(0)
        head = file.readline() if start else b''
        file.seek(start)
        content = file.read()
        lines = content[:content.rfind(b'\n') + 1]
        return Tail(lines, content[len(lines):], _mark_at(file, start + len(lines)), not start,
                    head)


def read_table(path: pathlib.Path | None, mark: str,
               parsed: Callable[[bytes], Table]) -> tuple[Table, str, bool]:
    """Returns a table's rows after a mark, the next mark, and whether these are all rows.

    parsed: returns the Table in the content of such a file. Of a file that another program has
    saved, all rows are returned once anything was added.
    """
    tail = read(path, mark)
    if not tail.fresh:
        table = parsed(tail.head + tail.lines)
        if table.own or not tail.lines:
            return table, tail.mark, False
        tail = read(path, '')
    return parsed(tail.lines + tail.rest), tail.mark, True


def _start(file, mark):
    """Returns the number of bytes that a mark stands for; 0 if they are others now."""
    found = MARK.fullmatch(mark)
    start = int(found[1]) if found else 0
    known = 0 < start <= file.seek(0, os.SEEK_END)
    return start if known and _mark_at(file, start) == mark else 0


def _mark_at(file, end):
    """Returns the mark after `end` bytes of a file."""
    first = max(0, end - CHECKED)
    file.seek(first)
    checked = file.read(end - first)
    return f'{first + len(checked)}-{zlib.crc32(checked):08x}'
