"""The health of every tensor, for TensorBoard's Debugger V2: `--debug dump`."""

import contextlib
import pathlib
import shutil
import tempfile

import tensorflow as tf

from dcgan_tf.errors import UsageError
from dcgan_tf.files import whole_folder

v1 = tf.compat.v1
NAME = 'debug'                # of the folder in a run folder
BUFFER = 20_000               # tensors kept: those of the last steps, from one step to dozens

# The Saver looks for a variable behind what reads it, and must find it there.
LEFT_OUT = r'(?!ReadVariableOp$)'


class DebugDump(contextlib.AbstractContextManager):
    """What `fit` takes as its debugger. Build the graph inside its `with`, and fit in it.

    Behind each op of the graph that makes floats an op is put that notes how many of them are
    there, NaN, infinite, negative, zero; the newest BUFFER notes are kept.

    It is TensorFlow's state of the whole process, and is put off when the last step is done.
    """

    def __init__(self, graph):
        self._graph = graph
        self._folder = tempfile.TemporaryDirectory(prefix='debug-')

    def __enter__(self):
        tf.debugging.experimental.enable_dump_debug_info(
            self._folder.name, tensor_debug_mode='FULL_HEALTH', circular_buffer_size=BUFFER,
            op_regex=LEFT_OUT, tensor_dtypes=self._is_ours)
        return self

    def __exit__(self, *error):
        tf.debugging.experimental.disable_dump_debug_info()
        self._folder.cleanup()

    @contextlib.contextmanager
    def steps(self, session, runs_a_step, run):
        """-> the session; behind the last step, or an error, RUN/debug is there, whole."""
        if run is None:
            raise UsageError('a dump needs a run folder to stand in: fit(images, run, ...)')
        try:
            yield session
        except BaseException:
            with contextlib.suppress(OSError):           # the first error is the cause
                self._keep(run)
            raise
        self._keep(run)

    def _keep(self, run):
        tf.debugging.experimental.disable_dump_debug_info()              # writes the buffer
        with whole_folder(pathlib.Path(run.path, NAME)) as folder:
            shutil.copytree(self._folder.name, folder, dirs_exist_ok=True)

    def _is_ours(self, dtype):
        """Asked about each tensor when it is made: other graphs are somebody else's."""
        return dtype.is_floating and v1.get_default_graph() is self._graph
