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

import functools
import math

import tensorflow as tf

from dcgan_tf.ops.fast.own_gradients import with_gradient
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
    y, = with_gradient(_normalise_gradient, [y], [x, gamma, beta], aside=[mean, variance],
                       epsilon=epsilon)
    return y


def _normalise_gradient(dy, inputs, _, mean, variance, epsilon):
    """Returns dx, dgamma, dbeta. dx includes the gradients through mean and variance."""
    x, gamma, _ = inputs
    fused = x.dtype == tf.float32 and not tf.config.list_physical_devices('GPU')
    first = (_fused_op if fused else _three_lines)(x, mean, variance, gamma, *dy, epsilon)
    return with_gradient(_second_gradient, list(first), [x, gamma, *dy], epsilon=epsilon)


def _second_gradient(upstream, inputs, _, epsilon):
    """Returns the gradients of the three lines, by the chain rule, from the last one to the first.

    to_NAME is the gradient with respect to NAME; its order of sums is that of autodiff, which would
    make five times as many ops. Moments and sums are [1, ..., C] here.
    """
    x, gamma, dy = inputs
    to_dx, to_dgamma, to_dbeta = upstream[0], *map(_unless_zeros, upstream[1:])
    axes, m = _axes(x), _count(x)

    def total(t):
        return tf.reduce_sum(t, axes, keepdims=True)
    mean, variance = moments(x, axes, keepdims=True)
    scale, centred = tf.math.rsqrt(variance + epsilon), x - mean
    v, factor = centred * scale, gamma * scale
    dbeta, dgamma = _divided(total(dy), m), _divided(total(dy * v), m)
    inner = dy - dbeta - v * dgamma                                     # dx = factor inner

    to_factor, to_inner = total(to_dx * inner), factor * to_dx
    to_dbeta = _sum(_divided(total(-to_inner), m), to_dbeta)
    to_dgamma = _sum(_divided(total(v * -to_inner), m), to_dgamma)
    to_v = -to_inner * dgamma + to_dgamma * dy
    to_scale = to_factor * gamma + total(centred * to_v)
    to_variance = tf.raw_ops.RsqrtGrad(y=scale, dy=to_scale)
    to_centred = to_v * scale
    to_x = (to_centred + 2.0 * _divided(to_variance, m) * centred
            + _divided(total(-to_centred), m))
    return [to_x, tf.reshape(to_factor * scale, gamma.shape),
            to_inner + to_dbeta + to_dgamma * v]


def _unless_zeros(gradient):
    """Returns None for the zeros that autodiff makes where nothing depends on an output."""
    return None if gradient.op.type == 'ZerosLike' else gradient


def _divided(x, m):
    """Computes x / m.

    TensorFlow multiplies by 1 / m where it sees a division by a constant, and that has other last
    bits.
    """
    return tf.raw_ops.DivNoNan(x=x, y=tf.cast(m, x.dtype))


def _sum(*terms):
    return functools.reduce(tf.add, [term for term in terms if term is not None])


def _three_lines(x, mean, variance, gamma, dy, epsilon):
    scale = tf.math.rsqrt(variance + epsilon)                                 # [C]
    v = (x - mean) * scale
    dbeta, dgamma = tf.reduce_sum(dy, _axes(x)), tf.reduce_sum(dy * v, _axes(x))
    m = _count(x)
    return gamma * scale * (dy - dbeta / m - v * (dgamma / m)), dgamma, dbeta


def _count(x):
    """Returns M, the values of each map: a number, or a tensor if the batch size is not known."""
    sizes = x.shape.as_list()[:-1]
    if None not in sizes:
        return float(math.prod(sizes))
    return tf.cast(tf.size(x) // x.shape[-1], x.dtype)


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
