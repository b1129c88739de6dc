"""How a learning rate changes: functions of the number of training steps done, a float tensor.

Each returns a factor of the first rate. None of them depends on the length of the training. So a
run that is resumed with more steps has the same rates.
"""

import tensorflow as tf


def constant(step):
    """Returns 1: the rate does not change."""
    return 1.0


def half_life(steps):
    """Returns the schedule 2^(-step / steps): the rate halves every `steps` steps."""
    return lambda step: 0.5 ** (step / steps)


def linear(start, length):
    """Returns a schedule: 1 up to step `start`, then linear to 0 at step `start + length`."""
    return lambda step: 1.0 - tf.clip_by_value((step - start) / length, 0.0, 1.0)


def steps(factors):
    """Returns a schedule that multiplies the rate by a factor from certain steps on.

    factors: step -> factor, e.g. {1000: 0.1}. From each step on its factor applies, times the
    factors of the earlier steps.
    """
    def factor(step):
        found = tf.constant(1.0, step.dtype)
        for boundary, each in factors.items():
            found *= tf.where(step >= boundary, tf.constant(each, step.dtype), 1.0)
        return found
    return factor
