"""The priors, from which latents are drawn. Each seed gives one latent."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from dcgan_tf.arguments import check_whole, is_number, is_whole, shown
from dcgan_tf.errors import UsageError
from dcgan_tf.latent import pairs
from dcgan_tf.names import nearest
from dcgan_tf.seeds import generator


class Prior(NamedTuple):
    """One row of `PRIORS`."""
    draw: Callable          # (rng, shape) -> float64 array; one with parts takes k, classes, too
    radius: Callable        # z_dim -> sqrt(E|z|^2)
    bounds: tuple | None    # limits of every number; None = the length is near the radius
    parts: bool = False     # True = it has a part for each class, and its numbers are in pairs


FARTHEST = pairs.DISTANCE + 4.0 * pairs.ALONG      # of mixture10: four standard deviations out
FAR = 3                       # times the radius of a prior; sums of latents lie below it
PRIORS = {
    'uniform': Prior(lambda rng, shape: rng.uniform(-1, 1, shape), lambda z: (z / 3) ** 0.5,
                     (-1, 1)),
    'normal':  Prior(lambda rng, shape: rng.standard_normal(shape), lambda z: z ** 0.5, None),
    'normal5': Prior(lambda rng, shape: 5.0 * rng.standard_normal(shape),
                     lambda z: 5.0 * z ** 0.5, None),
    'mixture10':  Prior(pairs.draw_petals, lambda z: (
        z / 2 * (pairs.DISTANCE ** 2 + pairs.ALONG ** 2 + pairs.ACROSS ** 2)) ** 0.5,
        (-FARTHEST, FARTHEST), parts=True),
    'swiss_roll': Prior(pairs.draw_roll, lambda z: (z / 2 / 2) ** 0.5 * pairs.ROLL,
                        (-pairs.ROLL, pairs.ROLL), parts=True),
    'sphere':  Prior(lambda rng, shape: _on_sphere(rng.standard_normal(shape)), lambda z: 1.0,
                     None),
}


def _on_sphere(z):
    """Returns the latents z [..., Z] divided by their lengths."""
    return z / np.linalg.norm(z, axis=-1, keepdims=True)


def draw(prior: str, n: int, z_dim: int, seed: int) -> np.ndarray:
    """Draws n latents.   -> [n, z_dim] float32

    Row i depends only on seed + i. So each picture has a seed of its own and can be made again
    without the others (as in StyleGAN's tools).
    UsageError unless n and seed are whole numbers of 0 or more.
    """
    check_whole('n', n)
    check_whole('seed', seed)
    return draw_seeds(prior, range(seed, seed + n), z_dim)


def draw_seeds(prior: str, seeds: Sequence[int], z_dim: int, parts=None, classes=0) -> np.ndarray:
    """Draws the latents of these seeds, in their order.   -> [n, z_dim] float32

    parts: the class of each, of so many classes: its latent lies in the part of the prior that is
    for this class; None = anywhere. UsageError unless seeds are a list of whole numbers of 0 or
    more, and for pairs of numbers with an odd z_dim.
    """
    row = choice('prior', prior, PRIORS)
    at_least('--z-dim', z_dim, 1)
    check_pairs(prior, z_dim)
    if not isinstance(seeds, Sequence | np.ndarray) or not all(map(_is_seed, seeds)):
        raise UsageError(f'seeds {shown(seeds)}: expected a list of whole numbers of 0 or more, '
                         'such as [3, 17]')
    known = [{}] * len(seeds) if parts is None else [{'k': k, 'classes': classes} for k in parts]
    z = [row.draw(generator(seed, 'latent'), z_dim, **more)
         for seed, more in zip(seeds, known, strict=True)]
    return np.array(z, np.float32).reshape(len(seeds), z_dim)


def check_pairs(prior: str, z_dim: int) -> None:
    """UsageError for a prior of pairs of numbers, if one number would be left over."""
    if PRIORS[prior].parts and z_dim % 2:
        raise UsageError(f'--z-dim {z_dim}: --latent-prior {prior} places pairs of numbers: '
                         'expected an even number')


def as_latents(z, z_dim: int) -> np.ndarray:
    """Returns latents of the user as float32 [N, z_dim]. UsageError if they are something else."""
    try:
        array = np.asarray(z, np.float32)
    except (TypeError, ValueError):
        array = None
    if array is None or array.ndim != 2 or array.shape[1] != z_dim:
        came = shown(z) if array is None else f'of shape {array.shape}'
        raise UsageError(f'latents {came}: expected [N, {z_dim}]')
    return array


def too_far(z: np.ndarray, prior: str) -> str:
    """Returns a line about the latent [N, Z] that is longest, if it is too long; otherwise ''.

    UsageError if a number is not finite.
    """
    lengths = np.linalg.norm(np.asarray(z, np.float64), axis=1) / PRIORS[prior].radius(z.shape[1])
    if not np.isfinite(lengths).all():
        raise UsageError(f'latents: row {int(np.isfinite(lengths).argmin())} holds NaN or infinity')
    row = int(lengths.argmax()) if len(z) else -1
    if row < 0 or lengths[row] <= FAR:
        return ''
    remedy = '' if PRIORS[prior].parts else (f'; truncation {1 / lengths[row]:.2g} brings it there '
                                             '(--truncation)')
    return (f'latents: row {row} lies at {lengths[row]:.1f} times the radius of the prior '
            f'({prior}), where the generator has learnt nothing: expected about 1{remedy}')


def check_truncation(truncation: float) -> None:
    """UsageError unless latents may be multiplied by this number."""
    if not is_number(truncation) or not 0 < truncation <= 2:
        came = f'{truncation:g}' if is_number(truncation) else shown(truncation)
        raise UsageError(f'truncation {came}: expected a number, more than 0 and at '
                         'most 2 (--truncation)')


def choice(flag, name, table):
    """Returns a row of a table. UsageError if the name is not in it; it lists all names."""
    if not isinstance(name, str) or name not in table:
        raise UsageError(f'{flag} {name if isinstance(name, str) else shown(name)}: expected one '
                         f'of {", ".join(table)}{nearest(name, table)}')
    return table[name]


def at_least(flag, value, minimum):
    """UsageError unless value >= minimum."""
    if not is_whole(value) or value < minimum:
        raise UsageError(f'{flag} {shown(value)}: expected a whole number of {minimum} or more')


def _is_seed(value):
    return is_whole(value) and value >= 0
