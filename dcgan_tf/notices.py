"""Hides the lines that TensorFlow writes to standard error at its start when nothing is wrong.

They come from C++, which writes to descriptor 2 before any level of its log counts. So while
TensorFlow is imported and opens its first session, descriptor 2 is a pipe. A process of its own
reads the pipe, drops the lines that HARMLESS lists, and passes on all others at once. What is in
the pipe when TensorFlow crashes, or this process is killed, is passed on as well: the reader ends
only after the last byte.

Only command lines do this (`cli/exits.py`), and programs that call `hide_at_import` themselves, for
it changes the whole process; not on Windows, and not if the user has set LEVEL. This file is also
the program of that reader, so it imports only Python's own modules.
"""

import contextlib
import os
import pathlib
import re
import select
import subprocess
import sys

LEVEL = 'TF_CPP_MIN_LOG_LEVEL'     # of TensorFlow's log: 0 = all lines, 2 = errors
GPU = 'gpu'                        # the argument of the reader where there should be a GPU
READY_SECONDS, DRAIN_SECONDS = 5.0, 2.0
HOLD_SECONDS = 0.1                 # how long a line without its end waits for it
CHUNK = 1 << 16                    # bytes

# How harmless lines begin: the file of the log call, '' for a line without one; the text.
HARMLESS = (
    ('', r'WARNING: All log messages before absl::InitializeLog\(\) is called are written to '),
    ('port', r'oneDNN custom operations are on\. '),
    ('cpu_feature_guard', r'This TensorFlow binary is optimized to use available CPU instructions'),
    ('', r'To enable the following instructions: .* rebuild TensorFlow with the appropriate'),
    ('cuda_fft|cuda_dnn|cuda_blas', r'Unable to register cu\w+ factory: Attempting to register '
     r'factory for plugin cu\w+ when one has already been registered'),
    ('computation_placer', r'computation placer already registered\. '),
    ('', r'INFO: Created TensorFlow Lite XNNPACK delegate for CPU\.'),
)
# ... and those that are harmless only where no GPU is expected.
WITHOUT_GPU = (
    ('cudart_stub', r'Could not find cuda drivers on your machine, GPU will not be used'),
    (r'cuda_\w+', r'failed call to cuInit: '),
)
# 'I0000 00:00:1700000000.123456 4567 port.cc:153] ', or with the date of day and the whole path
PREFIX = r'(?:[IWE]\d{{4}} [\d:.]+ +\d+ |\d{{4}}-\d\d-\d\d [\d:.]+: [IWE] \S*/)(?:{})\.cc:\d+\] '


class _AtImport:
    """Is an entry of sys.meta_path that finds no module, but sees when TensorFlow is imported."""

    def find_spec(self, name, path=None, target=None):
        if name == 'tensorflow':
            sys.meta_path.remove(self)
            start()


class _Reader:
    """Is the process that reads the pipe. Raises OSError if it does not start."""

    def __init__(self):
        read, write = os.pipe()
        try:
            self._process = subprocess.Popen(
                [sys.executable, '-I', '-S', __file__, *[GPU] * gpu_expected()], stdin=read,
                stdout=subprocess.PIPE, start_new_session=True)       # Ctrl-C is not for it
            with self._process.stdout as ready:
                if not select.select([ready], [], [], READY_SECONDS)[0] or not ready.read(1):
                    self._process.kill()
                    self._process.wait()
                    raise OSError('the reader of the notices has not started')
            self._before = os.dup(2)
            os.dup2(write, 2)
        finally:
            os.close(read)
            os.close(write)

    def stop(self):
        """Makes descriptor 2 what it was, and waits for the lines on their way."""
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.flush()
        os.dup2(self._before, 2)
        os.close(self._before)
        with contextlib.suppress(subprocess.TimeoutExpired):          # a child may have the pipe
            self._process.wait(DRAIN_SECONDS)


_readers = []                      # the running _Reader, or none
_wanted = []                       # not empty: lines were hidden at the import


def hide_at_import() -> None:
    """Begins with the import of TensorFlow, if that comes; `stop` ends it."""
    if 'tensorflow' not in sys.modules:
        sys.meta_path.insert(0, _AtImport())


def start() -> None:
    """Hides the notices from now on, unless the user has said what the log should show."""
    if LEVEL in os.environ:
        return
    os.environ[LEVEL] = '2'
    from dcgan_tf import portable  # here: the reader does without the package
    if portable.WINDOWS or not sys.executable:
        return
    _wanted.append(True)
    _read()


@contextlib.contextmanager
def hidden_again():
    """Hides the notices in a block, too, if they were hidden at the import of TensorFlow."""
    if _wanted and not _readers:
        _read()
    try:
        yield
    finally:
        stop()


def _read():
    with contextlib.suppress(OSError):                 # the notices are shown then, and do no harm
        _readers.append(_Reader())


def stop() -> None:
    """Ends it: descriptor 2 is again what it was. Does nothing if nothing was hidden."""
    while _readers:
        _readers.pop().stop()


def show_all() -> None:
    """Lets TensorFlow say all: --verbose."""
    os.environ.setdefault(LEVEL, '0')                  # also in the processes that this one starts


def gpu_expected() -> bool:
    """Returns whether this machine has an NVIDIA GPU that the user has not hidden."""
    hidden = re.match(r'(-.*)?$', os.environ.get('CUDA_VISIBLE_DEVICES', '0'))
    return pathlib.Path('/dev/nvidia0').exists() and not hidden


# ---- the reader

def forward(source: int, target: int, gpu: bool) -> None:
    """Copies bytes from one descriptor to the other until the end, without the harmless lines.

    A line that does not end within HOLD_SECONDS, such as a question or the state of a bar, is
    passed on as it is, with what follows on the line.
    """
    harmless, held, begun = pattern(gpu), b'', False       # begun: a part of the line is out
    chunk = b'.'
    while chunk:
        if held and not select.select([source], [], [], HOLD_SECONDS)[0]:
            _write(target, held)
            held, begun = b'', True
        chunk = os.read(source, CHUNK)
        *lines, held = (held + chunk).split(b'\n')
        for line in lines:
            if begun or not harmless.match(line):
                _write(target, line + b'\n')
            begun = False
        if begun or not chunk:
            _write(target, held)
            held = b''


def pattern(gpu: bool) -> re.Pattern:
    """Returns what matches the beginning of a harmless line, as bytes."""
    rows = HARMLESS + (() if gpu else WITHOUT_GPU)
    return re.compile('|'.join((PREFIX.format(file) if file else '') + text
                               for file, text in rows).encode())


def _write(target, content):
    """Writes all of it; drops what nobody can read any more, as `streams.Lossy` does."""
    with contextlib.suppress(OSError):
        while content:
            content = content[os.write(target, content):]


def main() -> None:
    """Is the reader: from standard input to standard error. A byte on stdout says it is ready."""
    os.write(1, b'.')
    os.close(1)
    forward(0, 2, GPU in sys.argv[1:])


if __name__ == '__main__':
    main()
