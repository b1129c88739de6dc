"""Autodiff whose sums have the same bits in every run."""

import tensorflow as tf


def gradients(ys, xs, grad_ys=None, name='gradients'):
    """`tf.gradients`, but gradients from several paths are added two at a time.

    An `AddN` of three or more inputs starts with an input whose memory no other op needs any more
    (TensorFlow 2.21), because the sum is written there. Which input that is depends on the timing
    of other threads. For two inputs the order makes no difference. name: the box of its ops.
    """
    return tf.gradients(ys, xs, grad_ys, name,
                        aggregation_method=tf.AggregationMethod.EXPERIMENTAL_TREE)
