"""The project's own `gradients`: the values of TensorFlow's, in sums whose order is fixed."""

import numpy as np
import tensorflow as tf

from dcgan_tf import ops
from tests.cases import cases

v1 = tf.compat.v1


@cases('paths', [1, 2, 3, 7])
def test_its_sums_are_of_two_and_its_values_are_those_of_autodiff(paths):
    with tf.Graph().as_default() as graph:
        x = tf.constant([1.0, -2.0, 3.0])
        ys = [tf.pow(x, float(k)) for k in range(1, paths + 1)]
        upstream = [tf.constant([1.0, 2.0, float(k)]) for k in range(1, paths + 1)]
        found, = ops.gradients(ys, x, upstream)
        sums = [op for op in graph.get_operations() if op.type == 'AddN']
        wanted, = tf.gradients(ys, x, upstream)
    assert all(len(op.inputs) == 2 for op in sums)
    assert len(sums) == paths - 1
    with v1.Session(graph=graph) as session:
        np.testing.assert_allclose(*session.run((found, wanted)), rtol=1e-6)


def test_nothing_to_follow_is_none():
    with tf.Graph().as_default():
        assert ops.gradients(tf.constant(1.0), tf.constant(2.0)) == [None]
