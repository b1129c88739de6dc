"""How a learning rate changes: functions of the training steps that are done, a float tensor.

Each gives what the first rate is times. None depends on how long a training is to last, so that a
run that is gone on with has the same rates.
"""

import tensorflow as tf


def constant(step):
    """1: the rate stays."""
    return 1.0


def half_life(steps):
    """2^(-step / steps): the rate halves in so many steps."""
    return lambda step: 0.5 ** (step / steps)


def linear(start, length):
    """1 up to step `start`, then falling in a line to 0, which it reaches `length` steps later."""
    return lambda step: 1.0 - tf.clip_by_value((step - start) / length, 0.0, 1.0)


def steps(factors):
    """factors: step -> factor from that step on, times those before it, e.g. {1000: 0.1}."""
    def factor(step):
        found = tf.constant(1.0)
        for boundary, each in factors.items():
            found *= tf.where(step >= boundary, each, 1.0)
        return found
    return factor
