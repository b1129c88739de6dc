"""Writes TensorBoard's events: files with records of `Event` protocol buffers.

They are written by TensorFlow's record writer, without a thread. `v1.summary.FileWriter` uses a
thread that ends when the disk is full; after that all events are lost without an error. It also
takes the name of its file from the clock, but TensorBoard reads the files of a folder in the order
of their names: after the clock went back, or with two files in one second, it would read the older
events last, and drop the newer ones. Here a new name sorts after all others in any case.
"""

import contextlib
import itertools
import os
import pathlib
import platform
import re
import time

import tensorflow as tf

from dcgan_tf.errors import RunError, reason
from dcgan_tf.run_folder import summaries

v1 = tf.compat.v1
VERSION = 'brain.Event:2'
WHOLE_GRAPH = 'whole graph'                # a tag in the list Tag of the page GRAPHS
GRAPH_PLUGIN = 'graph_run_metadata_graph'  # TensorBoard's name for the graphs that have a tag
NUMBERS = itertools.count()                # numbers the files of this process


class Events:
    """Adds events to a file in `folder`; each is written when the call returns.

    Raises RunError if an event cannot be written. The next event then starts a new file, because
    nothing after half a record can be read.
    """

    def __init__(self, folder, graph, first, shown=None):
        """graph: a tf.Graph. first: the step that the training goes on from.

        shown: a GraphDef that TensorBoard shows first, as its tag `Default`. The graph itself is
        then under the tag WHOLE_GRAPH. None = the graph is `Default`.
        TensorBoard drops the later steps of earlier files. It takes the first START that it
        sees for the beginning of the run, so that of a resumed run is written twice. The graphs
        have a step, too, so that those of earlier files are dropped.
        """
        self._folder, self._writer, self._file = pathlib.Path(folder), None, None
        older, step = self._try(lambda: names(self._folder)), first + 1
        self._first = step
        for _ in range(2 if first or older else 0):
            self._write(session_log=v1.SessionLog(status=v1.SessionLog.START), step=step)
        whole = graph.as_graph_def(add_shapes=True)
        self._write(graph_def=(whole if shown is None else shown).SerializeToString(), step=step)
        if shown is not None:
            self._write(summary=_tagged(whole), step=step)

    def add_options(self, name, values):
        """Adds the options of a run, as `summaries.options` explains; call it once a start.

        The page HPARAMS has those of the first start, the page TEXT those of each.
        """
        for summary in summaries.options(name, values):
            self._write(summary=summary, step=self._first)

    def add(self, summary, step):
        """Adds a summary, as `summaries` makes them."""
        self._write(summary=summary, step=step)

    def add_value(self, tag, value, step):
        """Adds one number."""
        self.add(summaries.scalars({tag: value}), step)

    def add_trace(self, metadata, step, tag):
        """Adds the RunMetadata of one run of the session, with the name `tag`."""
        self._write(step=step, tagged_run_metadata={
            'tag': tag, 'run_metadata': metadata.SerializeToString()})

    def close(self):
        """Closes the file; no more events may be added."""
        writer, self._writer = self._writer, None
        if writer:
            self._try(writer.close)

    def _write(self, **event):
        self._try(lambda: self._record(v1.Event(wall_time=time.time(), **event)))

    def _record(self, event):
        if self._writer is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._file = self._path()
            self._writer = tf.io.TFRecordWriter(str(self._file))
            self._record(v1.Event(wall_time=time.time(), file_version=VERSION))
        self._writer.write(event.SerializeToString())
        self._writer.flush()

    def _path(self):
        """Returns a name that sorts after all others in the folder."""
        seconds, number = max(0, int(time.time())), next(NUMBERS)
        name = f'events.out.tfevents.{seconds:010d}.{platform.node()}.{os.getpid()}.{number:04d}'
        last = max(names(self._folder), default='')
        return self._folder / (name if name > last else following(last))

    def _give_up(self):
        """Leaves the present file, and removes it if it is empty."""
        writer, self._writer = self._writer, None
        with contextlib.suppress(tf.errors.OpError, OSError, RuntimeError):
            if writer:
                writer.close()             # a writer that is only forgotten holds the disk
        with contextlib.suppress(OSError):
            if self._file and self._file.stat().st_size == 0:
                self._file.unlink()

    def _try(self, action):
        try:
            return action()
        except (tf.errors.OpError, OSError, IndexError, RuntimeError) as error:
            self._give_up()
            raise RunError(f'cannot write TensorBoard events in {self._folder}: '
                           f'{reason(error)}') from error


def _tagged(graph_def):
    """Returns the summary that TensorBoard shows as a graph with the tag WHOLE_GRAPH."""
    graphs = v1.RunMetadata.FunctionGraphs(pre_optimization_graph=graph_def)
    value = v1.RunMetadata(function_graphs=[graphs]).SerializeToString(deterministic=True)
    plugin = v1.SummaryMetadata.PluginData(plugin_name=GRAPH_PLUGIN, content=b'1')
    return v1.Summary(value=[v1.Summary.Value(
        tag=WHOLE_GRAPH, tensor=tf.make_tensor_proto(value),
        metadata=v1.SummaryMetadata(plugin_data=plugin))])


def names(folder: pathlib.Path) -> list[str]:
    """Returns the names of the files in a folder that TensorBoard reads, in its order."""
    found = folder.iterdir() if folder.is_dir() else []
    return sorted(file.name for file in found if 'tfevents' in file.name)


def following(name: str) -> str:
    """Returns a name that sorts after `name`: its last number and one more.

    Without a number at the end, or with one of nines alone, it gets a new one.
    """
    digits = re.search(r'[0-9]*$', name)[0]
    if not digits.strip('9'):
        return f'{name}.0001'
    return f'{name[:-len(digits)]}{int(digits) + 1:0{len(digits)}d}'
