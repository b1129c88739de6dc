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
class Share:
    """This worker's part of every batch."""

    index: int = 0
    count: int = 1
    total: Callable | None = None    # a tensor -> its sum over all workers; gradients go through it
    norm: bool = True                # is batch norm that of the whole batch?
    message: int = BUCKET            # bytes that travel together, at most


ALONE = Share()
_SHARE = contextvars.ContextVar('share of the batch', default=ALONE)


@contextlib.contextmanager
def shared_batch(share):
    """Layers, losses and steps made inside see this share of a batch."""
    before = _SHARE.set(share)
    try:
        yield
    finally:
        _SHARE.reset(before)


def own_share() -> Share:
    """That of the ops being made now."""
    return _SHARE.get()


def mean_of_batch(x):
    """The mean of all numbers in x, of all workers.   -> []"""
    mean, = mean_of_workers([tf.reduce_mean(x)])
    return mean


def mean_of_workers(tensors):
    """The mean over all workers of each, packed into few messages."""
    share = _SHARE.get()
    if share.count == 1:
        return list(tensors)
    means = []
    for bucket in buckets(tensors, share.message):
        flat, unpack = packed(bucket)
        means += unpack(share.total(flat) / share.count)
    return means


def moments_of_batch(mean, variance):
    """Those of the whole batch, from those of each worker's rows.   [C], [C] -> the same

    mean = 1/N sum_k m_k, variance = 1/N sum_k (v_k + (m_k - mean)^2), which is the pairwise rule of
    Chan, Golub and LeVeque 1979 for parts of one size: no difference of large squares.
    """
    share = _SHARE.get()
    if share.count == 1:
        return mean, variance
    here = [share.index, share.count - 1 - share.index]
    rows = share.total(tf.pad(tf.stack([mean, variance])[None], [here, [0, 0], [0, 0]]))
    means, variances = rows[:, 0], rows[:, 1]                                       # [N, C]
    mean = tf.reduce_mean(means, axis=0)
    return mean, tf.reduce_mean(variances + tf.square(means - mean), axis=0)


def everywhere(good):
    """bool [n] -> is it true of all workers?   [n]"""
    share = _SHARE.get()
    return good if share.count == 1 else share.total(tf.cast(good, tf.float32)) >= share.count
