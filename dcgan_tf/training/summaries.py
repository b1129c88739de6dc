"""What TensorBoard shows: scalars, an image grid, histograms, traces, and the graph."""

import pathlib

import tensorflow as tf

from dcgan_tf.errors import RunError, reason

v1 = tf.compat.v1


def scalar_summary(scalars):
    """The op of all of them together. tag -> scalar.

    The raw ops take a tag as it is; `v1.summary.scalar` would put the box's name before it.
    """
    with tf.name_scope('summaries/'):
        return v1.summary.merge([tf.raw_ops.ScalarSummary(tags=tag, values=value)
                                 for tag, value in scalars.items()])


class Summaries:
    """The summary ops of weights and pictures. Building them is all that touches the graph."""

    def __init__(self, variables, grid_channels):
        with tf.name_scope('summaries/'):
            self.histograms = v1.summary.merge(
                [tf.raw_ops.HistogramSummary(tag=v.op.name, values=v.read_value())
                 for v in variables])
            self.grid_ph = v1.placeholder(tf.uint8, [None, None, None, grid_channels], 'grid')
            self.grid = tf.raw_ops.ImageSummary(tag='samples', tensor=self.grid_ph, max_images=1)


class Events:
    """An events file in `folder`. Close it: it flushes in a thread of its own."""

    def __init__(self, folder, graph, first):
        """first: the step gone on from; TensorBoard drops what an earlier file has after it."""
        self._folder = folder
        before = any(pathlib.Path(folder).glob('events.*'))      # of this run, up to `first`
        with graph.as_default():                   # FileWriter refuses to be made outside a graph
            self._writer = self._tried(lambda: v1.summary.FileWriter(str(folder), graph))
        if first or before:
            start = v1.SessionLog(status=v1.SessionLog.START)
            self._writer.add_session_log(start, global_step=first + 1)

    def add(self, summary, step):
        self._writer.add_summary(summary, step)

    def add_value(self, tag, value, step):
        """A number that was not computed in the graph."""
        self.add(v1.Summary(value=[v1.Summary.Value(tag=tag, simple_value=value)]), step)

    def add_trace(self, metadata, step):
        self._writer.add_run_metadata(metadata, f'step {step}', step)

    def flush(self):
        """RunError where the file cannot be written: the writer tells only here."""
        self._tried(self._writer.flush)

    def close(self):
        self._tried(self._writer.close)

    def _tried(self, action):
        try:
            return action()
        except (tf.errors.OpError, OSError, IndexError, RuntimeError) as error:    # it raises many
            raise RunError(f'cannot write TensorBoard events in {self._folder}: '
                           f'{reason(error)}') from error
