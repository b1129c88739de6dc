"""Activations and dropout, element by element."""

from typing import NamedTuple

import tensorflow as tf

from dcgan_tf.ops.noise import coins

v1 = tf.compat.v1
ACTIVATIONS = 'activations'        # a graph collection of Activation


class Activation(NamedTuple):
    """Holds what an activation returns in one use of a network."""

    name: str                      # name of its op; its scope names the use
    value: tf.Tensor
    relu: bool


def relu(x):
    """max(x, 0)."""
    return _registered(tf.nn.relu(x), relu=True)


def leaky_relu(x, alpha=0.2):
    """max(x, alpha x): Maas et al. 2013.

    It is one fused op: the gradient of `tf.maximum` is far slower.
    """
    return _registered(tf.nn.leaky_relu(x, alpha))


def maxout(x, pieces=2):
    """The largest of each group of neighbouring maps: Goodfellow et al. 2013, arXiv 1302.4389.

    [..., pieces maps] -> [..., maps]. ValueError if the maps cannot be grouped.
    """
    *outer, maps = x.shape
    if maps % pieces:
        raise ValueError(f'maxout: {maps} maps cannot be groups of {pieces}')
    groups = tf.reshape(x, [-1, *outer[1:], maps // pieces, pieces])
    return _registered(tf.reduce_max(groups, axis=-1))


def tanh(x):
    """Hyperbolic tangent, in (-1, 1)."""
    return _registered(tf.nn.tanh(x))


def sigmoid(x):
    """1 / (1 + exp(-x)), in (0, 1)."""
    return _registered(tf.nn.sigmoid(x))


def activations(use):
    """Returns the Activations of one use of a network, e.g. 'Generator_train/', in their order."""
    return v1.get_collection(ACTIVATIONS, use)


def _registered(value, relu=False):
    """Adds what an activation returns to the graph collection, and returns it."""
    v1.add_to_collection(ACTIVATIONS, Activation(value.op.name, value, relu))
    return value


def dropout(x, rate, *, seed, training):
    """Sets a part `rate` of x to zero and scales the rest by 1 / (1 - rate). Only in training.

    Srivastava et al. 2014, but the mask is a pure function of the seed.
    seed: int32 [2], e.g. [derived from the layer's name, step]. The same seed gives the same mask.
    """
    if not 0 <= rate < 1:
        raise ValueError(f'dropout: rate {rate}: expected a number in [0, 1)')
    if not training or rate == 0:
        return x
    keep = coins(tf.shape(x), seed) >= rate
    return tf.where(keep, x / (1 - rate), tf.zeros_like(x))
