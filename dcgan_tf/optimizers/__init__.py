"""How a player's weights change: the rules, and the record with which a player chooses one.

    Optimizer(Adam, 2e-4)
    Optimizer(functools.partial(Momentum, momentum=0.9), 0.1, rates.steps({1000: 0.1}))
"""

from collections.abc import Callable
from typing import NamedTuple

from dcgan_tf.optimizers import rates
from dcgan_tf.optimizers.adam import Adam
from dcgan_tf.optimizers.loss_scale import LossScale
from dcgan_tf.optimizers.plain import Momentum, RMSProp

__all__ = ['Adam', 'LossScale', 'Momentum', 'Optimizer', 'RMSProp', 'rates']


class Optimizer(NamedTuple):
    """A rule and its numbers.

    weight_decay: this number times w is added to the gradient of each w that is a kernel or a
    matrix, but not to that of biases, gamma and beta (L2 regularisation).
    """

    rule: Callable = Adam            # (scope, weights, rate) -> the rule
    rate: float = 2e-4               # the learning rate at the first step
    schedule: Callable = rates.constant       # steps done -> factor of the rate
    weight_decay: float = 0.0
