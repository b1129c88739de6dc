"""What all commands share in reading their words."""

import argparse
import re
import sys

from dcgan_tf.errors import UsageError


class Parser(argparse.ArgumentParser):
    """argparse, with one line for a mistake and `_` taken for `-` in the names of flags."""

    def __init__(self, **options):
        super().__init__(allow_abbrev=False, **options)

    def parse_args(self, args=None, namespace=None):
        args = [_dashed(a) for a in (sys.argv[1:] if args is None else args)]
        return super().parse_args(args, namespace)

    def error(self, message):
        raise UsageError(f'{message} (--help lists the flags)')


def grid(word):
    """A flag's type: '4x8' -> (4, 8), rows and columns."""
    if not re.fullmatch(r'0*[1-9]\d{0,3}x0*[1-9]\d{0,3}', word):
        raise argparse.ArgumentTypeError(f'{word!r} is not ROWSxCOLUMNS, such as 4x4')
    rows, columns = word.split('x')
    return int(rows), int(columns)


def speeds(word):
    """A flag's type: '2,1' -> (2, 1)."""
    if not re.fullmatch(r'-?\d{1,6},-?\d{1,6}', word):
        raise argparse.ArgumentTypeError(f'{word!r} is not two whole numbers, such as 2,1')
    first, second = word.split(',')
    return int(first), int(second)


def at_least(flag, value, least):
    """UsageError unless value >= least."""
    if value < least:
        raise UsageError(f'{flag} {value}: expected {least} or more')


def _dashed(word):
    if not word.startswith('--'):
        return word
    name, equals, value = word.partition('=')
    return name.replace('_', '-') + equals + value
