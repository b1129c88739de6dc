"""Makes curves short enough to be sent: neighbouring rows of a log become one point."""

import math

import numpy as np

MAX_POINTS = 1_000            # of a curve; the page has fewer columns of pixels
DIGITS = 6                    # of a number that is sent


def points(rows: list[dict], columns: list[str], max_points: int = MAX_POINTS) -> dict:
    """Returns the curves of some columns, for JSON.

    rows: of log.csv, in the order of steps.
    -> width: how many rows a point stands for, the last one maybe for fewer: last; steps: the first
    step of each point; curves: column -> its mean, low and high, lists of numbers. None stands
    where no value is finite. low and high are the smallest and the largest value; they are left out
    if a point is a row.
    """
    width = max(1, -(-len(rows) // max_points))
    return {'width': width, 'last': (len(rows) - 1) % width + 1,
            'steps': [row['step'] for row in rows[::width]],
            'curves': {column: _curve(np.array([row[column] for row in rows], float), width)
                       for column in columns}}


def number(value: float) -> float | None:
    """Returns a number with few digits; None for nan and infinity, which JSON does not have."""
    return float(f'{value:.{DIGITS}g}') if math.isfinite(value) else None


def _curve(values, width):
    """Returns mean, low and high of every `width` values [N]; only the mean if the width is 1."""
    if width == 1:
        return {'mean': [*map(number, values)]}
    padded = np.concatenate([values, np.full(-len(values) % width, math.nan)])
    parts = padded.reshape(-1, width)
    known = np.isfinite(parts)
    n = known.sum(1)
    mean = np.where(known, parts, 0.0).sum(1) / np.where(n, n, math.nan)
    low, high = (np.where(known, parts, sign * math.inf) for sign in (1, -1))
    return {name: [*map(number, numbers)] for name, numbers in (
        ('mean', mean), ('low', low.min(1)), ('high', high.max(1)))}
