"""What holds for all tests."""

import pytest
import tensorflow as tf


@pytest.fixture(scope='session', autouse=True)
def threads():
    """The first session of a process decides the threads of all, and so the last bits.

    It shall be one with as many as a user's `python main1.py` has, whatever test comes first.
    """
    with tf.compat.v1.Session(graph=tf.Graph()) as session, session.graph.as_default():
        session.run(tf.constant(0))
