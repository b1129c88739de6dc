"""Paths: closed walks through latents, for films that loop.

A path goes through or around its keys, some latents. All but `raw` turn at constant angular speed:
from frame to frame as much of the curve, as seen from the middle of the prior.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from dcgan_tf.errors import UsageError
from dcgan_tf.latent.prior import PRIORS, at_least, choice, draw
from dcgan_tf.latent.sphere import angle, orthonormal, slerp
from dcgan_tf.seeds import derive

FINE = 1 << 14      # points by which the length of a curve is measured
MAX_SPEED = 100     # turns in one loop
EMPTY = 0.05        # of the radius: a curve that comes so near the middle has no direction there


def _raw(keys, radius, turn, speeds):
    """z = cos t1 a + sin t1 (cos t2 b + sin t2 c), with a, b, c = keys as they come."""
    a, b, c = keys
    t1, t2 = (2 * np.pi * speed * turn[:, None] for speed in speeds)                # [F, 1]
    return np.cos(t1) * a + np.sin(t1) * (np.cos(t2) * b + np.sin(t2) * c)


def _sphere(keys, radius, turn, speeds):
    """The formula of `_raw` on a frame at right angles: |z| = radius all the way."""
    frame = radius * orthonormal(keys)
    return _evenly(lambda t: _raw(frame, radius, t, speeds), turn)


def _lissajous(keys, radius, turn, speeds):
    """z = cos t1 a + sin t2 b + sin t3 c on a frame at right angles, each put at the radius."""
    a, b, c = orthonormal(keys)

    def curve(t):
        t1, t2, t3 = (2 * np.pi * speed * t[:, None] for speed in speeds)           # [F, 1]
        z = np.cos(t1) * a + np.sin(t2) * b + np.sin(t3) * c
        norms = np.linalg.norm(z, axis=1, keepdims=True)
        if norms.min() < EMPTY:
            raise UsageError(f'--speeds {",".join(map(str, speeds))}: this curve leads through the '
                             'middle of the prior, where there is no direction; take others, such '
                             'as 1,2,3')
        return radius * z / norms
    return _evenly(curve, turn)


def _circle(keys, radius, turn, speeds):
    """Once round the great circle through two keys."""
    a, b = radius * orthonormal(keys)
    t = 2 * np.pi * turn[:, None]                                                   # [F, 1]
    return np.cos(t) * a + np.sin(t) * b


def _slerp(keys, radius, turn, speeds):
    """Arc after arc from key to key and back to the first; the norm goes linearly on each."""
    ends, marks = np.roll(keys, -1, axis=0), _key_marks(keys)
    arcs, parts = _placed(turn, marks)
    return np.stack([slerp(keys[i], ends[i], t) for i, t in zip(arcs, parts, strict=True)])


def _still(keys, radius, turn, speeds):
    """The first draw as it comes, at every frame."""
    return np.repeat(keys, len(turn), axis=0)


def _key_marks(keys):
    """Where on the closed way each key stands, and its end, in [0, 1].   [K, Z] -> [K + 1]"""
    norms = np.linalg.norm(keys, axis=1, keepdims=True)
    if not norms.min() > 0:
        raise UsageError('--path slerp: a key of length 0, which has no direction')
    units = keys / norms
    angles = angle(units, np.roll(units, -1, axis=0))
    if not angles.min() > 1e-6:
        raise UsageError('--path slerp: two keys that follow one another lie in one direction')
    marks = np.concatenate([[0], np.cumsum(angles)])
    return marks / marks[-1]


def _ends(keys):
    """The marks of a path that rests only where it begins."""
    return np.array([0.0, 1.0])


def _evenly(curve, turn):
    """curve(t), t in [0, 1), at the places `turn` of its length: each step turns by one angle."""
    fine = np.linspace(0, 1, FINE + 1)
    points = curve(fine)
    units = points / np.linalg.norm(points, axis=1, keepdims=True)
    length = np.concatenate([[0], np.cumsum(angle(units[1:], units[:-1]))])
    return curve(np.interp(turn, length / length[-1], fine))


class Path(NamedTuple):
    """One row of `PATHS`."""
    points: Callable    # (keys [K, Z], radius, turn [F] in [0, 1), speeds) -> [F, Z]
    keys: int           # K, the number of draws it goes by, where no keys are given
    least_z: int        # the smallest z_dim in which it exists
    speeds: tuple       # turns of its angles in one loop, the default; () = it has none
    marks: Callable     # keys -> where it rests with `ease`, in [0, 1] with both ends
    help: str


PATHS = {
    'sphere':    Path(_sphere, 3, 3, (2, 1), _ends,
                      'two turns at two speeds over a sphere of the prior\'s radius'),
    'circle':    Path(_circle, 2, 2, (), _ends, 'once round a great circle of that radius'),
    'slerp':     Path(_slerp, 4, 2, (), _key_marks, 'arcs through 4 draws, or keys, and back'),
    'lissajous': Path(_lissajous, 3, 3, (1, 2, 3), _ends,
                      'three swings at three speeds, on that sphere'),
    'raw':       Path(_raw, 3, 1, (2, 1), _ends,
                      'as sphere, but on three draws as they come, at uneven speed and radius'),
    'still':     Path(_still, 1, 1, (), _ends, 'no walk: one draw, while the class changes'),
}


def path(name: str, prior: str, z_dim: int, frames: int, seed: int, *,
         speeds: tuple[int, ...] | None = None, ease: bool = False) -> np.ndarray:
    """The walk of that name by draws of the prior.   -> [frames, z_dim] float32

    It starts at the latent of `seed`, moved out or in to the prior's radius (`slerp`, `raw` and
    `still`: as it is). The rest as `walk`.
    """
    keys = keys_of(name, prior, z_dim, seed)
    return walk(name, keys, prior, frames, speeds=speeds, ease=ease)


def keys_of(name: str, prior: str, z_dim: int, seed: int) -> np.ndarray:
    """The draws that a path goes by: the latent of `seed` first.   -> [K, z_dim] float32"""
    row = choice('--path', name, PATHS)
    at_least(f'--path {name}: --z-dim', z_dim, row.least_z)
    others = draw(prior, row.keys - 1, z_dim, derive(seed, 'path'))
    return np.concatenate([draw(prior, 1, z_dim, seed), others])


def walk(name: str, keys: np.ndarray, prior: str, frames: int, *,
         speeds: tuple[int, ...] | None = None, ease: bool = False) -> np.ndarray:
    """A closed path by these keys: frame `frames` would be frame 0 again.   -> [frames, Z] float32

    keys [K, Z]: K as the row of PATHS has it; of `slerp` 2 or more, which it goes through.
    speeds: turns of the row's angles on the whole path; integers, or it would not close. ease: it
    starts and ends slowly, and so does each arc of `slerp`. UsageError for what does not exist.
    """
    row = choice('--path', name, PATHS)
    at_least('--frames', frames, 1)
    check_keys(name, len(keys))
    speeds = row.speeds if speeds is None else speeds
    check_speeds(name, speeds)
    turn = np.arange(frames) / frames
    if ease:
        turn = _eased(turn, row.marks(np.float64(keys)))
    radius = PRIORS[prior].radius(keys.shape[1])
    return row.points(np.float64(keys), radius, turn, speeds).astype(np.float32)


def check_keys(name: str, keys: int) -> None:
    """UsageError unless the path of that name can go by so many latents."""
    row = choice('--path', name, PATHS)
    if keys == row.keys or (name == 'slerp' and keys >= 2):
        return
    expected = '2 or more' if name == 'slerp' else row.keys
    raise UsageError(f'--path {name} goes by {expected} latents, not {keys}')


def check_speeds(name: str, speeds: tuple[int, ...]) -> None:
    """UsageError unless the path of that name can have these."""
    row = choice('--path', name, PATHS)
    typed = f'--speeds {",".join(map(str, speeds))}'
    if max(map(abs, speeds), default=0) > MAX_SPEED:
        raise UsageError(f'{typed}: expected {MAX_SPEED} turns at most')
    if speeds and not row.speeds:
        raise UsageError(f'{typed}: --path {name} takes none')
    if len(speeds) != len(row.speeds) or any(s != int(s) for s in speeds) or 0 in speeds[:1]:
        raise UsageError(f'{typed}: --path {name} takes {len(row.speeds)} whole numbers, the first '
                         'not 0')


def shares(keys: np.ndarray, frames: int, *, ease: bool = False) -> np.ndarray:
    """How much of each key there is in each frame of a `slerp` walk.   -> [frames, K], sums 1

    For what shall go from key to key along with the latent, such as a label.
    """
    keys = np.float64(keys)
    marks, turn = _key_marks(keys), np.arange(frames) / frames
    turn = _eased(turn, marks) if ease else turn
    arcs, part = _placed(turn, marks)
    one_hot = np.eye(len(keys))
    return (1 - part)[:, None] * one_hot[arcs] + part[:, None] * one_hot[(arcs + 1) % len(keys)]


def _placed(turn, marks):
    """-> (the number of the mark before each place, the part of the way to the next), [F] each."""
    arcs = np.minimum(np.searchsorted(marks, turn, side='right') - 1, len(marks) - 2)
    return arcs, (turn - marks[arcs]) / np.diff(marks)[arcs]


def _eased(turn, marks):
    """From mark to mark slowly off and slowly in: 3 t^2 - 2 t^3 of each part.   [F] -> [F]"""
    arcs, t = _placed(turn, marks)
    return marks[arcs] + np.diff(marks)[arcs] * t * t * (3 - 2 * t)
