"""Autodiff whose sums have the same bits in every run."""

import tensorflow as tf


def gradients(ys, xs, grad_ys=None):
    """`tf.gradients` that adds up what comes back over several paths two at a time.

    `AddN` of three and more starts with whichever of them nobody else needs any more (TensorFlow
    2.21: its memory takes the sum), and which that is depends on what the other threads have done
    by then. Of two the order makes no difference.
    """
    return tf.gradients(ys, xs, grad_ys,
                        aggregation_method=tf.AggregationMethod.EXPERIMENTAL_TREE)
