"""Turns what goes wrong in the user's code into one line, with the line of the file."""

import contextlib
import pathlib
import traceback

from dcgan_tf.errors import RunError, UsageError, reason

PREFIX = 'dcgan_tf_own_code_'          # of the names of modules


@contextlib.contextmanager
def explained(label: str):
    """Raises every other error inside as a UsageError that says where it came from.

    label: what the user calls the code, such as 'my.py:Mine.generator' or the path of the file.
    """
    try:
        yield
    except (UsageError, RunError, MemoryError):
        raise
    except SyntaxError as error:
        raise UsageError(f'{label}, line {error.lineno}: it is not Python: {error.msg}') from error
    except (Exception, SystemExit) as error:
        raise UsageError(f'{label}{_place(error)}: {type(error).__name__}: {reason(error)}'
                         ) from error


def _place(error):
    """Returns the last line of the user's code on the way to the error, or ''."""
    lines = [(frame.f_code.co_filename, number) for frame, number in
             traceback.walk_tb(error.__traceback__)
             if frame.f_globals.get('__name__', '').startswith(PREFIX)]
    return f' ({pathlib.Path(lines[-1][0]).name}, line {lines[-1][1]})' if lines else ''
