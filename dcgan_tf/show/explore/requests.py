"""Reads requests in JSON. They may come from any program that reaches the port, so all is checked.

    {"points": [{"seed": 5, "class": 3, "truncation": 0.9, "moves": [0, -1.5]}, ...],
     "frames": 24, "fps": 20}

A point is a latent: drawn with the seed, multiplied by the truncation, then moved along principal
directions. `class` null = seed modulo the number of classes. `codes`: the continuous codes of an
infogan, such as [0.5, null]; null = as drawn. Only `seed` is required, or in its place `latent`,
the numbers that the encoder has found in a picture. That picture is {"pixels": BASE64}.
"""

import base64
import binascii
import json
from typing import NamedTuple

from dcgan_tf.errors import UsageError

MAX_SEED = 2 ** 52                 # JavaScript's integers are exact to 2^53
TRUNCATION = (0.1, 1.5)            # the factor of the latent; with 0 all latents are equal
MAX_MOVE = 5.0                     # along a direction, in standard deviations of the prior
MAX_CODE = 3.0                     # of a continuous code; training draws it from the prior
MAX_NUMBER = 1e4                   # of a code; those of an encoder without bounds may be large
MAX_POINTS = 8                     # of a walk
FRAMES = (2, 60)                   # from point to point
FPS = (1, 50)                      # of the GIF; viewers play faster ones slowly


class Point(NamedTuple):
    """One latent and its class."""

    seed: int                      # 0 if there is a latent
    label: int | None = None
    truncation: float = 1.0
    moves: tuple[float, ...] = ()
    codes: tuple[float | None, ...] = ()
    latent: tuple[float, ...] = ()            # in place of that of the seed; () = that


class Limits(NamedTuple):
    """The limits of a request to a model."""

    classes: int                   # 0 = the model takes no labels
    directions: int
    images: int                    # per request
    codes: int = 0                 # continuous codes of an infogan
    latent: int = 0                # numbers of a latent; 0 = no encoder, so no point has a latent


class Walk(NamedTuple):
    """A closed walk from point to point."""

    points: list[Point]
    frames: int                    # from each point to the next
    fps: float


def read(content: bytes) -> dict:
    """Returns the JSON object in the body of a request. Raises UsageError for anything else."""
    try:
        value = json.loads(content, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise UsageError('the body is no JSON, expected a JSON object') from error
    if not isinstance(value, dict):
        raise UsageError('the body is no JSON object')
    return value


def nothing(body: dict) -> None:
    """Checks a request that needs no words."""
    if body:
        raise UsageError('expected an empty object, {}')


def pictures(body: dict, limits: Limits) -> list[Point]:
    """Returns the points of a request to /pictures."""
    _only(body, ('points',))
    return _points(body, limits, 1, limits.images)


def pixels(body: dict, size: int) -> bytes:
    """Returns the pixels of a request to /encode, `size` bytes."""
    _only(body, ('pixels',))
    try:
        found = base64.b64decode(body.get('pixels'), validate=True)
    except (TypeError, ValueError, binascii.Error) as error:
        raise UsageError('pixels: expected a text in base64') from error
    if len(found) != size:
        raise UsageError(f'pixels: expected {size} bytes, row by row')
    return found


def walk(body: dict, limits: Limits) -> Walk:
    """Returns the walk of a request to /morph or /gif, within the limit of frames."""
    _only(body, ('points', 'frames', 'fps'))
    points = _points(body, limits, 2, min(MAX_POINTS, limits.images // FRAMES[0]))
    frames = _number('frames', body.get('frames', 24), FRAMES[0],
                     min(FRAMES[1], limits.images // len(points)))
    if not isinstance(frames, int):
        raise UsageError('frames: expected a whole number')
    return Walk(points, frames, _number('fps', body.get('fps', 20), *FPS))


def _points(body, limits, low, high):
    points = body.get('points')
    if not isinstance(points, list) or not low <= len(points) <= high:
        raise UsageError(f'points: expected a list of {low} to {high}')
    return [_point(point, limits) for point in points]


def _point(values, limits):
    if not isinstance(values, dict):
        raise UsageError('points: expected objects such as {"seed": 5}')
    _only(values, ('seed', 'class', 'truncation', 'moves', 'codes', 'latent'))
    seed, label = values.get('seed'), values.get('class')
    latent = _latent(values, limits) if 'latent' in values else ()
    if latent and seed is None:
        seed = 0
    if not _is_integer(seed, 0, MAX_SEED):
        raise UsageError(f'seed: expected a whole number from 0 to {MAX_SEED}')
    if label is not None and not _is_integer(label, 0, limits.classes - 1):
        raise UsageError(f'class: expected a whole number from 0 to {limits.classes - 1}'
                         if limits.classes else 'class: this generator takes no labels')
    codes = [None if code is None else _number('codes', code, -MAX_CODE, MAX_CODE)
             for code in _short_list(values, 'codes', limits.codes)]
    moves = [_number('moves', move, -MAX_MOVE, MAX_MOVE)
             for move in _short_list(values, 'moves', limits.directions)]
    truncation = _number('truncation', values.get('truncation', 1.0), *TRUNCATION)
    return Point(seed, label, truncation, tuple(moves), tuple(codes), latent)


def _latent(values, limits):
    found = values['latent']
    if not limits.latent or not isinstance(found, list) or len(found) != limits.latent:
        raise UsageError(f'latent: expected a list of {limits.latent} numbers' if limits.latent else
                         'latent: this generator has no encoder')
    return tuple(_number('latent', number, -MAX_NUMBER, MAX_NUMBER) for number in found)


def _short_list(values, name, high):
    found = values.get(name, [])
    if not isinstance(found, list) or len(found) > high:
        raise UsageError(f'{name}: expected a list of at most {high} numbers')
    return found


def _is_integer(value, low, high):
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _number(name, value, low, high):
    if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
        raise UsageError(f'{name}: expected a number from {low} to {high}')
    return value


def _only(values, names):
    """Raises UsageError for unknown names, which would have no effect."""
    if not values.keys() <= set(names):
        raise UsageError(f'expected nothing but {", ".join(names)}')


def _no_constant(name):
    raise ValueError(f'{name} is no JSON')
