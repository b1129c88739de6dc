"""What a checkpoint holds: every variable, whose it is, and what its numbers look like."""

import math
import re
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from dcgan_tf.run_folder.checkpoints import variables

# The first that fits says whose a variable is; {0} is the name of its network.
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
    """A variable of a checkpoint. What is said of its values is said of the finite ones."""

    name: str
    owner: str
    shape: tuple
    type: str
    numbers: int
    mean: float                  # nan where none is finite
    deviation: float
    least: float
    most: float
    not_finite: float            # share of NaN and infinities, 0 to 1


def checkpoint_stats(folder, step: int) -> Iterator[VariableStats]:
    """Of the checkpoint model-STEP, by name. RunError for a damaged one."""
    for name, value in variables(folder, step):
        yield variable_stats(name, value)


def variable_stats(name: str, value: np.ndarray) -> VariableStats:
    """One variable in figures."""
    numbers = value.astype(np.float64).ravel()
    finite = numbers[np.isfinite(numbers)]
    stats = ((finite.mean(), finite.std(), finite.min(), finite.max()) if finite.size
             else [math.nan] * 4)
    bad = 1.0 - finite.size / numbers.size if numbers.size else 0.0
    return VariableStats(name, owner(name), value.shape, value.dtype.name, numbers.size,
                         *map(float, stats), bad)


def owner(name: str) -> str:
    """Whose a variable is: G, D, E (the encoder), what is kept for them, or the training's."""
    found, words = next((found, words) for pattern, words in OWNERS
                        if (found := re.fullmatch(pattern, name)))
    return words.format(*(SHORT.get(part, part) for part in found.groups()[:1]))
