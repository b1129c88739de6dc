"""Sums of latents, as in "smiling woman - woman + man", and the neighbourhood of the result.

Radford et al. 2016, arXiv 1511.06434, section 6.3.2: take some samples that show one thing and
average their latents. Add and subtract such averages, and let G draw the result. Eight more latents
near it, with uniform noise of 0.25, show that the result is no accident.
"""

from typing import NamedTuple

import numpy as np

from dcgan_tf.errors import UsageError
from dcgan_tf.latent.prior import PRIORS, choice
from dcgan_tf.seeds import generator


class Term(NamedTuple):
    """One group of latents in a sum."""
    sign: int                 # 1 or -1
    latents: np.ndarray       # [K, Z]

    @property
    def mean(self) -> np.ndarray:
        """The mean of the latents.   [Z]"""
        return self.latents.mean(axis=0)


def combined(terms: list[Term]) -> np.ndarray:
    """Returns the sum of the means with their signs.   -> [Z] float32"""
    return np.float32(sum(term.sign * term.mean for term in terms))


def neighbourhood(z: np.ndarray, prior: str, seed: int, noise: float = 0.25) -> np.ndarray:
    """Returns a 3x3 grid of latents, row by row, with z [Z] in the middle.   -> [9, Z] float32

    The other eight are z plus noise: `noise` times a draw of the prior. For the uniform prior this
    is uniform in [-noise, noise], as in the paper.
    """
    rng = generator(seed, 'neighbourhood')
    offsets = noise * choice('prior', prior, PRIORS).draw(rng, (9, len(z)))
    offsets[4] = 0
    return np.float32(z + offsets)


def plane(points: np.ndarray) -> np.ndarray:
    """Projects the points onto their two principal directions.   [N, Z] -> [N, 2] float64

    This shows a path as a picture. It is PCA by the singular values of the centred points. The sign
    of a direction is chosen so that the first point is on the positive side.
    """
    if points.ndim != 2 or not len(points):
        raise UsageError(f'plane: got points {list(points.shape)}, expected [N, Z]')
    centred = np.float64(points) - np.float64(points).mean(axis=0)
    _, _, directions = np.linalg.svd(centred, full_matrices=False)
    flat = centred @ directions[:2].T                                         # [N, 1 or 2]
    flat = np.pad(flat, [(0, 0), (0, 2 - flat.shape[1])])
    return flat * np.where(flat[0] < 0, -1, 1)
