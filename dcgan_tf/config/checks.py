"""What a Config refuses: a value of the wrong type, out of its range, or not among its choices."""

import math
import struct

from dcgan_tf.config.choices import CHOICES, LISTS
from dcgan_tf.errors import UsageError


def check_choices(config) -> None:
    """UsageError for a name that its field does not have."""
    for name, table in CHOICES.items():
        if getattr(config, name) not in table:
            raise UsageError(f'{name} = {getattr(config, name)!r}: expected {", ".join(table)} '
                             f'(--{name.replace("_", "-")})')
    for name, table in LISTS.items():
        words = listed(getattr(config, name))
        if set(words) - set(table) or len(set(words)) < len(words):
            raise UsageError(f'{name} = {getattr(config, name)!r}: expected some of '
                             f'{",".join(table)} (--{name.replace("_", "-")})')


def listed(words: str) -> tuple[str, ...]:
    """The names in a field of LISTS."""
    return tuple(words.split(',')) if words else ()


def check_value(field, value) -> None:
    """UsageError unless `value` has the type of the field's default and lies in its range."""
    limits, name = field.metadata, f'{field.name} = {value!r}'
    flag = f' (--{field.name.replace("_", "-")})' if limits['flag'] else ''
    if field.type is float and type(value) is int:
        value = float(value)
    if type(value) is not type(field.default):
        raise UsageError(f'{name}: expected {type(field.default).__name__}{flag}')
    if field.type == tuple[str, ...] and not all(type(v) is str for v in value):
        raise UsageError(f'{name}: expected text{flag}')
    if field.type == tuple[int, ...] and not all(type(v) is int and 0 < v < 65_536 for v in value):
        maps = ' (--maps)' if field.name.endswith('_maps') else flag
        raise UsageError(f'{name}: expected whole numbers from 1 to 65,535{maps}')
    if field.default and value == ():
        raise UsageError(f'{name}: expected one number or more{flag}')
    if isinstance(value, str) and '\0' in value:
        raise UsageError(f'{name}: expected text without a null byte{flag}')
    if isinstance(value, float):
        value = _float32(value)
    for key, words, wrong in (('low', 'at least', lambda a, b: not a >= b),
                              ('above', 'more than', lambda a, b: not a > b),
                              ('below', 'less than', lambda a, b: not a < b)):
        if limits[key] is not None and wrong(value, limits[key]):
            raise UsageError(f'{name}: expected {words} {limits[key]}{flag}')


def _float32(value):
    """The value that the graph will compute with: 1e-60 is 0 there, 0.999999999 is 1."""
    try:
        return struct.unpack('f', struct.pack('f', value))[0]
    except OverflowError:
        return math.inf
