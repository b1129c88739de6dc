"""Checks arguments of calls: a UsageError of one line has what came and what was expected.

It imports no NumPy: `--help` needs none. But it knows NumPy's numbers and arrays.
"""

import numbers
import os
import pathlib
from collections.abc import Iterable

from dcgan_tf.errors import UsageError
from dcgan_tf.names import nearest

MAX_TEXT = 100                # characters of a value in a message


def shown(value: object) -> str:
    """Returns a value as one short line: of an array only type and shape."""
    if hasattr(value, 'dtype') and getattr(value, 'shape', ()):
        return f'array {value.dtype} {list(value.shape)}'
    text = ' '.join(repr(value).split())
    return text if len(text) <= MAX_TEXT else f'{text[:MAX_TEXT - 3]}...'


def is_whole(value: object) -> bool:
    """Tells whether a value is a whole number, of Python or of NumPy. True and False are not."""
    return isinstance(value, numbers.Integral) and not isinstance(value, bool)


def is_number(value: object) -> bool:
    """Tells whether a value is a number, of Python or of NumPy. True and False are not."""
    return isinstance(value, numbers.Real) and not isinstance(value, bool)


def check_whole(name: str, value: object, low: int = 0) -> None:
    """Raises UsageError unless an argument is a whole number of `low` or more."""
    if not is_whole(value) or value < low:
        raise UsageError(f'{name} = {shown(value)}: expected a whole number of {low} or more')


def check_path(name: str, value: object, what: str = 'a path') -> pathlib.Path:
    """Returns an argument as a path. UsageError unless it is the text of one, or a path."""
    if not isinstance(value, str | os.PathLike) or not os.fspath(value):
        raise UsageError(f'{name} = {shown(value)}: expected {what}')
    return pathlib.Path(value)


def check_row(what: str, name: object, table: Iterable[str], flag: str = '') -> None:
    """Raises UsageError unless a name is in a table; it has all names, and the nearest ones.

    flag: that of the programs.
    """
    if not isinstance(name, str) or name not in table:
        raise UsageError(f'{what} {shown(name)} is unknown: expected {", ".join(table)}'
                         f'{flag and f" ({flag})"}{nearest(name, table)}')
