"""The priors, from which latents are drawn. Each seed gives one latent."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from dcgan_tf.errors import UsageError
from dcgan_tf.seeds import generator


class Prior(NamedTuple):
    """One row of `PRIORS`."""
    draw: Callable          # (rng, shape) -> float64 array
    radius: Callable        # z_dim -> sqrt(E|z|^2)
    bounds: tuple | None    # limits of every number; None = no limits


PRIORS = {
    'uniform': Prior(lambda rng, shape: rng.uniform(-1, 1, shape), lambda z: (z / 3) ** 0.5,
                     (-1, 1)),
    'normal':  Prior(lambda rng, shape: rng.standard_normal(shape), lambda z: z ** 0.5, None),
}


def draw(prior: str, n: int, z_dim: int, seed: int) -> np.ndarray:
    """Draws n latents.   -> [n, z_dim] float32

    Row i depends only on seed + i. So each picture has a seed of its own and can be made again
    without the others (as in StyleGAN's tools).
    """
    return draw_seeds(prior, range(seed, seed + n), z_dim)


def draw_seeds(prior: str, seeds: Sequence[int], z_dim: int) -> np.ndarray:
    """Draws the latents of these seeds, in their order.   -> [n, z_dim] float32"""
    row = choice('prior', prior, PRIORS)
    at_least('--z-dim', z_dim, 1)
    z = [row.draw(generator(seed, 'latent'), z_dim) for seed in seeds]
    return np.array(z, np.float32).reshape(len(seeds), z_dim)


def check_truncation(truncation: float) -> None:
    """UsageError unless latents may be multiplied by this number."""
    if not 0 < truncation <= 2:
        raise UsageError(f'--truncation {truncation:g}: expected more than 0 and at most 2')


def choice(flag, name, table):
    """Returns a row of a table. UsageError if the name is not in it; it lists all names."""
    if name not in table:
        raise UsageError(f'{flag} {name}: expected one of {", ".join(table)}')
    return table[name]


def at_least(flag, value, minimum):
    """UsageError unless value >= minimum."""
    if value < minimum:
        raise UsageError(f'{flag} {value}: expected {minimum} or more')
