"""A graph and a session of a test's own, and a disk that is full."""

import contextlib

import pytest
import tensorflow as tf

v1 = tf.compat.v1


@pytest.fixture
def graph():
    """The default graph of the test."""
    with tf.Graph().as_default() as graph:
        yield graph


@pytest.fixture
def session(graph):
    with v1.Session(graph=graph) as session:
        yield session


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
