"""Batch normalisation on `tf.nn.moments` (Ioffe and Szegedy 2015, arXiv 1502.03167, alg. 1)."""

import tensorflow as tf

from dcgan_tf.ops.variables import constant

v1 = tf.compat.v1


def batch_norm(x, scope, *, training, averages=True, scale=True, offset=True,
               momentum=0.9, epsilon=1e-5, reference=None):
    """gamma (x - mean) / sqrt(variance + epsilon) + beta, over all axes of x but the last.

        training  averages   normalised by         moving averages
        True      False      this batch            none kept
        True      True       this batch            updated by ops in UPDATE_OPS, under this use's
                                                   name scope: run them with the train op
        False     True       moving averages       read
        False     False      the first `reference` rows of this batch, so that a later row's
                             result does not depend on its neighbours

    gamma exists with `scale`, beta with `offset`.   [N, C] or [N, H, W, C] -> the same
    """
    with v1.variable_scope(scope):
        if training or not averages:
            rows = x if training else x[:reference]
            mean, variance = tf.nn.moments(rows, axes=list(range(x.shape.rank - 1)))    # [C], [C]
        if averages:
            mean, variance = _moving(mean, variance, momentum) if training else _read(x.shape[-1])
        gamma = constant([x.shape[-1]], 1.0, 'gamma') if scale else None
        beta = constant([x.shape[-1]], 0.0, 'beta') if offset else None
        return tf.nn.batch_normalization(x, mean, variance, beta, gamma, epsilon)


def _read(maps):
    """The moving averages of mean and variance, [C] each."""
    return (constant([maps], 0.0, 'moving_mean', trainable=False),
            constant([maps], 1.0, 'moving_variance', trainable=False))


def _moving(mean, variance, momentum):
    """Passes the batch's moments on, and leaves ops that move the averages towards them."""
    for average, value in zip(_read(mean.shape[0]), (mean, variance), strict=True):
        update_op = v1.assign_sub(average, (1 - momentum) * (average - value))
        v1.add_to_collection(v1.GraphKeys.UPDATE_OPS, update_op)
    return mean, variance
