"""Describes a variable of a checkpoint: its owner, and statistics of its values."""

import math
import re
from typing import NamedTuple

import numpy as np

# The first pattern that matches a variable's name gives its owner; {0} is the name of its network.
OWNERS = (
    (r'(\w+?)/.*/Adam(_1)?', '{0}, Adam'),
    (r'train_(\w)/beta\d_power', '{0}, Adam'),
    (r'sums/(\w+?)/.*', '{0}, sum of gradients'),
    (r'(\w+)_ema/.*', '{0}, average of weights'),
    (r'(\w+?)/.*/moving_\w+', '{0}, average of batch norm'),
    (r'(\w+?)/.*/weights_u', '{0}, spectral norm'),
    (r'(\w+?)/.*', '{0}'),
    (r'.*', 'training'),
)
SHORT = {'Generator': 'G', 'Discriminator': 'D', 'Encoder': 'E'}


class VariableStats(NamedTuple):
    """A variable of a checkpoint. The statistics are those of its finite values."""

    name: str
    owner: str
    shape: tuple
    type: str
    numbers: int                 # how many values it has
    mean: float                  # nan if no value is finite
    deviation: float
    minimum: float
    maximum: float
    not_finite: float            # share of NaN and infinities, 0 to 1


def variable_stats(name: str, value: np.ndarray) -> VariableStats:
    """Returns the statistics of one variable."""
    numbers = value.astype(np.float64).ravel()
    finite = numbers[np.isfinite(numbers)]
    stats = ((finite.mean(), finite.std(), finite.min(), finite.max()) if finite.size
             else [math.nan] * 4)
    not_finite = 1.0 - finite.size / numbers.size if numbers.size else 0.0
    return VariableStats(name, owner(name), value.shape, value.dtype.name, numbers.size,
                         *map(float, stats), not_finite)


def owner(name: str) -> str:
    """Returns the owner of a variable, e.g. `G`, `D, Adam` or `training`."""
    match, text = next((match, text) for pattern, text in OWNERS
                       if (match := re.fullmatch(pattern, name)))
    return text.format(*(SHORT.get(part, part) for part in match.groups()[:1]))
