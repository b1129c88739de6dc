"""Divides a data set between workers, and makes the order of batches for such a part.

With batches of B images, row r of every batch shows only the images r, r + B, r + 2 B ... of the
data set. So a worker needs only the images of its own rows, and the images of a row do not depend
on the number of workers.
"""

import functools
from typing import NamedTuple

import numpy as np

from dcgan_tf import seeds
from dcgan_tf.errors import UsageError


class Part(NamedTuple):
    """The rows first ... first + rows - 1 of batches of `of` images, and their images."""

    first: int
    rows: int
    of: int

    def has(self, indices):
        """Returns whether the images with these indices belong to it.   int [n] -> bool [n]"""
        return (indices % self.of >= self.first) & (indices % self.of < self.first + self.rows)

    def count(self, n):
        """Returns how many of the images 0 ... n - 1 belong to it."""
        return n // self.of * self.rows + min(max(n % self.of - self.first, 0), self.rows)


class PartBatches:
    """Batch `step` of a Part as a pure function of (seed, step), like `dataset.Batches`.

    indices [N] int64: where in the whole data set each of the N images at hand lies; without what
    was refused they have gaps. Row r with n images shows, in step t, image
    permutation(seed, r, t // n)[t % n] of its own, or with replacement any of them: a row begins
    its next pass when it has shown all of its own. n_images: in all rows of this part.
    """

    def __init__(self, indices, part, *, seed, replacement=False):
        """Raises UsageError if a row has no image."""
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
        """Returns the indices of the images in batch `step`, among those at hand: [rows] int64."""
        return np.array([self._index(row, int(step)) for row in self._own])

    def _index(self, row, step):
        own = self._own[row]
        if self._replacement:
            return own[seeds.generator(self._seed, 'batch', row, step).integers(len(own))]
        number, place = divmod(step, len(own))
        return own[self._order(row, number)[place]]

    def _permutation(self, row, number):
        return seeds.generator(self._seed, 'order', row, number).permutation(len(self._own[row]))
