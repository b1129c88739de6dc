"""Activations, element by element."""

import tensorflow as tf

relu = tf.nn.relu              # max(x, 0)
tanh = tf.nn.tanh              # (-1, 1)
sigmoid = tf.nn.sigmoid        # (0, 1)


def leaky_relu(x, alpha=0.2):
    """Returns max(x, alpha x): Maas et al. 2013.

    This is TensorFlow's fused op. The gradient of `tf.maximum` is far slower.
    """
    return tf.nn.leaky_relu(x, alpha)
