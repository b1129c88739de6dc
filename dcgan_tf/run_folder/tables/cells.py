"""Splits a table into cells and reads its numbers, also after a spreadsheet has saved it.

A spreadsheet may change the encoding, the ends of lines, the separator and the decimal point, and
may put cells in quotes.
"""

import csv
import functools
import io
import json
import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

SEPARATORS = ',;\t|'
SEP_LINE = re.compile(r'\Asep=.\r?\n')                      # a spreadsheet's own first line
HEADER = re.compile(r'^.*\bstep\b.*$', re.MULTILINE | re.IGNORECASE)
COMMA, POINT = (re.compile(rf'[-+]?\d*{mark}\d+(e[-+]?\d+)?', re.IGNORECASE)
                for mark in (',', r'\.'))
# The thousands of 1,234,567.8 or 1.234.567,8: decimal mark -> the form of such a number.
GROUPED = {mark: re.compile(rf"([-+]?\d{{1,3}})((?:[ \u00a0\u202f'’{other}]\d{{3}})+)(\D.*)?")
           for mark, other in (('.', ','), (',', '.'))}


class Grid(NamedTuple):
    """Holds the cells of a table as text."""

    rows: list[list[str]]          # without the blank ones
    own: bool                      # False: another program has saved the file


def grid(content: bytes) -> Grid:
    """Returns the cells of a file.

    In the program's own form a last line without its line break was cut by a kill and is left out.
    Other programs write a file at once, and some without the last line break.
    """
    text = content.decode(json.detect_encoding(content), 'replace')    # UTF-8, UTF-16
    text = SEP_LINE.sub('', text.replace('\0', '\ufffd'))
    separator = _separator(text)
    own = separator == ',' and not set('\r"') & set(text) and text.encode() == content
    if own:
        text = text[:text.rfind('\n') + 1] or text
    rows = _split(text, separator)
    if _is_one_column(rows):               # each line was taken for the text of a single cell
        lines = [row[0] for row in rows if row]
        return grid('\n'.join([*lines, '']).encode())._replace(own=False)
    return Grid([row for row in rows if any(cell.strip() for cell in row)], own)


def number_reader(cells: Iterable[str]) -> Callable[[str], float]:
    """Returns a function that reads the number in a cell; ValueError if it holds none, as a date.

    cells: those of the table. Most of them say whether the decimal mark is a comma or a point.
    """
    cells = [cell.strip() for cell in cells]
    commas, points = (sum(map(bool, map(form.fullmatch, cells))) for form in (COMMA, POINT))
    return functools.partial(_number, mark=',' if commas > points else '.')


def _number(cell, mark):
    """Thousands may be separated by the other mark, a space or an apostrophe."""
    cell = cell.strip().replace('\u2212', '-')                    # a minus sign for readers
    if found := GROUPED[mark].fullmatch(cell):
        cell = found[1] + re.sub(r'\D', '', found[2]) + (found[3] or '')
    if mark == ',':
        cell = cell.translate({ord(','): '.', ord('.'): 'no number'})
    return float(cell)


def _separator(text):
    """Returns the character that is most frequent in the line of names, or else in the first."""
    header = found[0] if (found := HEADER.search(text)) else text.partition('\n')[0]
    return max(SEPARATORS, key=header.count)


def _split(text, separator):
    """Returns the cells of all lines; an open quote must not swallow the lines after it."""
    try:
        return [*csv.reader(io.StringIO(text, newline=''), delimiter=separator, strict=True)]
    except csv.Error:
        return [_split_line(line, separator) for line in text.splitlines()]


def _split_line(line, separator):
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:                                             # a cell of more than 100 kB
        return [line]


def _is_one_column(rows):
    header = next((row[0] for row in rows if len(row) == 1 and HEADER.search(row[0])), '')
    return _separator(header) in header and all(len(row) <= 1 for row in rows)
