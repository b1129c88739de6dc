"""Latents: draw points from a prior, walk between them, and close the walk into a loop.

A prior in many dimensions is a thin shell: nearly every draw lies near the radius sqrt(E|z|^2), and
the generator has learnt nothing elsewhere. So the paths here turn on that shell; a straight line
between two draws would cut through its empty inside.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from dcgan_tf.errors import UsageError
from dcgan_tf.seeds import derive, generator


class Prior(NamedTuple):
    """One row of `PRIORS`."""
    draw: Callable      # (rng, shape) -> float64 array
    radius: Callable    # z_dim -> sqrt(E|z|^2)


PRIORS = {
    'uniform': Prior(lambda rng, shape: rng.uniform(-1, 1, shape), lambda z: (z / 3) ** 0.5),
    'normal':  Prior(lambda rng, shape: rng.standard_normal(shape), lambda z: z ** 0.5),
}


def draw(prior: str, n: int, z_dim: int, seed: int) -> np.ndarray:
    """Draws n latents.   -> [n, z_dim] float32

    Row i depends on seed + i alone: each picture has a seed of its own and can be asked for again
    without the others (as in StyleGAN's tools).
    """
    row = _choice('prior', prior, PRIORS)
    _at_least('--z-dim', z_dim, 1)
    z = [row.draw(generator(seed + i, 'latent'), z_dim) for i in range(n)]
    return np.array(z, np.float32).reshape(n, z_dim)


def slerp(a: np.ndarray, b: np.ndarray, t: float | np.ndarray) -> np.ndarray:
    """Turns from a (t = 0) to b (t = 1) at constant angular speed; the norm goes linearly.

    a, b [Z], t a number or [T]; -> [Z] or [T, Z]. Shoemake 1985 has, for unit u, v at angle W,
    (sin((1-t)W) u + sin(tW) v) / sin W. With p, the unit vector across u towards v, the same curve
    is cos(tW) u + sin(tW) p, and nothing is divided by sin W = 0. Between opposite vectors all half
    circles are as short, and p is any one. A vector of length 0 has no direction: UsageError.
    """
    t = np.asarray(t, np.float64)[..., None]
    norm_a, norm_b = np.linalg.norm(a), np.linalg.norm(b)
    if not norm_a * norm_b > 0:
        raise UsageError('slerp: got a vector of length 0 (or NaN), which has no direction')
    u, v = np.float64(a) / norm_a, np.float64(b) / norm_b
    p = _across(u, v)
    turn = t * _angle(u, v)
    z = ((1 - t) * norm_a + t * norm_b) * (np.cos(turn) * u + np.sin(turn) * p)
    return z.astype(np.result_type(a, b, np.float32))


def _angle(u: np.ndarray, v: np.ndarray) -> float:
    """The angle between unit vectors in [0, pi], exact at both ends, where arccos is not."""
    return 2 * np.arctan2(np.linalg.norm(u - v), np.linalg.norm(u + v))


def _across(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """The unit vector at a right angle to unit u on the side of v, or any one if v is u or -u."""
    p = v - (u @ v) * u
    if np.linalg.norm(p) < 1e-7:                  # below this, p is rounding error
        if len(u) < 2:
            raise UsageError('slerp: got vectors of 1 number, expected --z-dim 2 or more')
        axis = np.eye(len(u))[np.argmin(np.abs(u))]
        p = axis - (u @ axis) * u
    return p / np.linalg.norm(p)


def orthonormal(vectors: np.ndarray) -> np.ndarray:
    """[K, Z] -> [K, Z] of the same span at right angles, length 1; row 0 keeps its direction.

    Gram-Schmidt by QR; QR leaves the signs open, and a positive diagonal of R fixes them.
    UsageError if the rows are not independent, as when K > Z.
    """
    if np.linalg.matrix_rank(vectors) < len(vectors):
        raise UsageError(f'orthonormal: got {len(vectors)} vectors of {vectors.shape[1]} numbers '
                         'that are not independent; a larger --z-dim may help')
    q, r = np.linalg.qr(np.float64(vectors).T)    # [Z, K], [K, K]
    return (q * np.sign(np.diag(r))).T


def _raw(keys, radius, turn, speeds):
    """z = cos t1 a + sin t1 (cos t2 b + sin t2 c), with a, b, c = keys as they come."""
    a, b, c = keys
    t1, t2 = (2 * np.pi * speed * turn[:, None] for speed in speeds)                # [F, 1]
    return np.cos(t1) * a + np.sin(t1) * (np.cos(t2) * b + np.sin(t2) * c)


def _sphere(keys, radius, turn, speeds):
    """The formula of `_raw` on a frame at right angles: |z| = radius all the way."""
    return _raw(radius * orthonormal(keys), radius, turn, speeds)


def _circle(keys, radius, turn, speeds):
    """Once round the great circle through two keys."""
    a, b = radius * orthonormal(keys)
    t = 2 * np.pi * turn[:, None]                                                   # [F, 1]
    return np.cos(t) * a + np.sin(t) * b


def _slerp(keys, radius, turn, speeds):
    """Arc after arc from key to key and back to the first; each frame goes on by the same angle."""
    units = keys / np.linalg.norm(keys, axis=1, keepdims=True)
    ends = np.roll(units, -1, axis=0)
    marks = np.cumsum([0] + [_angle(u, v) for u, v in zip(units, ends, strict=True)])
    way = turn * marks[-1]
    arcs = np.searchsorted(marks, way, side='right') - 1
    parts = (way - marks[arcs]) / np.diff(marks)[arcs]
    z = [slerp(units[i], ends[i], t) for i, t in zip(arcs, parts, strict=True)]
    return radius * np.stack(z)


def _still(keys, radius, turn, speeds):
    """The first draw as it comes, at every frame."""
    return np.repeat(keys, len(turn), axis=0)


class Path(NamedTuple):
    """One row of `PATHS`."""
    points: Callable    # (keys [K, Z], radius, turn [F] in [0, 1), speeds) -> [F, Z]
    keys: int           # K, the number of draws it goes by
    least_z: int        # the smallest z_dim in which it exists
    help: str


PATHS = {
    'sphere': Path(_sphere, 3, 3, 'two turns at two speeds over a sphere of the prior\'s radius'),
    'circle': Path(_circle, 2, 2, 'once round a great circle of the prior\'s radius'),
    'slerp':  Path(_slerp,  4, 2, 'arcs through 4 draws and back, at the prior\'s radius'),
    'raw':    Path(_raw,    3, 1, 'as sphere, but on three draws as they come: the radius varies'),
    'still':  Path(_still,  1, 1, 'no walk: one draw, while the class changes (--to-class)'),
}


def path(name: str, prior: str, z_dim: int, frames: int, seed: int, *,
         speeds: tuple[int, int] = (2, 1)) -> np.ndarray:
    """A closed path: frame `frames` would be frame 0 again.   -> [frames, z_dim] float32

    It starts at the latent of `seed`, moved out or in to the prior's radius (`raw` and `still`: as
    it is). `speeds` are the turns of t1 and t2 on the whole path, for `sphere` and `raw`; integers,
    or the path would not close. UsageError for what does not exist.
    """
    row = _choice('--path', name, PATHS)
    _at_least(f'--path {name}: --z-dim', z_dim, row.least_z)
    _at_least('--frames', frames, 1)
    if len(speeds) != 2 or any(speed != int(speed) for speed in speeds) or speeds[0] == 0:
        raise UsageError(f'--speeds {speeds}: expected two integers, the first not 0')
    first = draw(prior, 1, z_dim, seed)
    others = draw(prior, row.keys - 1, z_dim, derive(seed, 'path'))
    keys = np.float64(np.concatenate([first, others]))                              # [K, Z]
    turn = np.arange(frames) / frames
    return row.points(keys, PRIORS[prior].radius(z_dim), turn, speeds).astype(np.float32)


def _choice(flag, name, table):
    """The row of a table, or a UsageError that lists its names."""
    if name not in table:
        raise UsageError(f'{flag} {name}: expected one of {", ".join(table)}')
    return table[name]


def _at_least(flag, value, least):
    """UsageError unless value >= least."""
    if value < least:
        raise UsageError(f'{flag} {value}: expected {least} or more')
