"""The elementwise ops against the reference, kinks and far ends included."""

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf import ops
from tests import reference as ref
from tests.cases import cases

ELEMENTWISE = {
    'leaky_relu': (ops.leaky_relu, lambda x: ref.leaky_relu(x, 0.2)),
    'leaky_relu 0.01': (lambda x: ops.leaky_relu(x, alpha=0.01), lambda x: ref.leaky_relu(x, 0.01)),
    'relu': (ops.relu, ref.relu),
    'tanh': (ops.tanh, ref.tanh),
    'sigmoid': (ops.sigmoid, ref.sigmoid),
}
over_all = cases(('op', 'reference'), ELEMENTWISE.values())


@over_all
@cases('shape', [[1, 1], [7, 5], [1, 1, 1, 1], [7, 3, 4, 2]])
def test_values(evaluate, rng, op, reference, shape):
    x = rng.normal(0, 3, size=shape)
    ref.assert_close(evaluate(op, x), reference(x))


def test_maxout_takes_the_largest_of_neighbouring_maps(evaluate, rng):
    x = rng.normal(size=[3, 2, 4, 6])
    ref.assert_close(evaluate(ops.maxout, x), np.maximum(x[..., ::2], x[..., 1::2]))
    ref.assert_close(evaluate(lambda x: ops.maxout(x, 3), x[:, 0, 0]), np.stack(
        [x[:, 0, 0, :3].max(axis=1), x[:, 0, 0, 3:].max(axis=1)], axis=1))
    with pytest.raises(ValueError, match='5 maps cannot be groups of 2'):
        evaluate(ops.maxout, x[..., :5])


@over_all
def test_zero_and_far_ends(evaluate, op, reference):
    x = np.array([[-100.0, -1e-3, 0.0, 1e-3, 100.0]])
    ref.assert_close(evaluate(op, x), reference(x))


@over_all
def test_gradients_on_either_side_of_zero(check_gradients, op, reference):
    check_gradients(op, reference, np.array([[-3.0, -0.5, -0.01, 0.01, 0.5, 3.0]]), {})


def test_each_use_of_a_network_has_its_activations(session):
    """Those of ops that are no activations are not among them."""
    for use in ('a', 'ab'):
        with ops.network('N', use):
            h = tf.constant([-1.0, 2.0])
            made = [ops.relu(h), ops.leaky_relu(h), ops.tanh(h), ops.sigmoid(h), tf.nn.relu(h)]
        found = ops.activations(f'N_{use}/')
        assert [a.value.ref() for a in found] == [t.ref() for t in made[:-1]]
        assert [a.relu for a in found] == [True, False, False, False]
