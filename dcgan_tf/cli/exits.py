"""Errors become one line on standard error and an exit code; nobody sees a stack trace.

    0 done   1 failed   2 wrong usage   130 stopped by Ctrl-C   143 stopped by SIGTERM
    138 another worker is gone: start all of them again
"""

import atexit
import contextlib
import importlib.util
import os
import pathlib
import sys

from dcgan_tf.distributed.cluster import LOST, VARIABLE
from dcgan_tf.errors import RunError, UsageError, WorkerLost, reason

DONE, FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130


def run(main, argv=None) -> int:
    """Calls main(argv) and returns its exit code, or that of the error it ended with.

    argv None: the process is this program's alone, whose words are those of the command line.
    """
    os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '2')       # TensorFlow's own start-up notices
    if argv is None:
        _leave_keras_out()
        atexit.register(lose_lines)          # else Python's own exit code 120 would take over
    try:
        code = main(argv)
        if argv is None:
            sys.stdout.flush()             # what a program shows may be all that it is for
        return code
    except UsageError as error:
        return _say(_one_line(error), WRONG_USAGE)
    except WorkerLost as error:
        return _left(_say(_one_line(error), LOST), argv)
    except (RunError, OSError) as error:
        return _say(_one_line(error), FAILED)
    except UnicodeError as error:
        return _say(f'a name that cannot be written as UTF-8: {reason(error)}', WRONG_USAGE)
    except MemoryError as error:
        return _say(f'out of memory: {reason(error)}', FAILED)
    except KeyboardInterrupt:
        return _left(_say('stopped', INTERRUPTED), argv)
    except Exception as error:
        if not _is_tensorflow_error(error):
            raise
        return _say(reason(error), FAILED)


def stopped(signal: int | None) -> int:
    """The exit code of a training that ended by itself (None) or by a signal, as shells count."""
    return DONE if signal is None else 128 + signal


def _leave_keras_out():
    """TensorFlow imports Keras, nearly half of its own time, unless it is told to use Keras 2.

    No layer here is Keras's. Where Keras 2, tf_keras, is installed, TensorFlow would import that.
    """
    if importlib.util.find_spec('tf_keras') is None:
        os.environ.setdefault('TF_USE_LEGACY_KERAS', '1')


def lose_lines() -> None:
    """Called at the end: what a full disk has not taken of what was said is no error."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _left(code, argv):
    """The code; one of several workers ends here, as a thread of it may wait for ever."""
    if argv is None and VARIABLE in os.environ:
        lose_lines()
        os._exit(code)
    return code


def _say(message, code):
    with contextlib.suppress(OSError):                            # a full disk takes no line
        print(f'{pathlib.Path(sys.argv[0]).name}: {message}', file=sys.stderr)
    return code


def _one_line(error):
    """All of an error of ours; it may quote what has several lines."""
    return ' '.join(str(error).split())


def _is_tensorflow_error(error):
    """Without importing TensorFlow for the question: if it is not loaded, it raised nothing."""
    tf = sys.modules.get('tensorflow')
    return tf is not None and isinstance(error, tf.errors.OpError)
