"""Paths: closed walks through latents, for films that loop.

A path goes through or around some latents: its keys. All paths but `raw` turn at constant angular
speed. So each frame moves on by an equal part of the curve, as seen from the centre of the prior.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from dcgan_tf.errors import UsageError
from dcgan_tf.latent.prior import PRIORS, at_least, choice, draw
from dcgan_tf.latent.sphere import angle, orthonormal, slerp
from dcgan_tf.seeds import derive

CURVE_POINTS = 1 << 14  # number of points that measure the length of a curve
MAX_SPEED = 100     # most turns in one loop
SAME_DIRECTION = 1e-6   # an angle; below it there is no arc between two keys
MIN_RADIUS = 0.05   # of the radius; nearer to the centre a curve has no direction


def _raw(keys, radius, turn, speeds):
    """z = cos t1 a + sin t1 (cos t2 b + sin t2 c), where a, b, c are the keys, unchanged."""
    a, b, c = keys
    t1, t2 = (2 * np.pi * speed * turn[:, None] for speed in speeds)                # [F, 1]
    return np.cos(t1) * a + np.sin(t1) * (np.cos(t2) * b + np.sin(t2) * c)


def _sphere(keys, radius, turn, speeds):
    """The formula of `_raw`, with three vectors at right angles. |z| is always the radius."""
    frame = radius * orthonormal(keys)
    return _evenly(lambda t: _raw(frame, radius, t, speeds), turn)


def _lissajous(keys, radius, turn, speeds):
    """z = cos t1 a + sin t2 b + sin t3 c, with vectors at right angles, scaled to the radius."""
    a, b, c = orthonormal(keys)

    def curve(t):
        t1, t2, t3 = (2 * np.pi * speed * t[:, None] for speed in speeds)           # [F, 1]
        z = np.cos(t1) * a + np.sin(t2) * b + np.sin(t3) * c
        norms = np.linalg.norm(z, axis=1, keepdims=True)
        if norms.min() < MIN_RADIUS:
            raise UsageError(f'--speeds {",".join(map(str, speeds))}: this curve goes through the '
                             'centre of the prior, where it has no direction; use other speeds, '
                             'such as 1,2,3')
        return radius * z / norms
    return _evenly(curve, turn)


def _circle(keys, radius, turn, speeds):
    """One turn on the great circle through two keys."""
    a, b = radius * orthonormal(keys)
    t = 2 * np.pi * turn[:, None]                                                   # [F, 1]
    return np.cos(t) * a + np.sin(t) * b


def _slerp(keys, radius, turn, speeds):
    """Arcs from each key to the next, and back to the first. On each arc |z| changes linearly."""
    ends, marks = np.roll(keys, -1, axis=0), _key_marks(keys)
    arcs, parts = _locate(turn, marks)
    return np.stack([slerp(keys[i], ends[i], t) for i, t in zip(arcs, parts, strict=True)])


def _still(keys, radius, turn, speeds):
    """The first key, in every frame."""
    return np.repeat(keys, len(turn), axis=0)


def _key_marks(keys):
    """Returns the position of each key on the closed path, and its end.

    [K, Z] -> [K + 1] in [0, 1]
    """
    norms = np.linalg.norm(keys, axis=1, keepdims=True)
    if not norms.min() > 0:
        raise UsageError('--path slerp: a key of length 0, which has no direction')
    units = keys / norms
    angles = angle(units, np.roll(units, -1, axis=0))
    if not angles.min() > SAME_DIRECTION:
        raise UsageError('--path slerp: two keys that follow one another have one direction')
    marks = np.concatenate([[0], np.cumsum(angles)])
    return marks / marks[-1]


def _evenly(curve, turn):
    """Returns points of curve(t), t in [0, 1), so that each step turns by an equal angle.

    turn: the positions of the points, as parts of the length of the curve.
    """
    fine = np.linspace(0, 1, CURVE_POINTS + 1)
    points = curve(fine)
    units = points / np.linalg.norm(points, axis=1, keepdims=True)
    length = np.concatenate([[0], np.cumsum(angle(units[1:], units[:-1]))])
    return curve(np.interp(turn, length / length[-1], fine))


class Path(NamedTuple):
    """One row of `PATHS`."""
    points: Callable    # (keys [K, Z], radius, turn [F] in [0, 1), speeds) -> [F, Z]
    keys: int           # K, the number of random latents if no keys are given
    min_z_dim: int      # the smallest z_dim for which it exists
    speeds: tuple       # default turns of its angles in one loop; () = none
    help: str


PATHS = {
    'sphere':    Path(_sphere, 3, 3, (2, 1),
                      'two turns at two speeds over a sphere of the prior\'s radius'),
    'circle':    Path(_circle, 2, 2, (), 'once round a great circle of that radius'),
    'slerp':     Path(_slerp, 4, 2, (), 'arcs through 4 random latents, or given ones, and back'),
    'lissajous': Path(_lissajous, 3, 3, (1, 2, 3), 'three swings at three speeds, on that sphere'),
    'raw':       Path(_raw, 3, 1, (2, 1),
                      'as sphere, but with random latents as they are: speed and radius vary'),
    'still':     Path(_still, 1, 1, (), 'one latent throughout, while the class changes'),
}


def keys_of(name: str, prior: str, z_dim: int, seed: int) -> np.ndarray:
    """Returns random latents of the prior as keys for `walk`.   -> [K, z_dim] float32

    The first is the latent of `seed`. The walk starts there, scaled to the prior's radius (with
    `slerp`, `raw` and `still` it is not scaled).
    """
    row = choice('--path', name, PATHS)
    at_least(f'--path {name}: --z-dim', z_dim, row.min_z_dim)
    others = draw(prior, row.keys - 1, z_dim, derive(seed, 'path'))
    return np.concatenate([draw(prior, 1, z_dim, seed), others])


def walk(name: str, keys: np.ndarray, prior: str, frames: int, *,
         speeds: tuple[int, ...] | None = None, ease: bool = False) -> np.ndarray:
    """Returns a closed path through these keys.   -> [frames, Z] float32

    Frame `frames` would be frame 0 again. keys [K, Z]: K as in PATHS; `slerp` takes 2 or more and
    goes through all of them. speeds: how often each angle turns on the whole path. They must be
    integers, or the path would not close.
    ease: the path starts and ends slowly, and so does each arc of `slerp`. UsageError for arguments
    that make no path.
    """
    row = choice('--path', name, PATHS)
    at_least('--frames', frames, 1)
    check_keys(name, len(keys))
    speeds = row.speeds if speeds is None else speeds
    check_speeds(name, speeds)
    turn = np.arange(frames) / frames
    keys, radius = np.float64(keys), PRIORS[prior].radius(keys.shape[1])
    if ease:
        turn = _eased(turn, _key_marks(keys) if name == 'slerp' else np.array([0.0, 1.0]))
    return row.points(keys, radius, turn, speeds).astype(np.float32)


def check_keys(name: str, keys: int) -> None:
    """UsageError unless the path of that name can have this number of keys."""
    row = choice('--path', name, PATHS)
    if keys == row.keys or (name == 'slerp' and keys >= 2):
        return
    expected = '2 or more' if name == 'slerp' else row.keys
    raise UsageError(f'--path {name} goes by {expected} latents, not {keys}')


def check_speeds(name: str, speeds: tuple[int, ...]) -> None:
    """UsageError unless the path of that name can have these speeds."""
    row = choice('--path', name, PATHS)
    typed = f'--speeds {",".join(map(str, speeds))}'
    if max(map(abs, speeds), default=0) > MAX_SPEED:
        raise UsageError(f'{typed}: expected {MAX_SPEED} turns at most')
    if speeds and not row.speeds:
        raise UsageError(f'{typed}: --path {name} takes none')
    if len(speeds) != len(row.speeds) or any(s != int(s) for s in speeds) or 0 in speeds[:1]:
        raise UsageError(f'{typed}: --path {name} takes {len(row.speeds)} whole numbers, and the '
                         'first must not be 0')


def shares(keys: np.ndarray, frames: int, *, ease: bool = False) -> np.ndarray:
    """Returns the weight of each key in each frame of a `slerp` walk.   -> [frames, K], sums 1

    It is for values that move from key to key together with the latent, such as a label.
    """
    keys = np.float64(keys)
    marks, turn = _key_marks(keys), np.arange(frames) / frames
    turn = _eased(turn, marks) if ease else turn
    arcs, part = _locate(turn, marks)
    one_hot = np.eye(len(keys))
    return (1 - part)[:, None] * one_hot[arcs] + part[:, None] * one_hot[(arcs + 1) % len(keys)]


def _locate(turn, marks):
    """Returns where each position lies between marks.

    -> the index of the mark before it, and the part of the way to the next mark, [F] each
    """
    arcs = np.minimum(np.searchsorted(marks, turn, side='right') - 1, len(marks) - 2)
    return arcs, (turn - marks[arcs]) / np.diff(marks)[arcs]


def _eased(turn, marks):
    """Moves slowly away from each mark and slowly to the next: 3 t^2 - 2 t^3.   [F] -> [F]"""
    arcs, t = _locate(turn, marks)
    return marks[arcs] + np.diff(marks)[arcs] * t * t * (3 - 2 * t)
