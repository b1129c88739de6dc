"""A batch that several workers share: each has its own rows of it, and knows what all have.

Of B rows, worker k of N has the rows k B / N ... (k + 1) B / N - 1. What mixes the images of a
batch (batch norm, a mean inside of a loss) is of the whole batch, so that N workers train what one
alone would, but for rounding. One alone adds no op.
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
    norm: bool = True                      # is batch norm that of the whole batch?
    message: int = BUCKET                  # bytes that travel together, at most


WHOLE_BATCH = BatchShard()
_SHARD = contextvars.ContextVar('share of the batch', default=WHOLE_BATCH)


@contextlib.contextmanager
def batch_shard(shard):
    """Layers, losses and steps made inside see this share of a batch."""
    before = _SHARD.set(shard)
    try:
        yield
    finally:
        _SHARD.reset(before)


def current_shard() -> BatchShard:
    """That of the ops being made now."""
    return _SHARD.get()


def global_batch_mean(x):
    """The mean of all numbers in x, of all workers.   -> []"""
    mean, = all_reduce_mean([tf.reduce_mean(x)])
    return mean


def all_reduce_mean(tensors):
    """The mean over all workers of each, packed into few messages."""
    shard = _SHARD.get()
    if shard.count == 1:
        return list(tensors)
    means = []
    for bucket in buckets(tensors, shard.message):
        flat, unpack = packed(bucket)
        means += unpack(shard.all_reduce(flat) / shard.count)
    return means


def global_moments(mean, variance):
    """Those of the whole batch, from those of each worker's rows.   [C], [C] -> the same

    mean = 1/N sum_k m_k, variance = 1/N sum_k (v_k + (m_k - mean)^2), which is the pairwise rule of
    Chan, Golub and LeVeque 1979 for parts of one size: no difference of large squares.
    """
    shard = _SHARD.get()
    if shard.count == 1:
        return mean, variance
    here = [shard.index, shard.count - 1 - shard.index]
    rows = shard.all_reduce(tf.pad(tf.stack([mean, variance])[None], [here, [0, 0], [0, 0]]))
    means, variances = rows[:, 0], rows[:, 1]                                       # [N, C]
    mean = tf.reduce_mean(means, axis=0)
    return mean, tf.reduce_mean(variances + tf.square(means - mean), axis=0)


def all_workers(good):
    """bool [n] -> is it true of all workers?   [n]"""
    shard = _SHARD.get()
    return good if shard.count == 1 else shard.all_reduce(tf.cast(good, tf.float32)) >= shard.count
