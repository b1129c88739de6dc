"""Turns Ctrl-C and SIGTERM into a request: finish the step, save and end."""

import contextlib
import signal
import threading


class StopSignals(contextlib.AbstractContextManager):
    """Keeps the number of the first signal in `received`, which is None before.

    A second signal acts at once, as usual. Python runs a signal handler only between two
    `session.run`, so setting a flag is enough. The earlier handlers are put back at the end.
    Outside the main thread no handler is installed. A signal that is ignored (`nohup`, a script's
    `&`) stays ignored.
    """

    SIGNALS = (signal.SIGINT, signal.SIGTERM)

    def __init__(self):
        self.received = None
        self._found = {}

    def __enter__(self):
        if threading.current_thread() is threading.main_thread():
            self._found = {s: signal.signal(s, self._receive) for s in self.SIGNALS
                           if signal.getsignal(s) not in (signal.SIG_IGN, None)}
        return self

    def __exit__(self, *error):
        self._restore()

    def _receive(self, number, frame):
        self.received = number
        self._restore()

    def _restore(self):
        for number, handler in self._found.items():
            signal.signal(number, handler)
