"""A program in a terminal of its own, typed into as a user does."""

import contextlib
import os
import pty
import select
import subprocess
import time


class Terminal(contextlib.AbstractContextManager):
    """Runs a command line; `shown` is all that it has written so far."""

    def __init__(self, words):
        master, slave = pty.openpty()
        self._master, self.shown = master, ''
        self._process = subprocess.Popen(words, stdin=slave, stdout=slave, stderr=slave,
                                         env={**os.environ, 'TERM': 'dumb'})
        os.close(slave)

    def __exit__(self, *error):
        self._process.kill()
        self._process.wait()
        os.close(self._master)

    def type(self, line, prompt='tfdbg> ', timeout=120):
        """Waits for the prompt, then types a line."""
        before = len(self.shown)
        self._read(lambda: prompt in self.shown[before:], timeout)
        os.write(self._master, line.encode())

    def wait(self, timeout=120):
        """Until the program ends; returns its exit code."""
        self._read(lambda: False, timeout)
        return self._process.wait(timeout)

    def _read(self, enough, timeout):
        deadline = time.monotonic() + timeout
        while not enough():
            if not select.select([self._master], [], [], max(0, deadline - time.monotonic()))[0]:
                raise TimeoutError(f'after {timeout} s only: {self.shown[-2000:]}')
            try:
                new = os.read(self._master, 65_536)
            except OSError:                                  # Linux: the program has ended
                return
            if not new:
                return
            self.shown += new.decode(errors='replace').replace('\r\n', '\n')
