"""Latents drawn in the graph, as a pure function of (seed, step)."""

import tensorflow as tf


def noise(prior, shape, seed, step):
    """float32 of `shape`: `uniform` is U(-1, 1), `normal` N(0, 1).

    Stateless, so that nothing but the step needs to be saved for a run to go on bit for bit. The
    seeded ops of TensorFlow count their calls in memory that no checkpoint holds.
    """
    pair = tf.stack([tf.cast(seed, tf.int64), tf.cast(step, tf.int64)])
    if prior == 'normal':
        return tf.random.stateless_normal(shape, seed=pair)
    return tf.random.stateless_uniform(shape, seed=pair, minval=-1.0, maxval=1.0)
