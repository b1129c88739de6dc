"""Defines the errors that are not bugs; `cli` turns each into one line and an exit code."""

import struct
import tokenize
import zipfile
import zlib

# What zipfile and numpy.lib.format raise for damaged files of arrays. They parse the header of an
# array as Python, and what is in the file may be of another type than expected.
ARRAY_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, LookupError,
                ValueError, RuntimeError, MemoryError, OverflowError, TypeError, AttributeError,
                SyntaxError, tokenize.TokenError, SystemError)


class UsageError(ValueError):
    """A wrong argument: says what came, what was expected, and which flag mends it. Exit 2."""


class RunError(RuntimeError):
    """A failure with correct arguments: a damaged file, a full disk, a NaN. Exit 1."""


class WorkerLost(RunError):  # noqa: N818
    """Another worker has ended or does not answer; start the training again. Exit 138."""


class HookError(RunError):
    """A hook of the user has failed, after the weights were saved. Exit 1."""


class CollapseError(RunError):
    """A training that seems lost at `step`; its weights may be good up to `last_good_step`."""

    def __init__(self, message: str, *, step: int, last_good_step: int):
        super().__init__(message)
        self.step, self.last_good_step = step, last_good_step


def reason(error: BaseException) -> str:
    """Returns the line of an error's text that says what happened, at most 200 characters.

    TensorFlow puts this line after a stack trace and a line with the name of the node.
    """
    lines = str(getattr(error, 'message', None) or error).strip().splitlines()
    nodes = [i for i, line in enumerate(lines[:-1]) if line.startswith('Node: ')]
    line = lines[nodes[0] + 1] if nodes else next(iter(lines), '')
    return line.strip()[:200] or type(error).__name__
