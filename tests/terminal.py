"""A program in a terminal of its own, typed into as a user does."""

import contextlib
import os
import pty
import select
import time

from tests.programs import Program


class Terminal(contextlib.AbstractContextManager):
    """Runs a program, its path and its arguments; `shown` is all that it has written so far."""

    def __init__(self, words):
        self._master, self._slave = pty.openpty()         # both are open as long as it is there
        self.shown = ''
        self._program = Program(words, env={'TERM': 'dumb'}, terminal=os.ttyname(self._slave))

    def __exit__(self, *error):
        self._program.__exit__()
        os.close(self._slave)
        os.close(self._master)

    def type(self, line, prompt='tfdbg> ', timeout=120):
        """Waits for the prompt, then types a line."""
        before = len(self.shown)
        self._read(lambda: prompt in self.shown[before:], timeout)
        os.write(self._master, line.encode())

    def wait(self, timeout=120):
        """Until the program ends; returns its exit code."""
        self._read(lambda: False, timeout)
        return self._program.wait(timeout)

    def _read(self, enough, timeout):
        deadline = time.monotonic() + timeout
        while not enough():
            if select.select([self._master], [], [], 0.05)[0]:
                new = os.read(self._master, 65_536)
                self.shown += new.decode(errors='replace').replace('\r\n', '\n')
            elif self._program.poll() is not None:
                return
            elif time.monotonic() > deadline:
                raise TimeoutError(f'after {timeout} s only: {self.shown[-2000:]}')
