"""Turns errors into one line on standard error and an exit code, without a stack trace.

    0 done   1 failed   2 wrong usage   129 stopped by a closed terminal (SIGHUP)
    130 stopped by Ctrl-C   143 stopped by SIGTERM
    138 another worker is gone: start all of them again
"""

import atexit
import contextlib
import importlib.util
import os
import sys
import time

from dcgan_tf import notices, program
from dcgan_tf.cli.cost_lines import in_units
from dcgan_tf.distributed.cluster import LOST, VARIABLE
from dcgan_tf.errors import RunError, UsageError, WorkerLost, reason
from dcgan_tf.streams import lose_lines, protect

DONE, FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130
# Words of a command line that ends without a line about its time. After -- is the program that
# launch.py starts, which prints such a line itself.
SILENT = {'--quiet', '--dry-run', '--help', '--help-all', '--version', '--'}


def run(main, argv=None) -> int:
    """Calls main(argv) and returns its exit code, or the exit code of its error.

    argv None: the process is that of this program alone, and main reads the command line.
    """
    began = time.monotonic()
    if argv is None:
        protect()                          # the reader of the lines may go away at any time
        _set_up_tensorflow()
        notices.hide_at_import()
        atexit.register(lose_lines)        # else a full disk makes Python's exit code 120
    try:
        code = main(argv)
        if argv is None:
            sys.stdout.flush()             # lost output is an error: it may be the whole result
            _say_how_long(code, time.monotonic() - began)
        return code
    except UsageError as error:
        return _print(_one_line(error), WRONG_USAGE)
    except WorkerLost as error:
        return _leave(_print(_one_line(error), LOST), argv)
    except (RunError, OSError) as error:
        return _print(_one_line(error), FAILED)
    except UnicodeError as error:
        return _print(f'a name that cannot be written as UTF-8: {reason(error)}', WRONG_USAGE)
    except MemoryError as error:
        return _print(f'out of memory: {reason(error)}', FAILED)
    except KeyboardInterrupt:
        return _leave(_print('stopped', INTERRUPTED), argv)
    except Exception as error:
        if not _is_tensorflow_error(error):
            raise
        return _print(reason(error), FAILED)
    finally:
        notices.stop()                     # what Python says of a bug goes past the reader


def stopped(signal: int | None) -> int:
    """Returns the exit code of a training: 0, or 128 + the number of the signal that ended it."""
    return DONE if signal is None else 128 + signal


def _say_how_long(code, seconds):
    """Prints the last line of a command that has done its work: how long it took.

    Not if it took less than a second, or if the user wants no lines, such as with --quiet.
    """
    if code == DONE and seconds >= 1 and SILENT.isdisjoint(sys.argv):
        with contextlib.suppress(OSError):
            print(f'took {in_units(seconds)}', file=sys.stderr)


def _set_up_tensorflow():
    """Asks for oneDNN's convolutions and products, and keeps TensorFlow from importing Keras.

    TensorFlow uses oneDNN by itself only on processors with AVX512_VNNI, AVX512_BF16 or AMX. With
    AVX2 alone a step takes 0.6 to 0.8 of the time with it: docs/speed.md. Keras takes nearly half
    of the time of an import, and no layer here is Keras's. TensorFlow does not import Keras 3 if it
    should use Keras 2; if Keras 2, tf_keras, is installed, it would import that one, so nothing is
    changed then.
    """
    os.environ.setdefault('TF_ENABLE_ONEDNN_OPTS', '1')
    if importlib.util.find_spec('tf_keras') is None:
        os.environ.setdefault('TF_USE_LEGACY_KERAS', '1')


def _leave(code, argv):
    """Returns the exit code. One of several workers ends here: a thread of it may wait for ever."""
    if argv is None and VARIABLE in os.environ:
        lose_lines()
        os._exit(code)
    return code


def _print(message, code):
    """Prints an error as one line, and returns its exit code."""
    with contextlib.suppress(OSError):                            # the disk may be full
        print(f'{program.name()}: {message}', file=sys.stderr)
    return code


def _one_line(error):
    """Returns the whole text of an error in one line: it may quote a text of several lines."""
    return ' '.join(str(error).split())


def _is_tensorflow_error(error):
    """Tells whether TensorFlow raised the error, without loading TensorFlow for the question."""
    tf = sys.modules.get('tensorflow')
    return tf is not None and isinstance(error, tf.errors.OpError)
