"""Latents drawn in the graph, as a pure function of (seed, step)."""

import functools
import math

import tensorflow as tf

from dcgan_tf.errors import UsageError
from dcgan_tf.ops.batch_shard import current_shard

DRAWS = {                                                # the priors of `latent.PRIORS`
    'uniform': functools.partial(tf.random.stateless_uniform, minval=-1.0, maxval=1.0),
    'normal': tf.random.stateless_normal,
}
OF_COUNTER = 4           # numbers that Philox makes of each value of its counter


def noise(prior, shape, seed, step, *, rows=0):
    """float32 of `shape`: `uniform` is U(-1, 1), `normal` N(0, 1). UsageError for other names.

    Stateless, so that nothing but the step needs to be saved for a run to go on bit for bit. The
    seeded ops of TensorFlow count their calls in memory that no checkpoint holds.
    rows: the axis along which the images of a batch lie, of which several workers draw each its
    own; None = what is drawn is of no batch.
    """
    if prior not in DRAWS:
        raise UsageError(f'prior {prior!r} is unknown: expected {", ".join(DRAWS)}')
    pair = tf.stack([tf.cast(seed, tf.int64), tf.cast(step, tf.int64)])
    with not_by_xla():
        if rows is None or current_shard().count == 1:
            return DRAWS[prior](shape, seed=pair)
        return _own_rows(OWN_DRAWS[prior], shape, pair, rows)


def coins(shape, seed):
    """float32 of `shape` in [0, 1), the images of a batch along the first axis. seed: int [2]."""
    with not_by_xla():
        if current_shard().count == 1:
            return tf.random.stateless_uniform(shape, seed=seed)
        return _own_rows(tf.raw_ops.StatelessRandomUniformV2, shape, seed, 0)


def not_by_xla():
    """The random ops made inside draw the same with `--jit`: XLA has algorithms of its own."""
    return tf.xla.experimental.jit_scope(compile_ops=False)


def _own_rows(draw, shape, pair, rows):
    """The part of this worker of what one alone would draw; `shape` is that part's."""
    shard, before = current_shard(), math.prod(shape[:rows]) if rows else 1
    n = tf.reduce_prod(tf.cast(shape[rows:], tf.int64))
    parts = [_numbers(draw, pair, (place * shard.count + shard.index) * n, n)
             for place in range(before)]
    return tf.reshape(tf.concat(parts, axis=0), shape)


def _numbers(draw, pair, first, n):
    """Numbers `first` ... `first + n - 1` of those that this seed gives: the counter begins late.

    Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3": any of them can be made
    without those before it.
    """
    key, counter = tf.raw_ops.StatelessRandomGetKeyCounter(seed=pair)
    later = tf.bitcast(counter, tf.int64) + tf.stack([first // OF_COUNTER, 0])
    skipped = first % OF_COUNTER
    drawn = draw(shape=[skipped + n], key=key, counter=tf.bitcast(later, tf.uint64),
                 alg=tf.raw_ops.StatelessRandomGetAlg())
    return drawn[skipped:]


OWN_DRAWS = {
    'uniform': lambda **words: 2.0 * tf.raw_ops.StatelessRandomUniformV2(**words) - 1.0,
    'normal': tf.raw_ops.StatelessRandomNormalV2,
}
