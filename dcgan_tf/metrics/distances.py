"""Squared distances between the rows of two arrays, in slices: all of them may not fit into memory.

|x - y|^2 = |x|^2 + |y|^2 - 2 x.y needs one matrix product only, but it has rounding errors: a row
and its copy would be 1e-8 apart, and whether a point is on a sphere would depend on chance. So
distances below ZERO_BELOW are set to 0, and distances within a factor of EQUAL_WITHIN are equal.
"""

from collections.abc import Iterator

import numpy as np

CHUNK = 2 ** 20         # distances per slice: 8 MB, and 40 MB with intermediate results
ZERO_BELOW = 1e-12      # relative to |x|^2 + |y|^2, measured from the centre
EQUAL_WITHIN = 1 + 1e-9     # squared distances that differ by less than this factor are equal


def squared_distances(a: np.ndarray, b: np.ndarray) -> Iterator[tuple[slice, np.ndarray]]:
    """Yields (rows, |a_i - b_j|^2 [rows, M]) for slices of a, in order.   a [N, F], b [M, F]"""
    centre = b.mean(axis=0)                       # large means would cost precision
    a, b = a - centre, b - centre
    a_squared, b_squared = np.einsum('nf,nf->n', a, a), np.einsum('nf,nf->n', b, b)
    step = max(1, CHUNK // len(b))
    for start in range(0, len(a), step):
        rows = slice(start, min(start + step, len(a)))
        sums = a_squared[rows, None] + b_squared
        squared = sums - 2.0 * (a[rows] @ b.T)
        squared[squared <= ZERO_BELOW * sums] = 0.0
        yield rows, squared


def squared_radii(x: np.ndarray, ks: list[int]) -> np.ndarray:
    """Returns the squared distance of each row to its k-th nearest other row, for each k.

    [N, F] -> [K, N]. A copy of a row is another row, at distance 0.
    """
    # The row itself is at distance 0 and sorts first, so the k-th other row is at index k. Indexing
    # by a list copies; a view would keep all distances in memory.
    return np.concatenate([np.partition(squared, ks, axis=1)[:, ks]
                           for _, squared in squared_distances(x, x)]).T
