"""What a request asks for, out of JSON by whoever can reach the port: nothing is believed.

    {"points": [{"seed": 5, "class": 3, "truncation": 0.9, "moves": [0, -1.5]}, ...],
     "frames": 24, "fps": 20}

A point is a latent: the draw of a seed, pulled towards 0, then moved along principal directions.
`class` null = seed modulo the number of classes. All but `seed` may be left out.
"""

import json
from typing import NamedTuple

from dcgan_tf.errors import UsageError

MAX_SEED = 2 ** 52                 # with room to count on: JavaScript's numbers are exact to 2^53
TRUNCATION = (0.1, 1.5)            # times the draw; at 0 all latents are one
MAX_MOVE = 5.0                     # along a direction, in standard deviations of the prior
MAX_POINTS = 8                     # of a walk
FRAMES = (2, 60)                   # from point to point
FPS = (1, 50)                      # of the GIF: viewers slow faster ones down


class Point(NamedTuple):
    """One latent and its class."""

    seed: int
    label: int | None = None
    truncation: float = 1.0
    moves: tuple[float, ...] = ()


class Limits(NamedTuple):
    """What a model allows."""

    classes: int                   # 0 = it takes no labels
    directions: int
    images: int                    # of one request


class Walk(NamedTuple):
    """A closed walk from point to point."""

    points: list[Point]
    frames: int                    # from each to the next
    fps: float


def read(content: bytes) -> dict:
    """The JSON object in the body of a request. UsageError for anything else."""
    try:
        value = json.loads(content, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise UsageError('the body is no JSON') from error
    if not isinstance(value, dict):
        raise UsageError('the body is no JSON object')
    return value


def pictures(body: dict, limits: Limits) -> list[Point]:
    """The points of /pictures."""
    _only(body, ('points',))
    return _points(body, limits, 1, limits.images)


def walk(body: dict, limits: Limits) -> Walk:
    """The walk of /morph and /gif; all its frames together are within the limit."""
    _only(body, ('points', 'frames', 'fps'))
    points = _points(body, limits, 2, min(MAX_POINTS, limits.images // FRAMES[0]))
    frames = _number(body, 'frames', FRAMES[0], min(FRAMES[1], limits.images // len(points)), 24)
    if not isinstance(frames, int):
        raise UsageError('frames: expected a whole number')
    return Walk(points, frames, _number(body, 'fps', *FPS, 20))


def _points(body, limits, least, most):
    points = body.get('points')
    if not isinstance(points, list) or not least <= len(points) <= most:
        raise UsageError(f'points: expected a list of {least} to {most}')
    return [_point(point, limits) for point in points]


def _point(values, limits):
    if not isinstance(values, dict):
        raise UsageError('points: expected objects such as {"seed": 5}')
    _only(values, ('seed', 'class', 'truncation', 'moves'))
    seed, label = values.get('seed'), values.get('class')
    if not _whole(seed, 0, MAX_SEED):
        raise UsageError(f'seed: expected a whole number from 0 to {MAX_SEED}')
    if label is not None and not _whole(label, 0, limits.classes - 1):
        raise UsageError(f'class: expected a whole number from 0 to {limits.classes - 1}'
                         if limits.classes else 'class: this generator takes no labels')
    moves = values.get('moves', [])
    if not isinstance(moves, list) or len(moves) > limits.directions:
        raise UsageError(f'moves: expected a list of {limits.directions} numbers at most')
    moves = [_number({'moves': move}, 'moves', -MAX_MOVE, MAX_MOVE, 0) for move in moves]
    return Point(seed, label, _number(values, 'truncation', *TRUNCATION, 1.0), tuple(moves))


def _whole(value, least, most):
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _number(values, name, least, most, default):
    value = values.get(name, default)
    if not isinstance(value, int | float) or isinstance(value, bool) or not least <= value <= most:
        raise UsageError(f'{name}: expected a number from {least} to {most}')
    return value


def _only(values, names):
    """A word that nobody reads is a mistake of whoever wrote it."""
    if not values.keys() <= set(names):
        raise UsageError(f'expected nothing but {", ".join(names)}')


def _no_constant(word):
    raise ValueError(f'{word} is no JSON')
