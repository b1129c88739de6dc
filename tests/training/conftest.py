"""A graph and a session of a test's own."""

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
