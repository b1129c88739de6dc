"""Turns names of classes, runs and pictures into folder names, into one line, into a table.

A name may hold anything that a file system or an array can hold: line breaks, slashes, emoji. Two
different names always stay different.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence

from dcgan_tf.portable import RESERVED

TABLE = 'classes.tsv'          # lists the folders of classes; no class folder has this name
MAX_BYTES = 100                # of a folder's name; file systems take 143 to 255
KEPT = ' ._-'                  # characters of a folder's name, in addition to letters and digits
ESCAPE = re.compile(r'\\([\\nrt]|x[\da-f]{2}|u[\da-f]{4}|U[\da-f]{8})')


def one_line(name: object) -> str:
    r"""Returns a name with an escape, such as \n, for each character that cannot be printed.

    Backslashes are \\ in a name that needs an escape or looks as if it had one: else the name of
    two letters, \ and n, would look like a line break.
    """
    name = str(name)
    return name if name.isprintable() and not ESCAPE.search(name) else _escaped(name)


def printable(text: str) -> str:
    r"""Returns a text with escapes, such as \n; one that has them already stays as it is."""
    return ''.join(c if c.isprintable() else c.encode('unicode_escape').decode() for c in text)


def counted(n: int, word: str) -> str:
    """Returns a number with its noun: 1 step, 2,500 steps."""
    return f'{n:,} {word}{"s" * (n != 1)}'


def nearest(name: object, known: Iterable[str]) -> str:
    """Returns the end of an error message: the known names that are most like this one, or ''.

    Those of the same number come first: 007 for 7.
    """
    name, known = str(name)[:100], [*known]
    found = [other for other in known if _same_number(name, other)] or (
        difflib.get_close_matches(name, known, n=3))
    return f'; did you mean {" or ".join(found)}?' if found else ''


def _same_number(*texts):
    return all(map(str.isdecimal, texts)) and len(set(map(int, texts))) == 1


def table(rows: Iterable[Sequence[object]]) -> str:
    r"""Returns the text of a .tsv file. Tabs, line breaks and backslashes become \t, \n and \\."""
    return ''.join('\t'.join(_escaped(str(field)) for field in row) + '\n' for row in rows)


def width(text: str) -> int:
    """Returns how many columns a terminal needs for a text: Chinese letters and emoji need two."""
    return sum(0 if unicodedata.combining(c) else
               1 + (unicodedata.east_asian_width(c) in 'WF') for c in text)


def folder_names(class_names: Sequence[str]) -> list[str]:
    """Returns a folder name for each class: safe on every system, and different from all others.

    It depends on the list of classes alone. A class keeps its name if that is safe; then all others
    get theirs, with the number of the class at the end if the name is taken. Names that differ only
    in upper and lower case, or in how an accent is encoded, count as equal, as on many systems.
    """
    safe = [_safe(name) or str(k) for k, name in enumerate(class_names)]
    taken, found = {_key(TABLE)}, list(safe)
    for k in sorted(range(len(safe)), key=lambda k: safe[k] != class_names[k]):    # unchanged first
        while _key(found[k]) in taken:
            found[k] = f'{found[k]}-{k}'
        taken.add(_key(found[k]))
    return found


def class_table(class_names: Sequence[str]) -> str:
    """Returns the content of classes.tsv: the number, the folder and the name of each class."""
    return table([('class', 'folder', 'name'), *(
        (k, folder, name) for k, (folder, name) in enumerate(
            zip(folder_names(class_names), class_names, strict=True)))])


def _escaped(name):
    return printable(name.replace('\\', '\\\\'))


def _safe(name):
    """Returns the name with _ for unusual characters; '' if no letter and no digit is left."""
    kept = ''.join(c if c in KEPT or unicodedata.category(c)[0] in 'LMN' else '_' for c in name)
    kept = kept.encode('utf-8', 'ignore')[:MAX_BYTES].decode('utf-8', 'ignore')
    kept = kept.lstrip('. ').rstrip('. ')                 # hidden; lost on Windows
    if not any(c.isalnum() for c in kept):
        return ''
    return f'_{kept}' if RESERVED.match(kept) else kept


def _key(name):
    """Returns a text that is equal for names that some file system takes for the same."""
    return unicodedata.normalize('NFC', unicodedata.normalize('NFC', name).casefold())
