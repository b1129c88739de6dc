"""What every test of an op needs: a graph of its own, and its gradients against the reference."""

import numpy as np
import pytest
import tensorflow as tf

from tests import reference as ref

v1 = tf.compat.v1


@pytest.fixture
def evaluate():
    """evaluate(build, *inputs, weights, seed): what build(*placeholders) returns, as arrays."""
    return run_graph


@pytest.fixture
def check_values():
    """check_values({case: (op, x, weights, expected)}): op(x) is as expected, all in one graph."""
    def check(made):
        def build(*placeholders):
            outputs = {}
            for number, (case, x) in enumerate(zip(made, placeholders, strict=True)):
                with v1.variable_scope(f'case{number}'):
                    outputs[case] = made[case][0](x)
            return outputs
        weights = {f'case{number}/{name}': value for number, (_, _, of_case, _)
                   in enumerate(made.values()) for name, value in of_case.items()}
        found = run_graph(build, *(x for _, x, _, _ in made.values()), weights=weights)
        for case, (_, _, _, expected) in made.items():
            ref.assert_close(found[case], expected, f'case {case}')
    return check


@pytest.fixture
def check_gradients(rng):
    """check_gradients(op, reference, x, weights): d loss / d x and d loss / d every weight."""
    def check(op, reference, x, weights):
        arrays = [x, *weights.values()]
        probe = rng.normal(size=reference(*arrays).shape)
        actual = run_graph(lambda x_ph: gradients(op(x_ph), probe, x_ph), x, weights=weights)
        expected = ref.numeric_gradients(lambda *now: np.sum(reference(*now) * probe), arrays)
        assert len(actual) == len(expected)
        for name, gradient in zip(['x', *weights], expected, strict=True):
            ref.assert_close(actual[name], gradient)
    return check


def run_graph(build, *inputs, weights=None, seed=1):
    """Build in a fresh graph, set the weights named in `weights`, run once.

    The placeholders have the type and shape of the inputs, but for an unknown batch size.
    """
    with tf.Graph().as_default() as graph, v1.Session(graph=graph) as session:
        v1.set_random_seed(seed)
        placeholders = [placeholder(value) for value in inputs]
        fetches = build(*placeholders)
        session.run(v1.global_variables_initializer())
        variables = {v.op.name: v for v in v1.global_variables()}
        session.run([variables[name].assign(w) for name, w in (weights or {}).items()])
        return session.run(fetches, dict(zip(placeholders, inputs, strict=True)))


def placeholder(value):
    """float32 for float64, [None, ...] for [N, ...]"""
    dtype = np.float32 if value.dtype == np.float64 else value.dtype
    return v1.placeholder(dtype, [None, *value.shape[1:]])


def gradients(y, probe, x):
    """d sum(y probe) / d x and d every trainable variable, by name."""
    variables = {'x': x, **{v.op.name: v for v in v1.trainable_variables()}}
    slopes = tf.gradients(tf.reduce_sum(y * probe), list(variables.values()))
    return dict(zip(variables, slopes, strict=True))
