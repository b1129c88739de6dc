"""Random numbers in the graph, as a pure function of (seed, step)."""

import functools
import math

import tensorflow as tf

from dcgan_tf.errors import UsageError
from dcgan_tf.latent import pairs
from dcgan_tf.ops.batch_shard import current_shard

v1 = tf.compat.v1
DRAWS = {
    'uniform': functools.partial(tf.random.stateless_uniform, minval=-1.0, maxval=1.0),
    'normal': tf.random.stateless_normal,
}
BATCH_NUMBER = 'batch_number'      # a graph collection of one tensor
PER_COUNTER = 4          # numbers that Philox makes from each value of its counter


def noise(prior, shape, seed, step, *, rows=0, classes=None):
    """Draws float32 of `shape` from a prior of `latent.PRIORS`: `normal` is N(0, 1).

    `sphere`: the last axis is a point of the sphere of radius 1.

    UsageError for other names. The ops are stateless, so only the step must be saved to resume a
    run bit for bit. TensorFlow's seeded ops count their calls in memory, which no checkpoint saves.
    rows: the axis of the images of a batch; each of several workers draws its own part of it. None
    = the numbers do not belong to a batch.
    classes: for a prior of parts: (labels int32 [N], the number of classes K). Image i gets numbers
    from the part of its class; a label K stands for no class. None = from all parts.
    """
    if prior not in PRIORS:
        raise UsageError(f'prior {prior!r} is unknown: expected {", ".join(PRIORS)}')

    def draw(kind, shape, stream=0):
        of_stream = tf.cast(seed, tf.int64) + stream if stream else tf.cast(seed, tf.int64)
        pair = tf.stack([of_stream, tf.cast(step, tf.int64)])
        with not_by_xla():
            if rows is None or current_shard().count == 1:
                return DRAWS[kind](shape, seed=pair)
            return _own_rows(OWN_DRAWS[kind], shape, pair, rows)
    return PRIORS[prior](draw, shape, classes)


def _sphere(draw, shape, classes):
    return on_sphere(draw('normal', shape))


def on_sphere(x):
    """Divides vectors by their lengths, or by 1e-6 if they are shorter.   [..., Z] -> [..., Z]"""
    squares = tf.reduce_sum(tf.square(x), axis=-1, keepdims=True)
    return x / tf.sqrt(tf.maximum(squares, 1e-12))


def _normal5(draw, shape, classes):
    return 5.0 * draw('normal', shape)


def _petals(draw, shape, classes):
    half = list(pairs.halved(shape))
    along, across = (draw('normal', half, stream) for stream in (0, 1))
    k = tf.floor((draw('uniform', half, 2) + 1.0) / 2.0 * pairs.PETALS)
    return pairs.petals(tf, k if classes is None else _of_class(*classes, of_none=k), along, across)


def _roll(draw, shape, classes):
    place = (draw('uniform', list(pairs.halved(shape))) + 1.0) / 2.0
    if classes is None:
        return pairs.roll(tf, place)
    labels, n = classes
    return pairs.roll(tf, _of_class(labels, n, of_none=n * place, offset=place) / n)


def _of_class(labels, n, of_none, offset=0.0):
    """Returns the label of each image plus `offset`; `of_none` for the label n.   -> [N, P]"""
    k = tf.cast(labels, of_none.dtype)[:, None]
    return tf.where(k < n, k + offset, of_none)


PRIORS = {                                               # the rows of `latent.PRIORS`
    'uniform': lambda draw, shape, classes: draw('uniform', shape),
    'normal': lambda draw, shape, classes: draw('normal', shape),
    'normal5': _normal5,
    'sphere': _sphere,
    'mixture10': _petals,
    'swiss_roll': _roll,
}


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
