"""What all commands share in reading their arguments."""

import argparse
import os
import pathlib
import re
import sys

from dcgan_tf.errors import UsageError
from dcgan_tf.files import obstacle

MAX_TILES = 10_000             # images in one picture
MAX_SEED = 2 ** 62


class Parser(argparse.ArgumentParser):
    """argparse, with one line for a mistake and `_` taken for `-` in the names of flags."""

    def __init__(self, **options):
        super().__init__(allow_abbrev=False, **options)

    def parse_args(self, args=None, namespace=None):
        args = [_dashed(a) for a in (sys.argv[1:] if args is None else args)]
        parsed = super().parse_args(args, namespace)
        for name, value in vars(parsed).items():
            if value == '':                  # an unset shell variable must not mean "not given"
                flag = name.rstrip('_').replace('_', '-')
                raise UsageError(f'--{flag} is empty: give a value or no flag')
        return parsed

    def error(self, message):
        raise UsageError(f'{message} (--help lists the flags)')


def add_cache_folder(group):
    """The flag of every command that reads data or measures: they share the folder."""
    group.add_argument('--cache-folder', default=os.environ.get('CACHE_FOLDER', 'cache'),
                       metavar='DIR', help='where the decoded pictures of a folder and the '
                       'classifier that measures are kept for the next start; environment: '
                       'CACHE_FOLDER (default: cache)')


def grid(word):
    """A flag's type: '4x8' -> (4, 8), rows and columns."""
    if not re.fullmatch(r'0*[1-9]\d{0,3}x0*[1-9]\d{0,3}', word):
        raise argparse.ArgumentTypeError(f'{word!r} is not ROWSxCOLUMNS, such as 4x4')
    rows, columns = map(int, word.split('x'))
    if rows * columns > MAX_TILES:
        raise argparse.ArgumentTypeError(f'{word} is more than {MAX_TILES:,} images, such as 4x4 '
                                         'is 16')
    return rows, columns


def speeds(word):
    """A flag's type: '2,1' -> (2, 1); so many as there are angles."""
    if not re.fullmatch(r'-?\d{1,6}(,-?\d{1,6})*', word):
        raise argparse.ArgumentTypeError(f'{word!r} is no list of whole numbers, such as 2,1')
    return tuple(int(number) for number in word.split(','))


def seeds(word):
    """A flag's type: '3,17,42' -> (3, 17, 42), seeds of pictures."""
    if not re.fullmatch(r'\d{1,19}(,\d{1,19}){0,999}', word):
        raise argparse.ArgumentTypeError(f'{word[:40]!r} is no list of seeds, such as 3,17,42')
    found = tuple(int(number) for number in word.split(','))
    within('a seed of the list,', max(found), 0, MAX_SEED)
    return found


def names_of(table):
    """A flag's type: 'sphere,circle' -> ('sphere', 'circle'), rows of a table."""
    def names(word):
        return tuple(row_of(table)(name) for name in word.split(','))
    return names


def size(word):
    """A flag's type: '64' -> (64, 64), '64x48' -> (64, 48), width and height in pixels."""
    if not re.fullmatch(r'[1-9]\d{0,4}(x[1-9]\d{0,4})?', word):
        raise argparse.ArgumentTypeError(f'{word!r} is not SIZE or WIDTHxHEIGHT, such as 64 or '
                                         '64x48')
    width, _, height = word.partition('x')
    return int(width), int(height or width)


def row_of(table):
    """A flag's type: the name of a row."""
    def row(word):
        if word not in table:
            raise argparse.ArgumentTypeError(f'{word!r} is not one of {", ".join(table)}')
        return word
    return row


def maps(word):
    """A flag's type: '64,128' -> (64, 128), numbers of feature maps."""
    if not re.fullmatch(r'[1-9]\d{0,4}(,[1-9]\d{0,4})*', word):
        raise argparse.ArgumentTypeError(f'{word!r} is not a list of numbers, such as 64,128,256')
    return tuple(int(number) for number in word.split(','))


def within(flag, value, least, most):
    """UsageError unless least <= value <= most."""
    if not least <= value <= most:
        raise UsageError(f'{flag} {str(value)[:40]}: expected {least:,} to {most:,}')


def check_ending(flag, file, ending):
    """UsageError unless the file, if one is named, has that ending and can be written."""
    if file is None:
        return
    if pathlib.Path(file).suffix.lower() != ending:
        raise UsageError(f'{flag} {file}: expected a name that ends in {ending}')
    problem = obstacle(file)
    if problem:
        raise UsageError(f'{flag} {file}: {problem}')


def _dashed(word):
    if not word.startswith('--'):
        return word
    name, equals, value = word.partition('=')
    return name.replace('_', '-') + equals + value
