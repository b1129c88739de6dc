"""What all metrics share: the check of what comes in, and a figure with its error."""

from typing import NamedTuple

import numpy as np

from dcgan_tf.errors import UsageError


class Estimate(NamedTuple):
    """A figure and its standard error, in the same unit; nan = the error is not known."""

    value: float
    error: float = float('nan')


def mean(values) -> Estimate:
    """The mean of independent values [n] and its standard error; nan if there is only one."""
    values = np.asarray(values, np.float64)
    if len(values) < 2:
        return Estimate(float(values.mean()))
    return Estimate(float(values.mean()), float(values.std(ddof=1) / len(values) ** 0.5))


def array(name: str, x, axes: str = '[N, F]', *, least: int = 2) -> np.ndarray:
    """x as float64 of these axes, finite, with `least` rows or more; UsageError otherwise."""
    x = shaped(name, x, axes, least=least)
    if not np.isfinite(x).all():
        raise UsageError(f'{name}: got NaN or infinity, expected finite numbers')
    return x.astype(np.float64, copy=False)


def shaped(name: str, x, axes: str, *, least: int) -> np.ndarray:
    """x as it is, real numbers of these axes, with `least` rows or more; UsageError otherwise."""
    try:
        x = np.asarray(x)
    except ValueError:
        raise UsageError(f'{name}: got rows of different shapes, expected {axes}') from None
    if x.dtype.kind not in 'biuf':
        raise UsageError(f'{name}: got {x.dtype} values, expected real numbers {axes}')
    if x.ndim != axes.count(',') + 1 or len(x) < least or not x.size:
        raise UsageError(f'{name}: got the shape {list(x.shape)}, expected {axes} of '
                         f'{least} or more rows')
    return x


def features(*, least: int = 2, **arrays) -> list[np.ndarray]:
    """Arrays by name -> the same as float64 [N, F], each of its own N and all of one F."""
    checked = {name: array(name, x, least=least) for name, x in arrays.items()}
    if len({x.shape[1] for x in checked.values()}) > 1:
        widths = ', '.join(f'{name} {x.shape[1]}' for name, x in checked.items())
        raise UsageError(f'features a row: got {widths}; expected the same number for all')
    return list(checked.values())


def whole(name: str, value: int, least: int, most: int | None = None) -> int:
    """value, or UsageError unless it is an integer from least to most; None = no upper limit."""
    upper = value if most is None else most
    if not isinstance(value, int | np.integer) or not least <= value <= upper:
        limit = 'or more' if most is None else f'to {most}'
        raise UsageError(f'{name} = {value}: expected an integer, {least} {limit}')
    return int(value)
