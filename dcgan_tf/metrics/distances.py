"""Squared distances between the rows of two arrays, a slice at a time: all of them may not fit.

|x - y|^2 = |x|^2 + |y|^2 - 2 x.y is one matrix product, but it rounds: a row and its copy would lie
1e-8 apart, and whether a point is on a sphere would be chance. So below SAME a distance is 0, and
by EDGE two distances are equal.
"""

from collections.abc import Iterator

import numpy as np

CHUNK = 2 ** 20     # distances at a time: 8 MB, with what is needed to work them out 40
SAME = 1e-12        # of |x|^2 + |y|^2 from the centre: rows nearer than 1e-6 of that are one
EDGE = 1 + 1e-9     # squared distances that differ by less than this factor are equal


def squared_distances(a: np.ndarray, b: np.ndarray) -> Iterator[tuple[slice, np.ndarray]]:
    """a [N, F], b [M, F] -> (rows, |a_i - b_j|^2 [len(rows), M]) for slices of a in order."""
    centre = b.mean(axis=0)                       # large means would cost digits
    a, b = a - centre, b - centre
    a_squared, b_squared = np.einsum('nf,nf->n', a, a), np.einsum('nf,nf->n', b, b)
    step = max(1, CHUNK // len(b))
    for start in range(0, len(a), step):
        rows = slice(start, min(start + step, len(a)))
        sums = a_squared[rows, None] + b_squared
        squared = sums - 2.0 * (a[rows] @ b.T)
        squared[squared <= SAME * sums] = 0.0
        yield rows, squared


def squared_radii(x: np.ndarray, ks: list[int]) -> np.ndarray:
    """Squared distance of each row to its k-th nearest other row, for each k.   [N, F] -> [K, N]

    A copy of a row is another row, at distance 0.
    """
    # The row itself is at 0, the least there is, so the k-th other comes at place k. Indexing by a
    # list copies: a view would keep all distances.
    return np.concatenate([np.partition(squared, ks, axis=1)[:, ks]
                           for _, squared in squared_distances(x, x)]).T
