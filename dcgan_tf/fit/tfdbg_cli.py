"""Opens tfdbg's command line before and after every run of a training step: `--debug cli`.

TensorFlow has no public name for tfdbg: its code is in `tensorflow.python.debug`.
"""

import contextlib
import pathlib
import tempfile

import tensorflow as tf
from tensorflow.python.debug.cli import debugger_cli_common
from tensorflow.python.debug.wrappers import local_cli_wrapper

from dcgan_tf.fit.loop import Leave
from dcgan_tf.fit.session import without_warnings


class TfdbgCli:
    """A debugger for `fit`: before each run it waits for a command in the terminal.

    Commands: `run`, `lt`, `pt TENSOR`, `run -f has_inf_or_nan`, `exit`, `help`. All tensors of a
    run that is debugged stay on the disk until the next run.
    """

    @contextlib.contextmanager
    def steps(self, session, runs_a_step, run):
        """Yields a session to use in place of `session`. run: a RunFolder or None; not used."""
        # tfdbg logs a warning about its graphs at each run.
        with tempfile.TemporaryDirectory(prefix='tfdbg-') as folder, without_warnings():
            yield DebugSession(session, runs_a_step, pathlib.Path(folder, 'tensors'))


class DebugSession(local_cli_wrapper.LocalCLIDebugWrapperSession):
    """Runs a session under tfdbg; after its user has typed `exit`, raises Leave between two steps.

    The remaining runs of a step that has begun are made first, without tfdbg.
    """

    def __init__(self, session, runs_a_step, dump_root):
        super().__init__(session, dump_root=str(dump_root), ui_type='readline')
        self._runs_a_step, self._done = runs_a_step, 0
        self._failed = False
        self._graphs = {}                        # fetches -> the graphs that ran for them

    def run(self, fetches, *args, **kwargs):
        """Works like `run` of a session; raises Leave and the errors of TensorFlow."""
        if self._failed:                         # the run after a failure only names the op
            self._failed = False
            return self.session.run(fetches, *args, **kwargs)
        self._fetched = str(fetches)
        values = self._run_in_tfdbg(fetches, *args, **kwargs)
        if isinstance(values, tf.errors.OpError):           # tfdbg returns it as the result
            self._done, self._failed = 0, True
            raise values
        self._done += 1
        return values

    def _run_in_tfdbg(self, *args, **kwargs):
        with contextlib.suppress(_UserExit):
            return super().run(*args, **kwargs)
        if self._done % self._runs_a_step == 0:
            raise Leave
        return self.session.run(*args, **kwargs)

    def on_run_end(self, request):
        """Gives tfdbg the graphs of an earlier, equal run when a run has failed and has none."""
        metadata = request.run_metadata
        if metadata and metadata.partition_graphs:
            self._graphs[self._fetched] = metadata
        elif request.tf_error:
            request.run_metadata = self._graphs.get(self._fetched)
        return super().on_run_end(request)

    def _exit_if_requested_by_user(self):
        """Replaces tfdbg's method, which ends the process."""
        if self._run_start_response == debugger_cli_common.EXPLICIT_USER_EXIT:
            raise _UserExit

    def _launch_cli(self):
        """Takes Ctrl-D as `exit`."""
        try:
            return super()._launch_cli()
        except EOFError:
            return debugger_cli_common.EXPLICIT_USER_EXIT


class _UserExit(Exception):  # noqa: N818
    """Raised when the user has typed `exit`, before the run has begun."""
