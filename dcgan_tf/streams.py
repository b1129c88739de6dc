"""Keeps a program at work when its printed lines are lost: the reader is gone, the disk is full."""

import errno
import os
import pathlib
import sys

from dcgan_tf import portable


class Unread:
    """Writes to a stream; drops what nobody can read any more, so that the work goes on.

    This is what comes after `head` has read enough, `tee` was ended or the terminal was closed. Any
    other OSError is raised: a full disk may have lost the whole result of a tool.
    """

    def __init__(self, stream):
        self.wrapped = stream
        self._terminal = stream.isatty()                  # a closed one says False

    def write(self, text: str) -> int:
        self._try(lambda: self.wrapped.write(text))
        return len(text)

    def flush(self) -> None:
        self._try(self.wrapped.flush)

    def __getattr__(self, name):
        return getattr(self.wrapped, name)

    def _try(self, action):
        try:
            action()
        except OSError as error:
            if not self._may_drop(error):
                raise

    def _may_drop(self, error):
        return portable.reader_is_gone(error) or (self._terminal and error.errno == errno.EIO)


class Lossy(Unread):
    """Drops the lines that a full disk does not take, too: they only tell how the work goes."""

    def _may_drop(self, error):
        return True


def protect() -> None:
    """Makes sys.stdout an `Unread` and sys.stderr a `Lossy` for the rest of this process.

    A standard stream that is closed (`>&-`) becomes /dev/null. Else the next file that is opened
    would have its number, and messages of C libraries would be written into that file. Letters that
    the encoding of a stream lacks, such as that of a pipe on Windows, are written as escapes.
    """
    for number, (name, mode) in enumerate((('stdin', 'r'), ('stdout', 'w'), ('stderr', 'w'))):
        _open_if_closed(number)
        if getattr(sys, name) is None:
            setattr(sys, name, pathlib.Path(os.devnull).open(mode))  # noqa: SIM115
    _escape_what_is_lacking(sys.stdout)
    if not isinstance(sys.stdout, Unread):
        sys.stdout = Unread(sys.stdout)
    if not isinstance(sys.stderr, Unread):
        sys.stderr = Lossy(sys.stderr)


def lose_lines() -> None:
    """Drops the lines that could not be written, at the end: losing them is no error."""
    for stream in (sys.stdout, sys.stderr):
        raw = getattr(stream, 'wrapped', stream)
        try:
            raw.flush()
        except OSError:
            _to_devnull(raw.fileno())


def _escape_what_is_lacking(stream):
    """Writes 'é' as \\xe9 if the encoding of the stream has no such letter. UTF-8 has all."""
    encoding = (getattr(stream, 'encoding', None) or 'utf-8').lower().replace('-', '')
    if encoding != 'utf8' and hasattr(stream, 'reconfigure'):
        stream.reconfigure(errors='backslashreplace')


def _open_if_closed(number):
    try:
        os.fstat(number)
    except OSError:
        _to_devnull(number)


def _to_devnull(number):
    """Makes a file descriptor /dev/null, also in the processes that this one starts."""
    null = os.open(os.devnull, os.O_RDWR)
    if null == number:
        os.set_inheritable(number, True)
    else:
        os.dup2(null, number)
        os.close(null)
