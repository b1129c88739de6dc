"""What all metrics use: checks of the arguments, and a value with its error."""

from typing import NamedTuple

import numpy as np

from dcgan_tf.errors import UsageError


class Estimate(NamedTuple):
    """A value and its standard error in the same unit; nan = the error is unknown."""

    value: float
    error: float = float('nan')


def mean(values) -> Estimate:
    """Returns the mean of independent values [n] and its standard error, nan for a single value."""
    values = np.asarray(values, np.float64)
    if len(values) < 2:
        return Estimate(float(values.mean()))
    return Estimate(float(values.mean()), float(values.std(ddof=1) / len(values) ** 0.5))


def array(name: str, x, axes: str = '[N, F]', *, min_rows: int = 2) -> np.ndarray:
    """Returns x as float64.

    Raises UsageError unless it has finite numbers, these axes and at least `min_rows` rows.
    """
    x = shaped(name, x, axes, min_rows=min_rows)
    if not np.isfinite(x).all():
        raise UsageError(f'{name}: got NaN or infinity, expected finite numbers')
    return x.astype(np.float64, copy=False)


def shaped(name: str, x, axes: str, *, min_rows: int) -> np.ndarray:
    """Returns x as an array of its type.

    Raises UsageError unless it has real numbers, these axes and at least `min_rows` rows.
    """
    try:
        x = np.asarray(x)
    except ValueError:
        raise UsageError(f'{name}: got rows of different shapes, expected {axes}') from None
    if x.dtype.kind not in 'biuf':
        raise UsageError(f'{name}: got {x.dtype} values, expected real numbers {axes}')
    if x.ndim != axes.count(',') + 1 or len(x) < min_rows or not x.size:
        raise UsageError(f'{name}: got the shape {list(x.shape)}, expected {axes} of '
                         f'{min_rows} or more rows')
    return x


def pixels(name: str, images, axes: str, *, min_rows: int = 1) -> np.ndarray:
    """Returns images, uint8 or floats in [0, 1], as float64 in [0, 1]. UsageError as `array`."""
    white = 255.0 if getattr(images, 'dtype', None) == np.uint8 else 1.0
    x = array(name, images, axes, min_rows=min_rows) / white
    if x.min() < 0 or x.max() > 1:
        raise UsageError(f'{name}: got pixels in [{x.min():.4g}, {x.max():.4g}], expected [0, 1]')
    return x


def features(*, min_rows: int = 2, **arrays) -> list[np.ndarray]:
    """Returns the arrays as float64 [N, F]. Raises UsageError unless all have the same F.

    Each array may have a different N, at least `min_rows`.
    """
    checked = {name: array(name, x, min_rows=min_rows) for name, x in arrays.items()}
    if len({x.shape[1] for x in checked.values()}) > 1:
        widths = ', '.join(f'{name} {x.shape[1]}' for name, x in checked.items())
        raise UsageError(f'features per row: got {widths}; expected the same number for all')
    return list(checked.values())


def same_rows(names: str, a, b) -> None:
    """Raises UsageError unless the arrays have equally many rows."""
    if len(a) != len(b):
        raise UsageError(f'{names}: got {len(a)} and {len(b)} rows, expected equally many')


def whole_numbers(name, labels, n):
    """Returns labels as int64 [n]. UsageError unless they are whole numbers of 0 or more."""
    labels = array(name, labels, '[N]')
    if len(labels) != n or (labels != np.round(labels)).any() or labels.min() < 0:
        raise UsageError(f'{name}: got {len(labels)} numbers from {labels.min():g}, expected {n} '
                         'whole numbers of 0 or more')
    return labels.astype(np.int64)


def checked_integer(name: str, value: int, low: int, high: int | None = None) -> int:
    """Returns value. Raises UsageError unless it is an integer from low to high (None = open)."""
    upper = value if high is None else high
    if not isinstance(value, int | np.integer) or not low <= value <= upper:
        limit = 'or more' if high is None else f'to {high}'
        raise UsageError(f'{name} = {value}: expected an integer, {low} {limit}')
    return int(value)
