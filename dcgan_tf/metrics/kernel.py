"""Kernel distance: squared maximum mean discrepancy of features with a cubic kernel.

The formula of KID (Binkowski et al. 2018, arXiv 1801.01401, section 4). Unlike the Frechet distance
it takes nothing for Gaussian, is unbiased at any N, and comes with an error; KID is the name with
the features of one published Inception network.
"""

import numpy as np

from dcgan_tf.metrics import base
from dcgan_tf.metrics.base import Estimate, features, whole
from dcgan_tf.seeds import generator


def kernel_distance(real, fake, *, block: int = 1000, seed: int = 0) -> Estimate:
    """Of features real [N, F] and fake [M, F]; no unit. 0 is best, less than 0 is chance.

    Both sets are shuffled (seed) and cut into the same number of disjoint blocks, nearly equal in
    size: as few as keep a block within `block` rows, but two where every block can have two rows,
    so that there is an error, and never so many that one has fewer. All rows are used. The value is
    the mean over the blocks, unbiased as each of them; the error is its standard error, nan of a
    single block (fewer than four rows). Memory grows with the square of the block.
    UsageError for what `base.features` refuses, and block < 2.
    """
    real, fake = features(real=real, fake=fake)
    count = _blocks(len(real), len(fake), whole('block', block, 2))
    pairs = zip(*(_cut(x, count, generator(seed, 'kernel', name))
                  for name, x in (('real', real), ('fake', fake))), strict=True)
    return base.mean([unbiased_mmd2(x, y) for x, y in pairs])


def unbiased_mmd2(x: np.ndarray, y: np.ndarray) -> float:
    """Gretton et al. 2012, eq. 3: mean k(x, x') + mean k(y, y') - 2 mean k(x, y), x' not x.

    x [m, F], y [n, F]; the sizes may differ.
    """
    return _mean_of_others(cubic(x, x)) + _mean_of_others(cubic(y, y)) - 2.0 * cubic(x, y).mean()


def cubic(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """(x.y / F + 1)^3 of all pairs.   [m, F], [n, F] -> [m, n]"""
    return (x @ y.T / x.shape[1] + 1.0) ** 3


def _mean_of_others(k):
    """The mean off the diagonal.   [n, n] -> []"""
    n = len(k)
    return (k.sum() - np.trace(k)) / (n * (n - 1))


def _blocks(n, m, block):
    """How many: none larger than `block`, two at least, but none smaller than two rows."""
    wanted = max(-(-max(n, m) // block), 2)
    return min(wanted, min(n, m) // 2)


def _cut(x, count, rng):
    return np.array_split(x[rng.permutation(len(x))], count)
