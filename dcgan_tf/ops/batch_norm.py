"""Batch normalisation on `tf.nn.moments` (Ioffe and Szegedy 2015, arXiv 1502.03167, alg. 1)."""

import contextlib
import contextvars
from typing import NamedTuple

import tensorflow as tf

from dcgan_tf.ops.batch_shard import current_shard, global_moments
from dcgan_tf.ops.fast.normalise import normalise
from dcgan_tf.ops.moments import moments
from dcgan_tf.ops.packing import packed
from dcgan_tf.ops.scopes import layer
from dcgan_tf.ops.variables import constant, read

v1 = tf.compat.v1
MOVING_AVERAGE_UPDATES = 'moving_average_updates'      # a graph collection of Moment


_MEASURED = contextvars.ContextVar('the Moments of `measured_moments`', default=None)


class Moment(NamedTuple):
    """A mean or variance [C] of one use of a layer, and its moving average."""

    name: str                          # name of the op that computes it; its scope names the use
    value: tf.Tensor
    average: tf.Variable
    momentum: float


def batch_norm(x, scope, *, training, averages=True, scale=True, offset=True,
               momentum=0.9, epsilon=1e-5, reference=None):
    """gamma (x - mean) / sqrt(variance + epsilon) + beta, over all axes of x but the last.

        training  averages   normalised by         moving averages
        True      False      this batch            none
        True      True       this batch            updated by `update_moving_averages`
        False     True       moving averages       read
        False     False      the first `reference` rows of this batch, so that a later row's
                             result does not depend on the other rows

    Inside of `measured_moments`, a use that would read moving averages is normalised by its batch.
    gamma exists with `scale`, beta with `offset`.   [N, C] or [N, H, W, C] -> the same shape

    In training on a CPU, the backward pass is one fused op (`FusedBatchNormGradV3`, see
    ops/fast/normalise.py). Exception: if several workers share the moments, it is autodiff's.
    """
    if not (training or averages or reference):
        raise ValueError(f'{scope}: without averages a sample needs `reference` rows, got '
                         f'{reference!r}')
    measured = _MEASURED.get() if averages and not training else None
    by_batch = training or measured is not None
    with layer(scope):
        if by_batch or not averages:
            rows = x if by_batch else x[:reference]
            mean, variance = moments(rows, list(range(x.shape.rank - 1)))      # [C], [C]
        over_workers = training and current_shard().count > 1 and current_shard().norm
        if over_workers:
            mean, variance = global_moments(mean, variance)
        if averages:
            moving = _averages(x.shape[-1])
            if training:
                _register_update(moving, (mean, variance), momentum)
            elif by_batch:
                measured.extend(_moments(moving, (mean, variance), momentum))
            else:
                mean, variance = map(read, moving)
        gamma = read(constant([x.shape[-1]], 1.0, 'gamma')) if scale else None
        beta = read(constant([x.shape[-1]], 0.0, 'beta')) if offset else None
        # The gradient of `normalise` is right only for moments of x alone.
        normal = normalise if training and not over_workers else tf.nn.batch_normalization
        return normal(x, mean, variance, beta, gamma, epsilon)


@contextlib.contextmanager
def measured_moments():
    """Uses of batch norm outside of training, built inside, are normalised by their batch.

    Yields a list. Each of these uses adds the Moments of its batch to it, with the moving averages
    that it would have read.
    """
    token = _MEASURED.set([])
    try:
        yield _MEASURED.get()
    finally:
        _MEASURED.reset(token)


def update_moving_averages(use):
    """Returns ops that update the averages of one use of a network, e.g. 'Generator_train/'.

        average <- momentum average + (1 - momentum) value

    They are built here and not in the layer, so that they obey `control_dependencies` around this
    call. Only one use of a network may update its averages: two updates of one average in the same
    run would race.
    """
    moments, values = v1.get_collection(MOVING_AVERAGE_UPDATES, use), batch_moments(use)
    if values and not current_shard().norm:            # else they are of the whole batch already
        values = _over_workers(values)
    if not moments:
        return []
    with tf.name_scope(f'moving_averages/{moments[0].average.op.name.partition("/")[0]}'):
        rates = {momentum: tf.constant(1 - momentum, values[0].dtype)
                 for momentum in {m.momentum for m in moments}}
        return [m.average.assign_sub(rates[m.momentum] * (m.average - value), read_value=False,
                                     name=m.average.op.name.partition('/')[2])
                for m, value in zip(moments, values, strict=True)]


def _over_workers(values):
    """Averages means and variances over all workers, in one message.

    values: mean, variance, mean, variance ..., of any number of layers.
    """
    means, unpack = packed(values[::2])
    both = global_moments(means, packed(values[1::2])[0])
    return [value for pair in zip(*map(unpack, both), strict=True) for value in pair]


def batch_moments(use=''):
    """Returns the means and variances of one use of a network, or of all.

    These are the ones that moving averages will follow.
    """
    return [m.value for m in v1.get_collection(MOVING_AVERAGE_UPDATES, use)]


def _averages(maps):
    """Returns the moving averages of mean and variance, [C] each."""
    return (constant([maps], 0.0, 'moving_mean', trainable=False),
            constant([maps], 1.0, 'moving_variance', trainable=False))


def _register_update(averages, values, momentum):
    """Adds the values, and the averages that will follow them, to the graph collection."""
    for moment in _moments(averages, values, momentum):
        v1.add_to_collection(MOVING_AVERAGE_UPDATES, moment)


def _moments(averages, values, momentum):
    return [Moment(value.op.name, value, average, momentum)
            for average, value in zip(averages, values, strict=True)]
