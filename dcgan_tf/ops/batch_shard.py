"""A batch that is divided among several workers. Each worker has some of its rows.

If a batch has B rows, worker k of N has the rows k B / N ... (k + 1) B / N - 1. Ops that mix the
images of a batch (batch norm, a mean inside a loss) use the whole batch. So N workers train what
one worker would train alone, except for rounding. A single worker needs no extra op.
"""

import contextlib
import contextvars
import dataclasses
from collections.abc import Callable

import tensorflow as tf

from dcgan_tf.ops.packing import BUCKET, buckets, packed


@dataclasses.dataclass(frozen=True)
class BatchShard:
    """This worker's part of every batch."""

    index: int = 0
    count: int = 1
    all_reduce: Callable | None = None     # a tensor -> its sum over all workers, with a gradient
    norm: bool = True                      # True = batch norm uses the whole batch
    message: int = BUCKET                  # most bytes of one message


WHOLE_BATCH = BatchShard()
_SHARD = contextvars.ContextVar('shard of the batch', default=WHOLE_BATCH)


@contextlib.contextmanager
def batch_shard(shard):
    """Ops that are built inside belong to this part of the batch."""
    token = _SHARD.set(shard)
    try:
        yield
    finally:
        _SHARD.reset(token)


def current_shard() -> BatchShard:
    """Returns the BatchShard of the ops that are built now."""
    return _SHARD.get()


def global_batch_mean(x):
    """Returns the mean of all numbers in x over all workers.   -> []"""
    mean, = all_reduce_mean([tf.reduce_mean(x)])
    return mean


def all_reduce_mean(tensors):
    """Returns the mean of each tensor over all workers. The tensors travel in few messages."""
    shard = _SHARD.get()
    if shard.count == 1:
        return list(tensors)
    means = []
    for bucket in buckets(tensors, shard.message):
        flat, unpack = packed(bucket)
        means += unpack(shard.all_reduce(flat) / shard.count)
    return means


def global_moments(mean, variance):
    """Returns the moments of the whole batch, from the moments of each worker's rows.

    [C], [C] -> [C], [C]. mean = 1/N sum_k m_k, variance = 1/N sum_k (v_k + (m_k - mean)^2). This is
    the pairwise rule of Chan, Golub and LeVeque 1979 for parts of one size. It needs no difference
    of large squares.
    """
    shard = _SHARD.get()
    if shard.count == 1:
        return mean, variance
    padding = [shard.index, shard.count - 1 - shard.index]
    rows = shard.all_reduce(tf.pad(tf.stack([mean, variance])[None], [padding, [0, 0], [0, 0]]))
    means, variances = rows[:, 0], rows[:, 1]                                       # [N, C]
    mean = tf.reduce_mean(means, axis=0)
    return mean, tf.reduce_mean(variances + tf.square(means - mean), axis=0)


def all_workers(condition):
    """Returns whether each condition is true for all workers.   bool [n] -> bool [n]"""
    shard = _SHARD.get()
    if shard.count == 1:
        return condition
    return shard.all_reduce(tf.cast(condition, tf.float32)) >= shard.count
