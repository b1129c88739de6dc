"""Reads the values of flags: each function is the `type` of a flag, or makes one."""

import argparse
import re

from dcgan_tf import own_code
from dcgan_tf.cli.paths import local_path
from dcgan_tf.config import range_of
from dcgan_tf.errors import UsageError

MAX_TILES = 10_000             # images in one picture
SEEDS = 0, 2 ** 62             # the smallest and the largest seed


def grid(text):
    """Reads rows and columns, as the `type` of a flag: '4x8' -> (4, 8)."""
    if not re.fullmatch(r'0*[1-9]\d{0,3}x0*[1-9]\d{0,3}', text):
        raise argparse.ArgumentTypeError(f'{text!r} is not ROWSxCOLUMNS, such as 4x4')
    rows, columns = map(int, text.split('x'))
    if rows * columns > MAX_TILES:
        raise argparse.ArgumentTypeError(f'{text} is more than {MAX_TILES:,} images, such as 4x4 '
                                         'is 16')
    return rows, columns


def _numbers(form, example):
    """Returns the `type` of a flag for a list of whole numbers: '64,128' -> (64, 128)."""
    def numbers(text):
        if not re.fullmatch(f'{form}(,{form})*', text):
            raise argparse.ArgumentTypeError(f'{text!r} is not a list of {example}')
        return tuple(map(int, text.split(',')))
    return numbers


maps = _numbers(r'[1-9]\d{0,4}', 'numbers, such as 64,128,256')        # of feature maps
sizes = _numbers(r'[1-9]\d{0,4}', 'whole numbers, such as 10 or 10,10')
speeds = _numbers(r'-?\d{1,6}', 'whole numbers, such as 2,1')          # one for each angle


def seeds(text):
    """Reads the seeds of pictures, as the `type` of a flag: '3,17,42' -> (3, 17, 42)."""
    if not re.fullmatch(r'\d{1,19}(,\d{1,19}){0,999}', text):
        raise argparse.ArgumentTypeError(f'{text[:40]!r} is not a list of seeds, such as 3,17,42')
    numbers = tuple(map(int, text.split(',')))
    within('a seed in the list,', max(numbers), *SEEDS)
    return numbers


def seeds_and_pictures(text):
    """Reads seeds, and paths of pictures or folders of them, as the `type` of a flag.

    '3,a.png,faces' -> (3, 'a.png', 'faces')
    """
    parts = text.split(',')
    if not all(parts) or len(parts) > 1_000:
        raise argparse.ArgumentTypeError(f'{text[:40]!r} is not a list of seeds or pictures, such '
                                         'as 3,17,a.png')
    return tuple(seeds(part)[0] if re.fullmatch(r'\d{1,19}', part, re.ASCII) else local_path(part)
                 for part in parts)


def number_of(field):
    """Returns the `type` of a flag for a number of a field of Config; text stays as it is."""
    def number(text):
        try:
            return field.type(text)
        except ValueError:
            kind = 'whole number' if field.type is int else 'number'
            limits = f', {range_of(field)}' if range_of(field) else ''
            raise argparse.ArgumentTypeError(
                f'{text[:40]!r}: expected a {kind}{limits}{_share(text)}') from None
    return number if field.type in (int, float) else field.type


def _share(text):
    """Returns the end of a message about percent: 10% is 0.1."""
    found = re.fullmatch(r'(\d{1,3}(\.\d{1,9})?) ?%', text)
    return f'; {text} is {float(found[1]) / 100:g}' if found else ''


def names_of(table):
    """Returns the `type` of a flag for rows of a table: 'sphere,circle' -> ('sphere', 'circle')."""
    def names(text):
        return tuple(row_of(table)(name) for name in text.split(','))
    return names


def size(text):
    """Reads width and height in pixels, as the `type` of a flag.

    '64' -> (64, 64), '64x48' -> (64, 48)
    """
    if not re.fullmatch(r'[1-9]\d{0,4}(x[1-9]\d{0,4})?', text):
        raise argparse.ArgumentTypeError(f'{text!r} is not a size in pixels, such as 64 or '
                                         '64x48')
    width, _, height = text.partition('x')
    return int(width), int(height or width)


def row_of(table):
    """Returns the `type` of a flag that names a row of a table."""
    def row(name):
        if name not in table:
            raise argparse.ArgumentTypeError(f'{name!r} is not one of {", ".join(table)}')
        return name
    return row


def own_or_row(text):
    """Reads the name of a row, or FILE.py:NAME, as the `type` of a flag; the row is not checked."""
    if not own_code.is_own(text):
        return text
    path, _, name = text.rpartition(':')
    return f'{local_path(path)}:{name}'


def within(flag, value, low, high):
    """Raises UsageError unless low <= value <= high."""
    if not low <= value <= high:
        raise UsageError(f'{flag} {str(value)[:40]}: expected {low:,} to {high:,}')
