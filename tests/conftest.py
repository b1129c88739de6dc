"""What holds for all tests, and a disk that is full."""

import contextlib
import signal

import pytest
import tensorflow as tf


@pytest.fixture(scope='session', autouse=True)
def threads():
    """The first session of a process decides the threads of all, and so the last bits.

    It shall be one with as many as a user's `python main1.py` has, whatever test comes first.
    """
    with tf.compat.v1.Session(graph=tf.Graph()) as session, session.graph.as_default():
        session.run(tf.constant(0))


@pytest.fixture(scope='session', autouse=True)
def interrupts():
    """A shell's `pytest &` ignores Ctrl-C, and so would every process that a test sends one to."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def full_disk():
    """`with full_disk(size):` no file can grow beyond `size` bytes."""
    resource = pytest.importorskip('resource')

    @contextlib.contextmanager
    def limited(size):
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
    return limited
