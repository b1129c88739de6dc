"""Mean and variance, on `tf.nn.moments`, for layers whose gradient has a gradient."""

import tensorflow as tf


def moments(x, axes, *, keepdims=False):
    """Mean and variance of x over the axes, with the right second derivative.

    `tf.nn.moments` takes the variance about a mean that counts as a constant c. That leaves the
    first derivative as it is, but not the second, which a gradient penalty needs. For any c
    E (x - c)^2 = variance + (mean - c)^2: the second term, 0 in value and slope, comes off again.
    """
    mean, variance = tf.nn.moments(x, axes, keepdims=keepdims)
    return mean, variance - tf.square(mean - tf.stop_gradient(mean))
