"""A data set of which each worker has its own part, and the order of batches that this allows.

With batches of B images, row r of every batch shows the images with the indices r, r + B, r + 2 B
... in the data set and no others. A worker with some of the rows needs their images alone, and what
the rows show does not depend on how many workers share them.
"""

import functools
from typing import NamedTuple

import numpy as np

from dcgan_tf import seeds
from dcgan_tf.errors import UsageError


class Part(NamedTuple):
    """Rows first ... first + rows - 1 of batches of `of` images."""

    first: int
    rows: int
    of: int

    def has(self, indices):
        """Tells which indices of the data set are in this part.   int [n] -> bool [n]"""
        return (indices % self.of >= self.first) & (indices % self.of < self.first + self.rows)

    def count(self, n):
        """Counts how many of the indices 0 ... n - 1 are in this part."""
        return n // self.of * self.rows + min(max(n % self.of - self.first, 0), self.rows)


class PartBatches:
    """Batch `step` of a Part as a pure function of (seed, step), like `dataset.Batches`.

    indices [N] int64: the index of each of the N images at hand in the complete data set; they have
    gaps where an image was refused. Row r with n images shows, in step t, image
    permutation(seed, r, t // n)[t % n] of its own, or with replacement any of them: a row begins
    its next pass when it has shown all of its own. n_images: in all rows of this part.
    """

    def __init__(self, indices, part, *, seed, replacement=False):
        """Raises UsageError where a row has no image."""
        self._seed, self._replacement = seed, replacement
        rows = range(part.first, part.first + part.rows)
        self._own = {row: np.flatnonzero(indices % part.of == row) for row in rows}
        empty = [row for row, own in self._own.items() if not len(own)]
        if empty:
            raise UsageError(f'--batch-size {part.of} does not fit the data set: with --split-data '
                             f'row {empty[0]} of a batch has no image')
        self.n_images = sum(map(len, self._own.values()))
        self._order = functools.lru_cache(maxsize=2 * part.rows)(self._permutation)

    def indices(self, step):
        """[rows] int64: which of the images at hand batch `step` holds."""
        return np.array([self._index(row, int(step)) for row in self._own])

    def _index(self, row, step):
        own = self._own[row]
        if self._replacement:
            return own[seeds.generator(self._seed, 'batch', row, step).integers(len(own))]
        number, place = divmod(step, len(own))
        return own[self._order(row, number)[place]]

    def _permutation(self, row, number):
        return seeds.generator(self._seed, 'order', row, number).permutation(len(self._own[row]))
