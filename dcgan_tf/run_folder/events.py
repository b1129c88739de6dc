"""TensorBoard's events: records of `Event` protocol buffers, one file after another.

Written by TensorFlow's record writer and no thread of their own: `v1.summary.FileWriter` hands
them to a thread that ends at the first full disk, after which they are lost without a word.
"""

import contextlib
import itertools
import os
import pathlib
import platform
import time

import tensorflow as tf

from dcgan_tf.errors import RunError, reason

v1 = tf.compat.v1
VERSION = 'brain.Event:2'
NUMBERS = itertools.count()                # of the files of this process


class Events:
    """Adds events to a file in `folder`; each is on the disk when a call returns.

    RunError where one cannot be written. The next goes into a new file then: what stands behind
    half a record nobody can read.
    """

    def __init__(self, folder, graph, first):
        """first: the step gone on from; TensorBoard drops what an earlier file has after it."""
        self._folder, self._writer, self._file = pathlib.Path(folder), None, None
        before = self._tried(lambda: any(self._folder.glob('events.*')))  # of this run, up to first
        self._write(graph_def=graph.as_graph_def(add_shapes=True).SerializeToString())
        if first or before:
            self._write(session_log=v1.SessionLog(status=v1.SessionLog.START), step=first + 1)

    def add(self, summary, step):
        """summary: bytes, as the graph's summary ops make them, or a protocol buffer."""
        if isinstance(summary, bytes):
            summary = v1.Summary.FromString(summary)
        self._write(summary=summary, step=step)

    def add_value(self, tag, value, step):
        """A number that was not computed in the graph."""
        self.add(v1.Summary(value=[v1.Summary.Value(tag=tag, simple_value=value)]), step)

    def add_trace(self, metadata, step):
        """metadata: the RunMetadata of a run of the session."""
        self._write(step=step, tagged_run_metadata={
            'tag': f'step {step}', 'run_metadata': metadata.SerializeToString()})

    def close(self):
        """Nothing can be added any more."""
        writer, self._writer = self._writer, None
        if writer:
            self._tried(writer.close)

    def _write(self, **event):
        self._tried(lambda: self._record(v1.Event(wall_time=time.time(), **event)))

    def _record(self, event):
        if self._writer is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._file = self._path()
            self._writer = tf.io.TFRecordWriter(str(self._file))
            self._record(v1.Event(wall_time=time.time(), file_version=VERSION))
        self._writer.write(event.SerializeToString())
        self._writer.flush()

    def _path(self):
        """TensorBoard reads the files of a folder in the order of their names."""
        seconds, number = int(time.time()), next(NUMBERS)
        return self._folder / (f'events.out.tfevents.{seconds:010d}.{platform.node()}.{os.getpid()}'
                               f'.{number:04d}')

    def _give_up(self):
        """Closes the file, and removes it where it holds nothing yet."""
        self._writer = None
        with contextlib.suppress(OSError):
            if self._file and self._file.stat().st_size == 0:
                self._file.unlink()

    def _tried(self, action):
        try:
            return action()
        except (tf.errors.OpError, OSError, IndexError, RuntimeError) as error:  # it raises many
            self._give_up()
            raise RunError(f'cannot write TensorBoard events in {self._folder}: '
                           f'{reason(error)}') from error
