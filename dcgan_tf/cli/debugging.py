"""--debug: what looks into the steps of a training, and what it needs to do so."""

import contextlib
import sys

from dcgan_tf.errors import UsageError

CLI, DUMP = 'cli', 'dump'
DEBUGGERS = {                                        # --debug -> what it is
    CLI: 'a command line in front of every run of a step, tfdbg\'s',
    DUMP: 'NaN and infinities of the last steps into RUN/debug, for TensorBoard',
}


def check(debug: str | None, graph_only: bool) -> None:
    """UsageError where there is nothing to look into, or nobody to ask."""
    if debug and graph_only:
        raise UsageError(f'--debug {debug} looks into the steps of a training, and --graph-only '
                         'makes none: give one of the two')
    if debug == CLI and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError('--debug cli asks in a terminal, and standard input or output is none; '
                         '--debug dump needs none')


def debugger(debug: str | None, graph):
    """A context: -> what `fit` takes, or None. Build the graph inside. Loads TensorFlow."""
    if debug == CLI:
        from dcgan_tf.fit.tfdbg_cli import TfdbgCli
        return contextlib.nullcontext(TfdbgCli())
    if debug == DUMP:
        from dcgan_tf.fit.debug_dump import DebugDump
        return DebugDump(graph)
    return contextlib.nullcontext()


def line(debug: str, run) -> str:
    """What a user should know before the first step."""
    if debug == CLI:
        return ('before each step: run, run -f has_inf_or_nan, exit, help; after it: lt, '
                'pt TENSOR, run, exit')
    return (f'the last steps go into {run.path / "debug"} when it ends: tensorboard --logdir '
            f'{run.path / "debug"}    (then the tab Debugger V2)')
