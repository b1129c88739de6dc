"""Sums of latents, as in "smiling woman - woman + man", and what lies around the result.

Radford et al. 2016, arXiv 1511.06434, section 6.3.2: the latents of some samples that show one
thing are averaged, the averages are added and subtracted, and G draws the result; eight latents
near it, off by uniform noise of 0.25, show that it is no accident.
"""

from typing import NamedTuple

import numpy as np

from dcgan_tf.errors import UsageError
from dcgan_tf.latent.prior import PRIORS, choice
from dcgan_tf.seeds import generator


class Term(NamedTuple):
    """One group of a sum."""
    sign: int                 # 1 or -1
    latents: np.ndarray       # [K, Z]

    @property
    def mean(self) -> np.ndarray:
        """[Z]"""
        return self.latents.mean(axis=0)


def combined(terms: list[Term]) -> np.ndarray:
    """The sum of the means with their signs.   -> [Z] float32"""
    return np.float32(sum(term.sign * term.mean for term in terms))


def neighbourhood(z: np.ndarray, prior: str, seed: int, noise: float = 0.25) -> np.ndarray:
    """z [Z] in the middle of 3x3, row by row; the others are off by noise.   -> [9, Z] float32

    The noise is uniform in [-noise, noise] for the uniform prior, as in the paper, and a draw of
    the prior times it in general.
    """
    rng = generator(seed, 'neighbourhood')
    off = noise * choice('prior', prior, PRIORS).draw(rng, (9, len(z)))
    off[4] = 0
    return np.float32(z + off)


def plane(points: np.ndarray) -> np.ndarray:
    """The points as seen in their two principal directions.   [N, Z] -> [N, 2] float64

    A picture of a path: PCA by the singular values of the centred points. A direction's sign is
    free; it is the one in which the first point lies on the positive side.
    """
    if points.ndim != 2 or not len(points):
        raise UsageError(f'plane: got points {list(points.shape)}, expected [N, Z]')
    centred = np.float64(points) - np.float64(points).mean(axis=0)
    _, _, directions = np.linalg.svd(centred, full_matrices=False)
    flat = centred @ directions[:2].T                                         # [N, 1 or 2]
    flat = np.pad(flat, [(0, 0), (0, 2 - flat.shape[1])])
    return flat * np.where(flat[0] < 0, -1, 1)
