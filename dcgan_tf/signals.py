"""Names the signals that end a training or a server cleanly, and installs handlers for them."""

import signal

HANGUP = getattr(signal, 'SIGHUP', None)               # a closed terminal; not on Windows
BREAK = getattr(signal, 'SIGBREAK', None)              # Ctrl-Break; only on Windows
SIGNALS = tuple(s for s in (HANGUP, signal.SIGINT, signal.SIGTERM, BREAK) if s is not None)


def install(handler) -> dict:
    """Installs the handler for SIGNALS; returns number -> earlier handler, see `restore`.

    A signal that is ignored (SIGHUP after `nohup`, SIGINT after a script's `&`) stays ignored.
    """
    return {number: signal.signal(number, handler) for number in SIGNALS
            if signal.getsignal(number) not in (signal.SIG_IGN, None)}


def restore(handlers: dict, *, but: int | None = None) -> None:
    """Installs the handlers that `install` returned, except that of the signal `but`."""
    for number, handler in handlers.items():
        if number != but:
            signal.signal(number, handler)
