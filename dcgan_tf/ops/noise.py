"""Random numbers in the graph, as a pure function of (seed, step)."""

import functools
import math

import tensorflow as tf

from dcgan_tf.errors import UsageError
from dcgan_tf.ops.batch_shard import current_shard

v1 = tf.compat.v1
DRAWS = {                                                # the priors of `latent.PRIORS`
    'uniform': functools.partial(tf.random.stateless_uniform, minval=-1.0, maxval=1.0),
    'normal': tf.random.stateless_normal,
}
BATCH_NUMBER = 'batch_number'      # a graph collection of one tensor
PER_COUNTER = 4          # numbers that Philox makes from each value of its counter


def noise(prior, shape, seed, step, *, rows=0):
    """Draws float32 of `shape`: `uniform` is U(-1, 1), `normal` is N(0, 1).

    UsageError for other names. The ops are stateless, so only the step must be saved to resume a
    run bit for bit. TensorFlow's seeded ops count their calls in memory, which no checkpoint saves.
    rows: the axis of the images of a batch; each of several workers draws its own part of it. None
    = the numbers do not belong to a batch.
    """
    if prior not in DRAWS:
        raise UsageError(f'prior {prior!r} is unknown: expected {", ".join(DRAWS)}')
    pair = tf.stack([tf.cast(seed, tf.int64), tf.cast(step, tf.int64)])
    with not_by_xla():
        if rows is None or current_shard().count == 1:
            return DRAWS[prior](shape, seed=pair)
        return _own_rows(OWN_DRAWS[prior], shape, pair, rows)


def set_batch_number(number):
    """Tells the layers which batch it is: a scalar tensor that is another one for each batch."""
    v1.get_collection_ref(BATCH_NUMBER)[:] = [number]


def batch_number():
    """Returns what `set_batch_number` was given in this graph, or 0."""
    return (v1.get_collection(BATCH_NUMBER) or [0])[0]


def coins(shape, seed):
    """Draws float32 of `shape` in [0, 1). The images of a batch lie along the first axis.

    seed: int [2].
    """
    with not_by_xla():
        if current_shard().count == 1:
            return tf.random.stateless_uniform(shape, seed=seed)
        return _own_rows(tf.raw_ops.StatelessRandomUniformV2, shape, seed, 0)


def not_by_xla():
    """Random ops that are built inside draw the same numbers with `--jit`.

    XLA has random algorithms of its own, so it does not compile them.
    """
    return tf.xla.experimental.jit_scope(compile_ops=False)


def _own_rows(draw, shape, pair, rows):
    """Draws this worker's part of what one worker alone would draw. shape: that of the part."""
    shard, n_blocks = current_shard(), math.prod(shape[:rows]) if rows else 1
    n = tf.reduce_prod(tf.cast(shape[rows:], tf.int64))
    parts = [_numbers(draw, pair, (block * shard.count + shard.index) * n, n)
             for block in range(n_blocks)]
    return tf.reshape(tf.concat(parts, axis=0), shape)


def _numbers(draw, pair, first, n):
    """Returns the numbers `first` ... `first + n - 1` of the sequence of this seed.

    The counter of the generator starts later. Salmon et al. 2011, "Parallel random numbers: as easy
    as 1, 2, 3": each number can be computed without those before it.
    """
    key, counter = tf.raw_ops.StatelessRandomGetKeyCounter(seed=pair)
    later = tf.bitcast(counter, tf.int64) + tf.stack([first // PER_COUNTER, 0])
    skipped = first % PER_COUNTER
    drawn = draw(shape=[skipped + n], key=key, counter=tf.bitcast(later, tf.uint64),
                 alg=tf.raw_ops.StatelessRandomGetAlg())
    return drawn[skipped:]


OWN_DRAWS = {
    'uniform': lambda **arguments: 2.0 * tf.raw_ops.StatelessRandomUniformV2(**arguments) - 1.0,
    'normal': tf.raw_ops.StatelessRandomNormalV2,
}
