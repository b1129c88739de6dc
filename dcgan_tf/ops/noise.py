"""Latents drawn in the graph, as a pure function of (seed, step)."""

import functools

import tensorflow as tf

from dcgan_tf.errors import UsageError

DRAWS = {                                                # the priors of `latent.PRIORS`
    'uniform': functools.partial(tf.random.stateless_uniform, minval=-1.0, maxval=1.0),
    'normal': tf.random.stateless_normal,
}


def noise(prior, shape, seed, step):
    """float32 of `shape`: `uniform` is U(-1, 1), `normal` N(0, 1). UsageError for other names.

    Stateless, so that nothing but the step needs to be saved for a run to go on bit for bit. The
    seeded ops of TensorFlow count their calls in memory that no checkpoint holds.
    """
    if prior not in DRAWS:
        raise UsageError(f'prior {prior!r} is unknown: expected {", ".join(DRAWS)}')
    pair = tf.stack([tf.cast(seed, tf.int64), tf.cast(step, tf.int64)])
    with not_by_xla():
        return DRAWS[prior](shape, seed=pair)


def not_by_xla():
    """The random ops made inside draw the same with `--jit`: XLA has algorithms of its own."""
    return tf.xla.experimental.jit_scope(compile_ops=False)
