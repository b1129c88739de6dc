"""The summary ops of TensorBoard: scalars, an image grid, histograms."""

import tensorflow as tf

v1 = tf.compat.v1


def scalar_summary(scalars):
    """Returns one op that summarises all scalars. scalars: tag -> scalar.

    The raw ops use a tag as it is. `v1.summary.scalar` would put the name of the box before it.
    """
    with tf.name_scope('summaries/'):
        return v1.summary.merge([tf.raw_ops.ScalarSummary(tags=tag, values=value)
                                 for tag, value in scalars.items()])


class Summaries:
    """The summary ops of weights and pictures. Only the constructor adds ops to the graph."""

    def __init__(self, variables, grid_channels):
        with tf.name_scope('summaries/'):
            self.histograms = v1.summary.merge(
                [tf.raw_ops.HistogramSummary(tag=v.op.name, values=v.read_value())
                 for v in variables])
            self.grid_ph = v1.placeholder(tf.uint8, [None, None, None, grid_channels], 'grid')
            self.grid = tf.raw_ops.ImageSummary(tag='samples', tensor=self.grid_ph, max_images=1)
