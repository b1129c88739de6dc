"""tfdbg's command line in front of and behind every run of a training step: `--debug cli`.

TensorFlow has no public name for it; it stands in `tensorflow.python.debug`.
"""

import contextlib
import pathlib
import tempfile

import tensorflow as tf
from tensorflow.python.debug.cli import debugger_cli_common
from tensorflow.python.debug.wrappers import local_cli_wrapper

from dcgan_tf.fit.loop import Leave


class TfdbgCli:
    """What `fit` takes as its debugger: asks in the terminal, before each run, how it shall be run.

    `run`, `lt`, `pt TENSOR`, `run -f has_inf_or_nan`, `exit`, `help`. All tensors of a run that is
    looked into lie on the disk until the next.
    """

    @contextlib.contextmanager
    def steps(self, session, runs_a_step, run):
        """-> a session in place of `session`. run: a RunFolder or None; nothing goes into it."""
        logger = tf.get_logger()
        level = logger.level
        with tempfile.TemporaryDirectory(prefix='tfdbg-') as folder:
            logger.setLevel('ERROR')          # tfdbg warns of where it takes graphs from, each time
            try:
                yield Asking(session, runs_a_step, pathlib.Path(folder, 'tensors'))
            finally:
                logger.setLevel(level)


class Asking(local_cli_wrapper.LocalCLIDebugWrapperSession):
    """A session that raises Leave between two steps once its user has typed `exit`."""

    def __init__(self, session, runs_a_step, dump_root):
        super().__init__(session, dump_root=str(dump_root), ui_type='readline')
        self._runs_a_step, self._done = runs_a_step, 0
        self._failed = False
        self._graphs = {}                        # fetches -> the graphs that ran for them

    def run(self, fetches, *words, **more):
        """As of a session. Of a step that has begun the other runs are made without asking."""
        if self._failed:                         # the run after a failure only names the op
            self._failed = False
            return self.session.run(fetches, *words, **more)
        self._fetched = str(fetches)
        values = self._asked(fetches, *words, **more)
        if isinstance(values, tf.errors.OpError):           # tfdbg hands it out as the result
            self._done, self._failed = 0, True
            raise values
        self._done += 1
        return values

    def _asked(self, *words, **more):
        with contextlib.suppress(_Left):
            return super().run(*words, **more)
        if self._done % self._runs_a_step == 0:
            raise Leave
        return self.session.run(*words, **more)

    def on_run_end(self, request):
        """A run that failed brings no graphs, and tfdbg needs those of one like it."""
        metadata = request.run_metadata
        if metadata and metadata.partition_graphs:
            self._graphs[self._fetched] = metadata
        elif request.tf_error:
            request.run_metadata = self._graphs.get(self._fetched)
        return super().on_run_end(request)

    def _exit_if_requested_by_user(self):
        """In place of tfdbg's own, which ends the process."""
        if self._run_start_response == debugger_cli_common.EXPLICIT_USER_EXIT:
            raise _Left

    def _launch_cli(self):
        """Ctrl-D is `exit`."""
        try:
            return super()._launch_cli()
        except EOFError:
            return debugger_cli_common.EXPLICIT_USER_EXIT


class _Left(Exception):  # noqa: N818
    """The user has typed `exit`: nothing of the run has been done."""
