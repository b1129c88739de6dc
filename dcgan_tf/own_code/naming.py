"""Reads FILE.py:NAME, and the entries FILE.py:SHA256 of a Config's `code`."""

import re
from typing import NamedTuple

from dcgan_tf import portable
from dcgan_tf.errors import UsageError

PLAIN = re.compile(r'[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}\.py')        # a name without a folder
DIGEST = re.compile(r'[0-9a-f]{64}')


class Field(NamedTuple):
    """Says what the value of a field of Config stands for: a row of FIELDS."""

    has: str                 # an attribute by which it is known before TensorFlow is needed
    is_class: bool
    expected: str


FIELDS = {
    'architecture': Field('family', True,
                          'a class derived from dcgan_tf.networks.Architecture'),
    'objective':    Field('d_loss', False, 'an Objective of dcgan_tf.losses.objectives'),
    'type':         Field('kind', True, 'a class derived from dcgan_tf.systems.System'),
}


def is_own(value) -> bool:
    """Tells whether a value looks like FILE.py:NAME."""
    return isinstance(value, str) and '.py:' in value


def split(value: str) -> tuple[str, str]:
    """'dir/my.py:Mine' -> ('dir/my.py', 'Mine'). UsageError if there is no NAME."""
    path, _, name = value.rpartition(':')
    if not path.endswith('.py') or not name.isidentifier():
        raise UsageError(f'{value!r}: expected FILE.py:NAME, such as my.py:Mine, where NAME is '
                         'defined in the file')
    return path, name


def plain(path) -> str:
    """Returns the name of a file without its folder. UsageError if a run cannot have it."""
    name = path.name
    if not PLAIN.fullmatch(name):
        raise UsageError(f'{path}: expected a name of letters, digits, _ and - that ends in .py: '
                         'rename the file')
    if problem := portable.bad_name(name):
        raise UsageError(f'{path}: {problem}: rename the file')
    return name


def digests(code) -> dict:
    """Returns {file: its SHA-256} of the entries of a Config's `code`."""
    return dict(entry.rsplit(':', 1) for entry in code)


def entries(by_file: dict) -> tuple:
    """Returns the `code` of a Config."""
    return tuple(f'{file}:{digest}' for file, digest in sorted(by_file.items()))


def check_names(config) -> None:
    """Raises UsageError for names in a Config that a run folder cannot have.

    A path is one: the file is always in the folder `code` of the run.
    """
    for entry in config.code:
        file, _, digest = entry.rpartition(':')
        if not PLAIN.fullmatch(file) or not DIGEST.fullmatch(digest):
            raise UsageError(f'code = {entry!r}: expected FILE.py:SHA256, without a folder')
    if len(digests(config.code)) < len(config.code):
        raise UsageError(f'code = {config.code}: expected each file once')
    for field in FIELDS:
        if is_own(value := getattr(config, field)):
            _check_name(field, value, config.code)


def changed_file(code, other) -> str | None:
    """Returns the first file that is in both `code`s and has changed, or None."""
    first, second = digests(code), digests(other)
    return next((file for file in first if second.get(file, first[file]) != first[file]), None)


def _check_name(field, value, code):
    file, _ = split(value)
    if not PLAIN.fullmatch(file):
        raise UsageError(f'{field} = {value!r}: a path is not allowed here: expected FILE.py:NAME '
                         'of a file in the folder code of the run')
    if file not in digests(code):
        raise UsageError(f'{field} = {value!r}: {file} has not been loaded, and `code` has no '
                         "SHA-256 of it: give the name to preset() or to a Config's replace()")
