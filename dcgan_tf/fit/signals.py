"""Turns Ctrl-C, SIGTERM and a closed terminal into a request: finish the step, save and end."""

import contextlib
import threading

from dcgan_tf import signals


class StopSignals(contextlib.AbstractContextManager):
    """Keeps the number of the first signal in `received`, which is None before.

    A second SIGINT or SIGTERM acts at once, as usual. A later SIGHUP does nothing: a terminal that
    closes sends several, and service managers send one just after SIGTERM. Python runs a signal
    handler only between two `session.run`, so setting a flag is enough. The earlier handlers are
    put back at the end. Outside the main thread no handler is installed. A signal that is ignored
    (`nohup`, a script's `&`) stays ignored.
    """

    def __init__(self):
        self.received = None
        self._found = {}

    @property
    def asked(self):
        """True if a signal has come, so the training has to end."""
        return self.received is not None

    def __enter__(self):
        if threading.current_thread() is threading.main_thread():
            self._found = signals.install(self._receive)
        return self

    def __exit__(self, *error):
        signals.restore(self._found)

    def _receive(self, number, frame):
        if self.received is None:
            self.received = number
            signals.restore(self._found, but=signals.HANGUP)
