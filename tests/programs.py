"""Programs in processes of their own that start in a tenth of a second.

They are forked from a server that has imported TensorFlow already (`multiprocessing`'s forkserver),
which saves the seconds of each import. For what the start itself must show (imports, environment,
`python main1.py` in a shell) use `subprocess`.
"""

import atexit
import contextlib
import multiprocessing
import os
import pathlib
import resource
import runpy
import signal
import sys
import tempfile

ROOT = pathlib.Path(__file__).parents[1]
PEAKS = [0]                   # bytes, the peak memory of each program that has ended
PRELOADED = ['tensorflow', 'cv2', 'dcgan_tf.gan', 'dcgan_tf.show.morphing', 'dcgan_tf.cli.start']


def server():
    """The context of `multiprocessing` whose processes have imported TensorFlow already."""
    context = multiprocessing.get_context('forkserver')
    context.set_forkserver_preload(PRELOADED)
    return context


class Program:
    """A started Python program: the part of `subprocess.Popen` that tests use.

    words: path of the program, then its arguments. env: more of the environment; None as a value
    takes a name away. terminal: the path of one that it reads from and writes to. `returncode` is
    negative for a signal that it did not catch.
    """

    def __init__(self, words, *, cwd=None, env=None, terminal=None):
        self._texts = tempfile.TemporaryDirectory()
        self._files = [pathlib.Path(self._texts.name, name) for name in ('out', 'err')]
        for file in self._files:
            file.touch()
        self._peak, sender = multiprocessing.Pipe(duplex=False)
        self._process = server().Process(target=_run, daemon=True, args=(
            [*map(str, words)], str(cwd or pathlib.Path.cwd()), dict(os.environ), env or {},
            [*map(str, self._files)], terminal, sender))
        self._process.start()
        sender.close()
        self.pid = self._process.pid

    @property
    def returncode(self):
        """None while it runs."""
        return self._process.exitcode

    poll = returncode.fget

    def send_signal(self, number):
        if self.returncode is None:
            os.kill(self.pid, number)

    def kill(self):
        self.send_signal(signal.SIGKILL)

    def wait(self, timeout=None):
        """-> its exit code. TimeoutError."""
        self._process.join(timeout)
        if self.returncode is None:
            raise TimeoutError(f'still running after {timeout} s; so far:\n{self.text()}')
        self._note_peak()
        return self.returncode

    def communicate(self, timeout=None):
        """-> all that it wrote: (stdout, stderr). TimeoutError."""
        self.wait(timeout)
        return tuple(file.read_text(errors='replace') for file in self._files)

    def text(self):
        """All that it has written by now."""
        return ''.join(file.read_text(errors='replace') for file in self._files)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.kill()
        self._process.join()
        self._note_peak()
        self._texts.cleanup()

    def _note_peak(self):
        """One that was killed has sent none."""
        with contextlib.suppress(EOFError, OSError):
            PEAKS.append(self._peak.recv())
            self._peak.close()


def run(words, timeout=120, **options):
    """Until it ends -> (exit code, stdout, stderr)."""
    with Program(words, **options) as program:
        out, err = program.communicate(timeout)
        return program.returncode, out, err


def peak():
    """Bytes of this process at most, or of the largest of those that it has waited for."""
    unit = 1 if sys.platform == 'darwin' else 1024
    return unit * max(resource.getrusage(who).ru_maxrss
                      for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def _run(words, cwd, base, changes, files, terminal, sender):
    """In the new process: what a shell and the interpreter do before and after a program."""
    os.environ.clear()
    os.environ.update(base)
    for name, value in changes.items():
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = value
    os.chdir(cwd)
    for number, path in enumerate(files, 1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_APPEND), number)
    if terminal:
        for number in range(3):
            os.dup2(os.open(terminal, os.O_RDWR | os.O_NOCTTY), number)
        sys.stdin = open(0, closefd=False)  # noqa: SIM115 (as long as the program)
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT
                      else signal.SIG_DFL)
    tempfile.tempdir = None                   # the server's, which other variables have chosen
    sys.argv = words
    sys.path[0:0] = [str(pathlib.Path(words[0]).parent)]
    try:
        runpy.run_path(words[0], run_name='__main__')
    finally:
        sender.send(peak())
        atexit._run_exitfuncs()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
