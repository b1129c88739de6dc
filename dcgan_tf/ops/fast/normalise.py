"""Normalisation by a batch's own mean and variance, with a gradient in one pass.

Autodiff goes back through the moments op by op. That takes some twenty passes over the maps, a
sixth of a training step. The whole gradient is short (Ioffe and Szegedy 2015, arXiv 1502.03167,
section 3). With M values a map, v = (x - mean) / sqrt(variance + epsilon), and sums over all but
the maps:

    dbeta = sum dy      dgamma = sum dy v      dx = gamma / sqrt(variance + epsilon)
                                                    (dy - dbeta / M - v dgamma / M)

On a CPU, TensorFlow computes these three lines in one op, from the mean and the variance. On a GPU
that op needs data from cuDNN's own forward pass, so there the three lines are computed as written
here.
"""

import tensorflow as tf

from dcgan_tf.ops.fast.own_gradients import with_gradient
from dcgan_tf.ops.gradients import gradients
from dcgan_tf.ops.moments import moments


def normalise(x, mean, variance, beta, gamma, epsilon):
    """Computes `tf.nn.batch_normalization` of an x with this mean and variance.

    [N, ..., C] -> [N, ..., C]. mean and variance [C] are functions of x, and gradients of any order
    take that into account. beta and gamma are [C], or None for 0 and 1.
    """
    maps = x.shape[-1:]
    gamma = tf.ones(maps, x.dtype) if gamma is None else tf.convert_to_tensor(gamma)
    beta = tf.zeros(maps, x.dtype) if beta is None else tf.convert_to_tensor(beta)
    y = tf.nn.batch_normalization(x, mean, variance, beta, gamma, epsilon)
    y, = with_gradient(_normalise_gradient, [y], [x, gamma, beta, mean, variance], epsilon=epsilon)
    return y


def _normalise_gradient(dy, inputs, _, epsilon):
    """Returns dx, dgamma, dbeta. dx includes the gradients through mean and variance."""
    x, gamma, _, mean, variance = inputs
    fused = x.dtype == tf.float32 and not tf.config.list_physical_devices('GPU')
    first = (_fused_op if fused else _three_lines)(x, mean, variance, gamma, *dy, epsilon)
    return with_gradient(_second_gradient, list(first), [x, gamma, *dy], epsilon=epsilon)


def _second_gradient(upstream, inputs, _, epsilon):
    """Returns the gradients of the second order: autodiff's, of the three lines."""
    copies = [tf.identity(t) for t in inputs]          # for partial derivatives: dy may depend on x
    x, gamma, dy = copies
    lines = _three_lines(x, *moments(x, _axes(x)), gamma, dy, epsilon)
    return gradients(lines, copies, upstream)


def _three_lines(x, mean, variance, gamma, dy, epsilon):
    scale = tf.math.rsqrt(variance + epsilon)                                 # [C]
    v = (x - mean) * scale
    dbeta, dgamma = tf.reduce_sum(dy, _axes(x)), tf.reduce_sum(dy * v, _axes(x))
    values = tf.cast(tf.size(x) // x.shape[-1], x.dtype)                      # M
    return gamma * scale * (dy - dbeta / values - v * (dgamma / values)), dgamma, dbeta


def _fused_op(x, mean, variance, gamma, dy, epsilon):
    maps = x.shape[-1]
    dx, dgamma, dbeta, *_ = tf.raw_ops.FusedBatchNormGradV3(
        y_backprop=tf.reshape(dy, [-1, 1, 1, maps]) if x.shape.rank < 4 else dy,
        x=tf.reshape(x, [-1, 1, 1, maps]) if x.shape.rank < 4 else x, scale=gamma,
        reserve_space_1=mean, reserve_space_2=variance, reserve_space_3=tf.zeros([0]),
        epsilon=epsilon)
    return tf.reshape(dx, tf.shape(x)) if x.shape.rank < 4 else dx, dgamma, dbeta


def _axes(x):
    return list(range(x.shape.rank - 1))
