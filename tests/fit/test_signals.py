"""Signals sent to this very process: asked to stop, and put back as it was."""

import signal
import threading

import pytest

from dcgan_tf.fit.signals import StopSignals
from dcgan_tf.signals import SIGNALS

ALL = pytest.mark.parametrize('number', SIGNALS)


@pytest.fixture
def usual():
    """Handlers of the test's own for all signals; returns what they saw."""
    seen = []
    before = {s: signal.signal(s, lambda number, frame: seen.append(number))
              for s in SIGNALS}
    yield seen
    for number, handler in before.items():
        signal.signal(number, handler)


def handlers():
    return [signal.getsignal(number) for number in SIGNALS]


@ALL
def test_a_signal_is_remembered_and_nothing_else_happens(usual, number):
    with StopSignals() as stop:
        assert stop.received is None
        signal.raise_signal(number)
        assert stop.received == number
    assert stop.received == number
    assert usual == []


@pytest.mark.parametrize('number', [signal.SIGINT, signal.SIGTERM])
def test_a_second_signal_acts_at_once(usual, number):
    with StopSignals() as stop:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(number)
        assert usual == [number]
        assert stop.received == signal.SIGINT


@ALL
def test_a_closing_terminal_sends_several_and_cuts_no_save_short(usual, number):
    """The kernel and the shell each send one; systemd sends SIGHUP just after SIGTERM."""
    with StopSignals() as stop:
        for each in (number, signal.SIGHUP, signal.SIGHUP):
            signal.raise_signal(each)
        assert (stop.received, usual) == (number, [])
    signal.raise_signal(signal.SIGHUP)
    assert usual == [signal.SIGHUP]


def test_an_ignored_signal_stays_ignored(usual):
    """As under `nohup`, or in the background of a script."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with StopSignals() as stop:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGTERM)
    assert stop.received == signal.SIGTERM
    assert signal.getsignal(signal.SIGINT) == signal.SIG_IGN


def test_a_second_ctrl_c_is_a_keyboard_interrupt(usual):
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with pytest.raises(KeyboardInterrupt), StopSignals():
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)


@pytest.mark.parametrize('end', ['well', 'signal', 'error'])
def test_the_handlers_found_are_put_back(usual, end):
    before = handlers()
    try:
        with StopSignals():
            assert not set(handlers()) & set(before)
            if end == 'signal':
                signal.raise_signal(signal.SIGTERM)
            if end == 'error':
                raise ValueError
    except ValueError:
        assert end == 'error'
    assert handlers() == before


def test_one_inside_another_gives_back_to_it(usual):
    with StopSignals() as outer:
        with StopSignals() as inner:
            pass
        signal.raise_signal(signal.SIGINT)
    assert (outer.received, inner.received) == (signal.SIGINT, None)


def test_in_a_thread_nothing_is_installed():
    before, seen = handlers(), []

    def work():
        with StopSignals() as stop:
            seen.extend([handlers(), stop.received])
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [before, None]
    assert handlers() == before
