"""Sums of latents, as in "smiling woman - woman + man", and the neighbourhood of the result.

Radford et al. 2016, arXiv 1511.06434, section 6.3.2: take some samples that show one thing and
average their latents. Add and subtract such averages, and let G draw the result. Eight more latents
near it, with uniform noise of 0.25, show that the result is no accident.
"""

from typing import NamedTuple

import numpy as np

from dcgan_tf.arguments import shown
from dcgan_tf.errors import UsageError
from dcgan_tf.latent.prior import PRIORS, as_latents, choice, draw_seeds
from dcgan_tf.seeds import generator


class Term(NamedTuple):
    """One group of latents in a sum."""
    sign: int                 # 1 or -1
    latents: np.ndarray       # [K, Z]

    @property
    def mean(self) -> np.ndarray:
        """The mean of the latents.   [Z]"""
        return self.latents.mean(axis=0)


def terms_of(pairs, prior: str, z_dim: int) -> list[Term]:
    """Returns the Terms of pairs (sign, seeds or latents [K, Z]). UsageError for anything else."""
    if not pairs:
        raise UsageError('nothing to add: expected pairs of a sign and seeds, such as (1, [1, 4])')
    return [_term(pair, prior, z_dim) for pair in pairs]


def _term(pair, prior, z_dim):
    if not isinstance(pair, tuple | list) or len(pair) != 2 or pair[0] not in (1, -1):
        raise UsageError(f'{shown(pair)}: expected a pair of 1 or -1 and seeds, such as '
                         '(1, [1, 4])')
    sign, of = pair
    latents = (as_latents(of, z_dim) if np.ndim(of) == 2 else draw_seeds(prior, of, z_dim))
    if not len(latents):
        raise UsageError(f'{shown(pair)}: expected one seed or more')
    return Term(sign, latents)


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
