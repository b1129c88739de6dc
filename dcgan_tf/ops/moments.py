"""Mean and variance, from `tf.nn.moments`, for layers that need second derivatives."""

import tensorflow as tf


def moments(x, axes, *, keepdims=False):
    """Returns mean and variance of x over the axes, with the right second derivative.

    `tf.nn.moments` computes the variance about a mean that it treats as a constant c. The first
    derivative is right, but the second is not, and a gradient penalty needs it. For any c, E (x -
    c)^2 = variance + (mean - c)^2. So the second term is subtracted here. Its value and its first
    derivative are 0.
    """
    mean, variance = tf.nn.moments(x, axes, keepdims=keepdims)
    return mean, variance - tf.square(mean - tf.stop_gradient(mean))
