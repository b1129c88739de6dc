"""Keeps a curve of any length in bounded memory: neighbouring values share a bin.

A bin has the smallest and the largest of its values with their steps, so that no spike is lost, and
the sum of its values, for means.
"""

import math
from typing import NamedTuple

import numpy as np

MAX_BINS = 2_048            # more than losses.png has columns of pixels; an even number


class Bin(NamedTuple):
    """Holds what is known of some neighbouring values."""

    step: int                       # of the first value
    n: int                          # values
    n_finite: int
    total: float                    # sum of the finite values
    low: tuple[float, int]          # the smallest one and its step; (inf, step) if none is finite
    high: tuple[float, int]         # the largest one and its step; (-inf, step) if none is finite
    gap: int | None                 # step of the first value that is not finite


class ThinnedCurve:
    """Takes the values of a curve one by one.

    Up to MAX_BINS values each has a bin. Then two neighbours become one bin, and from there on a
    bin takes two values, then four and so on. So the bins depend on the values alone: a resumed run
    has the same ones as a run without a stop.
    """

    def __init__(self):
        self._bins, self._width = [], 1

    def add(self, step: int, value: float) -> None:
        """Adds the next value."""
        new = _bin(step, value)
        if self._bins and self._bins[-1].n < self._width:
            self._bins[-1] = _joined(self._bins[-1], new)
            return
        if len(self._bins) == MAX_BINS:
            self._bins = [*map(_joined, self._bins[::2], self._bins[1::2])]
            self._width *= 2
        self._bins.append(new)

    def points(self) -> tuple[list, list]:
        """Returns the steps and the values to draw: three of a bin at most.

        They are the smallest and the largest value, and nan where one is not finite: a gap in the
        line, as in a curve of all values.
        """
        found = []
        for each in self._bins:
            found += sorted(_points(each), key=lambda point: point[1])
        return [step for _, step in found], [value for value, _ in found]

    def mean(self, share: int = 50) -> tuple[list, np.ndarray]:
        """Returns the steps and the running mean over 1 / `share` of the bins on both sides.

        The mean is that of all finite values in these bins; nan where there is none.
        """
        sums = np.array([each.total for each in self._bins])
        counts = np.array([each.n_finite for each in self._bins])
        return [each.step for each in self._bins], window_means(sums, counts,
                                                                len(self._bins) // share)


def window_means(sums: np.ndarray, counts: np.ndarray, reach: int) -> np.ndarray:
    """Returns the means around each bin: of it and `reach` bins on both sides, fewer at the ends.

    sums, counts [N]: of the values in each bin. nan where a window has no value.
    """
    at = np.arange(len(sums))
    first, last = np.maximum(at - reach, 0), np.minimum(at + reach + 1, len(sums))
    total, n = (np.concatenate([[0], np.cumsum(x)]) for x in (sums, counts))
    total, n = total[last] - total[first], n[last] - n[first]
    return np.where(n, total / np.maximum(n, 1), np.nan)


def _bin(step, value):
    """Returns a bin of one value."""
    if math.isfinite(value):
        return Bin(step, 1, 1, value, (value, step), (value, step), None)
    return Bin(step, 1, 0, 0.0, (math.inf, step), (-math.inf, step), step)


def _joined(a, b):
    """Returns two neighbouring bins as one."""
    return Bin(a.step, a.n + b.n, a.n_finite + b.n_finite, a.total + b.total, min(a.low, b.low),
               max(a.high, b.high), b.gap if a.gap is None else a.gap)


def _points(each):
    """Returns the (value, step) of a bin that are drawn, each once."""
    points = {each.low, each.high} if each.n_finite else set()
    return points if each.gap is None else points | {(math.nan, each.gap)}
