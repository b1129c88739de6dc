"""Opens the debugger that --debug names, after checks."""

import contextlib
import importlib.util
import sys

from dcgan_tf.errors import UsageError

CLI, DUMP = 'cli', 'dump'
DEBUGGERS = {                                        # choices of --debug -> help
    CLI: 'the command line of tfdbg before each run of the session',
    DUMP: 'write the NaN and infinities of the last steps to RUN/debug, for TensorBoard',
}


def check(debug: str | None, graph_only: bool) -> None:
    """Raises UsageError if there are no steps to look into, or no terminal for tfdbg."""
    if debug and graph_only:
        raise UsageError(f'--debug {debug} looks into the steps of a training, and --graph-only '
                         'makes none: give one of the two')
    if debug == CLI and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError('--debug cli needs a terminal, and standard input or output is not one; '
                         '--debug dump works without')
    if debug == CLI and importlib.util.find_spec('readline') is None:
        raise UsageError("--debug cli needs Python's module readline, which this system, such as "
                         'Windows, does not have; --debug dump works without')


def debugger(debug: str | None, graph):
    """Returns a context with a debugger for `fit`, or None. Build the graph in it.

    Loads TensorFlow.
    """
    if debug == CLI:
        from dcgan_tf.fit.tfdbg_cli import TfdbgCli
        return contextlib.nullcontext(TfdbgCli())
    if debug == DUMP:
        from dcgan_tf.fit.debug_dump import DebugDump
        return DebugDump(graph)
    return contextlib.nullcontext()


def hint(debug: str, run) -> str:
    """Returns a line about how to use the debugger, for the user before the first step."""
    if debug == CLI:
        return ('before each step: run, run -f has_inf_or_nan, exit, help; after it: lt, '
                'pt TENSOR, run, exit')
    return (f'the last steps go into {run.path / "debug"} when it ends: tensorboard --logdir '
            f'{run.path / "debug"}    (then the tab Debugger V2)')
