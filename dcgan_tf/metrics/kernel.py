"""Kernel distance: squared maximum mean discrepancy of features with a cubic kernel.

This is the formula of KID (Binkowski et al. 2018, arXiv 1801.01401, section 4). Unlike the Frechet
distance it does not assume Gaussians, is unbiased for every N, and has an error. KID is its name
with the features of one published Inception network.
"""

import numpy as np

from dcgan_tf.metrics import base
from dcgan_tf.metrics.base import Estimate, checked_integer, features
from dcgan_tf.seeds import generator


def kernel_distance(real, fake, *, block: int = 1000, seed: int = 0) -> Estimate:
    """Returns the kernel distance of features real [N, F] and fake [M, F], without a unit.

    0 is best; values below 0 are due to chance. Both sets are shuffled (seed) and cut into the same
    number of disjoint blocks of nearly equal size. The number is the smallest one that keeps blocks
    within `block` rows. But there are two blocks or more, to get an error, unless a block would
    then have fewer than two rows. All rows are used. The value is the mean over the blocks and, as
    each of them, unbiased. The error is its standard error, nan for a single block (fewer than four
    rows). Memory grows with the square of the block.
    Raises UsageError for what `base.features` refuses, and for block < 2.
    """
    real, fake = features(real=real, fake=fake)
    count = _blocks(len(real), len(fake), checked_integer('block', block, 2))
    blocks = (np.array_split(generator(seed, 'kernel', name).permutation(x), count)
              for name, x in (('real', real), ('fake', fake)))
    return base.mean(list(map(unbiased_mmd2, *blocks)))


def unbiased_mmd2(x: np.ndarray, y: np.ndarray) -> float:
    """Returns mean k(x, x') + mean k(y, y') - 2 mean k(x, y), x' not x: Gretton et al. 2012, eq. 3.

    x [m, F], y [n, F]; the sizes may differ.
    """
    return _mean_of_others(cubic(x, x)) + _mean_of_others(cubic(y, y)) - 2.0 * cubic(x, y).mean()


def cubic(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Returns (x.y / F + 1)^3 of all pairs.   [m, F], [n, F] -> [m, n]"""
    return (x @ y.T / x.shape[1] + 1.0) ** 3


def _mean_of_others(k):
    """Returns the mean of all elements that are not on the diagonal.   [n, n] -> []"""
    n = len(k)
    return (k.sum() - np.trace(k)) / (n * (n - 1))


def _blocks(n, m, block):
    """Returns the number of blocks: two or more, of at most `block` rows.

    But it is smaller if a block would have fewer than two rows.
    """
    wanted = max(-(-max(n, m) // block), 2)
    return min(wanted, min(n, m) // 2)
