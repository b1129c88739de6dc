"""Records the health of every tensor for TensorBoard's Debugger V2: `--debug dump`."""

import contextlib
import pathlib
import shutil
import tempfile

import tensorflow as tf

from dcgan_tf.errors import UsageError
from dcgan_tf.files import whole_folder

v1 = tf.compat.v1
NAME = 'debug'                # the name of its folder in a run folder
BUFFER = 20_000               # newest records that are kept: one step, or dozens of small ones

# The Saver must find a ReadVariableOp directly after its variable, so these ops are left alone.
WATCHED_OPS = r'(?!ReadVariableOp$)'


class DebugDump(contextlib.AbstractContextManager):
    """A debugger for `fit`. Build the graph, and call `fit`, inside its `with`.

    TensorFlow adds an op after each op of the graph that computes floats. The new op records how
    many floats there are, and how many are NaN, infinite, negative or zero. The newest BUFFER
    records are kept.

    TensorFlow switches this on for the whole process. It is switched off after the last step.
    """

    def __init__(self, graph):
        self._graph = graph
        self._folder = tempfile.TemporaryDirectory(prefix='debug-')

    def __enter__(self):
        tf.debugging.experimental.enable_dump_debug_info(
            self._folder.name, tensor_debug_mode='FULL_HEALTH', circular_buffer_size=BUFFER,
            op_regex=WATCHED_OPS, tensor_dtypes=self._is_ours)
        return self

    def __exit__(self, *error):
        tf.debugging.experimental.disable_dump_debug_info()
        self._folder.cleanup()

    @contextlib.contextmanager
    def steps(self, session, runs_a_step, run):
        """Yields the session. After the last step, or an error, writes the folder RUN/debug."""
        if run is None:
            raise UsageError('--debug dump needs a run folder, but run is None: expected '
                             'fit(images, run, ...)')
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
        """Is called for each tensor that is made; selects the floats of this graph alone."""
        return dtype.is_floating and v1.get_default_graph() is self._graph
