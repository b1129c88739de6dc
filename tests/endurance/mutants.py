"""Damage of every kind, made from valid files and the same at every run.

A mutant is named by its source, the kind of damage and a number: these three make it again.
"""

import random
from collections.abc import Callable
from typing import NamedTuple

RUBBISH = b'\0', b'\xff', b'{"', b'\x89PNG\r\n\x1a\n', b'PK\x03\x04', b'\x80\x04\x95', b"(' "


class Mutant(NamedTuple):
    """A damaged file."""

    source: str
    kind: str
    number: int
    content: bytes

    @property
    def name(self) -> str:
        return f'{self.source}--{self.kind}-{self.number}'


def mutant(source: str, content: bytes, kind: str, number: int, edit=None) -> Mutant:
    """A damaged copy; edit: (content, random) -> content with a wrong header, of this format."""
    draw = random.Random(f'{source} {kind} {number}')
    damage = edit if kind == 'header' else KINDS[kind]
    return Mutant(source, kind, number, bytes(damage(bytearray(content), draw)))


def mutants(source: str, content: bytes, n: int,
            edit: Callable[[bytearray, random.Random], bytes] | None = None) -> list[Mutant]:
    """n of them that differ from the content: an empty file, then all kinds in turn.

    With `edit` every other one has a wrong header.
    """
    turns = [kind for kind in KINDS for kind in ((kind, 'header') if edit else (kind,))]
    found, number = [Mutant(source, 'empty', 0, b'')], 0
    while len(found) < n:
        made = mutant(source, content, turns[number % len(turns)], number, edit)
        found += [made] * (made.content != content)
        number += 1
    return found[:n]


def _place(content, draw):
    """Anywhere, but as often near the start: that is where a file says what it is."""
    return draw.randrange(min(len(content), draw.choice((32, 256, len(content)))))


def flips(content, draw):
    """1 to 64 bits turned over."""
    for _ in range(draw.choice((1, 1, 2, 8, 64))):
        content[_place(content, draw)] ^= 1 << draw.randrange(8)
    return content


def cut(content, draw):
    """The first part of the file."""
    return content[:draw.randrange(1, len(content))]


def run(content, draw):
    """Some bytes in a row are all 0, all 0xff or noise."""
    start, length = _place(content, draw), draw.choice((1, 2, 4, 16, 512))
    length = min(length, len(content) - start)
    filled = draw.choice((bytes(length), b'\xff' * length, draw.randbytes(length)))
    content[start:start + length] = filled
    return content


def blocks(content, draw):
    """A block is twice there, missing, or has changed places with the one after it."""
    size = draw.choice((1, 4, 16, 64, max(1, len(content) // 4)))
    start = _place(content, draw)
    head, one, two, tail = (content[:start], content[start:start + size],
                            content[start + size:start + 2 * size], content[start + 2 * size:])
    middle = draw.choice((one + one + two, two, two + one))
    return head + middle + tail


def rubbish(content, draw):
    """Something after the end."""
    more = draw.choice(RUBBISH) if draw.random() < .5 else draw.randbytes(draw.choice((1, 9, 999)))
    return content + more * draw.choice((1, 1, 100))


KINDS = {function.__name__: function for function in (flips, cut, run, blocks, rubbish)}
