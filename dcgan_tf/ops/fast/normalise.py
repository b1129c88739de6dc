"""Normalisation by a batch's own mean and variance, with a gradient in one pass.

Autodiff goes back through the moments op by op: some twenty passes over the maps, a sixth of a
training step. The gradient as a whole is short (Ioffe and Szegedy 2015, arXiv 1502.03167, section
3): with M values a map, v = (x - mean) / sqrt(variance + epsilon), sums over all but the maps,

    dbeta = sum dy      dgamma = sum dy v      dx = gamma / sqrt(variance + epsilon)
                                                    (dy - dbeta / M - v dgamma / M)

TensorFlow has these three lines as one op for the CPU, which takes mean and variance as they are.
On a GPU that op expects what cuDNN has kept of its own forward pass, so there the lines stand as
they are here.
"""

import tensorflow as tf

from dcgan_tf.ops.fast.own_gradients import with_gradient
from dcgan_tf.ops.gradients import gradients
from dcgan_tf.ops.moments import moments


def normalise(x, mean, variance, beta, gamma, epsilon):
    """`tf.nn.batch_normalization` of what has this mean and variance.   [N, ..., C] -> the same

    Gradients of any order go through mean and variance [C] as the functions of x that they are.
    beta and gamma [C], or None for 0 and 1.
    """
    maps = x.shape[-1:]
    gamma = tf.ones(maps, x.dtype) if gamma is None else tf.convert_to_tensor(gamma)
    beta = tf.zeros(maps, x.dtype) if beta is None else tf.convert_to_tensor(beta)
    y = tf.nn.batch_normalization(x, mean, variance, beta, gamma, epsilon)
    y, = with_gradient(_of_normalise, [y], [x, gamma, beta, mean, variance], epsilon=epsilon)
    return y


def _of_normalise(dy, inputs, _, epsilon):
    """-> dx, dgamma, dbeta. Those of mean and variance are in dx."""
    x, gamma, _, mean, variance = inputs
    fused = x.dtype == tf.float32 and not tf.config.list_physical_devices('GPU')
    slopes = (_one_op if fused else _lines)(x, mean, variance, gamma, *dy, epsilon)
    return with_gradient(_of_slopes, list(slopes), [x, gamma, *dy], epsilon=epsilon)


def _of_slopes(upstream, inputs, _, epsilon):
    """The second order: autodiff's of the three lines."""
    given = [tf.identity(t) for t in inputs]              # dy may depend on x: partial derivatives
    x, gamma, dy = given
    lines = _lines(x, *moments(x, _axes(x)), gamma, dy, epsilon)
    return gradients(lines, given, upstream)


def _lines(x, mean, variance, gamma, dy, epsilon):
    scale = tf.math.rsqrt(variance + epsilon)                                 # [C]
    v = (x - mean) * scale
    dbeta, dgamma = tf.reduce_sum(dy, _axes(x)), tf.reduce_sum(dy * v, _axes(x))
    values = tf.cast(tf.size(x) // x.shape[-1], x.dtype)                      # M
    return gamma * scale * (dy - dbeta / values - v * (dgamma / values)), dgamma, dbeta


def _one_op(x, mean, variance, gamma, dy, epsilon):
    maps = x.shape[-1]
    dx, dgamma, dbeta, *_ = tf.raw_ops.FusedBatchNormGradV3(
        y_backprop=tf.reshape(dy, [-1, 1, 1, maps]) if x.shape.rank < 4 else dy,
        x=tf.reshape(x, [-1, 1, 1, maps]) if x.shape.rank < 4 else x, scale=gamma,
        reserve_space_1=mean, reserve_space_2=variance, reserve_space_3=tf.zeros([0]),
        epsilon=epsilon)
    return tf.reshape(dx, tf.shape(x)) if x.shape.rank < 4 else dx, dgamma, dbeta


def _axes(x):
    return list(range(x.shape.rank - 1))
