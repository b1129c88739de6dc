"""Dropout in a layer of a network: which numbers are dropped depends on the layer and the batch."""

import tensorflow as tf

from dcgan_tf import ops, seeds

v1 = tf.compat.v1


def dropout(h, rate, seed, training):
    """Drops a part `rate`: other numbers in each use of a network, in each layer, for each batch.

    seed: that of the run. The layer is the name scope that is open.
    """
    if not (training and rate):
        return h
    use_and_layer = v1.get_default_graph().get_name_scope()
    seed = [seeds.derive(seed, 'dropout', use_and_layer), tf.cast(ops.batch_number(), tf.int32)]
    with tf.name_scope('dropout'):
        return ops.dropout(h, rate, seed=tf.stack(seed), training=training)
