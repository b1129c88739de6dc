"""Variables: their names, their sharing, and first values that depend on seed and name alone."""

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf import ops
from tests.cases import cases

v1 = tf.compat.v1

LAYERS = {
    'linear': (
        [4, 3], lambda x: ops.linear(x, 'layer', 2),
        {'weights': [3, 2], 'bias': [2]}),
    'conv2d': (
        [4, 6, 5, 3], lambda x: ops.conv2d(x, 'layer', 2),
        {'weights': [5, 5, 3, 2], 'bias': [2]}),
    'conv2d_transpose': (
        [4, 6, 5, 3], lambda x: ops.conv2d_transpose(x, 'layer', 2, (12, 9), kernel=3),
        {'weights': [3, 3, 2, 3], 'bias': [2]}),
    'linear, no bias': (
        [4, 3], lambda x: ops.linear(x, 'layer', 2, use_bias=False),
        {'weights': [3, 2]}),
    'conv2d, no bias': (
        [4, 6, 5, 3], lambda x: ops.conv2d(x, 'layer', 2, use_bias=False),
        {'weights': [5, 5, 3, 2]}),
    'conv2d_transpose, no bias': (
        [4, 6, 5, 3], lambda x: ops.conv2d_transpose(x, 'layer', 2, (11, 10), use_bias=False),
        {'weights': [5, 5, 2, 3]}),
    'batch_norm': (
        [4, 6, 5, 3], lambda x: ops.batch_norm(x, 'layer', training=True),
        {'gamma': [3], 'beta': [3], 'moving_mean': [3], 'moving_variance': [3]}),
}
over_all_layers = cases(
    ('shape', 'layer', 'expected'), LAYERS.values())
over_all_inits = cases(
    'init', [ops.truncated_normal(0.02), ops.glorot_uniform, ops.he_normal()])


# ---- names and sharing

@over_all_layers
def test_names_and_shapes(shape, layer, expected):
    with tf.Graph().as_default():
        with v1.variable_scope('net'):
            layer(tf.zeros(shape))
        found = {v.op.name: v.shape.as_list() for v in v1.global_variables()}
        assert {v.dtype for v in v1.global_variables()} == {tf.float32}
    assert found == {f'net/layer/{name}': shape for name, shape in expected.items()}


@over_all_layers
def test_a_second_use_adds_no_variable(shape, layer, expected):
    with tf.Graph().as_default() as graph, v1.Session(graph=graph) as session:
        uses = []
        for _ in range(2):
            with v1.variable_scope('net', reuse=v1.AUTO_REUSE):
                uses.append(layer(tf.ones(shape)))
        assert len(v1.global_variables()) == len(expected)
        session.run(v1.global_variables_initializer())
        np.testing.assert_array_equal(*session.run(uses))


def test_a_second_use_without_reuse_is_an_error():
    with tf.Graph().as_default():
        ops.linear(tf.zeros([4, 3]), 'layer', 2)
        with pytest.raises(ValueError, match='layer/weights'):
            ops.linear(tf.zeros([4, 3]), 'layer', 2)


# ---- first values

def first_values(evaluate, init, *, scope='net', name='weights', seed=1, before=None):
    def build():
        if before:
            before()
        with v1.variable_scope(scope):
            return ops.weight([3, 3, 4, 5], init, name=name)
    return evaluate(build, seed=seed)


def other_ops():
    """Random ops and variables, seeded and not, that stand before the weight in the graph."""
    tf.random.normal([2])
    v1.get_variable('first', [3])
    ops.linear(tf.random.uniform([2, 3]), 'second', 4)


def in_a_name_scope(evaluate, init):
    def build():
        with tf.name_scope('anywhere'), v1.variable_scope('net'):
            return ops.weight([3, 3, 4, 5], init)
    return evaluate(build)


@over_all_inits
def test_first_values_repeat(evaluate, init):
    values = first_values(evaluate, init)
    np.testing.assert_array_equal(values, first_values(evaluate, init))
    np.testing.assert_array_equal(values, first_values(evaluate, init, before=other_ops))
    np.testing.assert_array_equal(values, in_a_name_scope(evaluate, init))


@over_all_inits
@cases('other', [
    {'scope': 'net2'}, {'name': 'kernel'}, {'scope': 'net/net'}, {'seed': 2}])
def test_first_values_follow_full_name_and_graph_seed(evaluate, init, other):
    values, changed = first_values(evaluate, init), first_values(evaluate, init, **other)
    assert np.all(values != changed)


def test_bias_is_zero_at_first(evaluate):
    np.testing.assert_array_equal(evaluate(lambda: ops.bias(7)), np.zeros(7))


def test_truncated_normal(evaluate):
    """Cut at 2 sigma, which leaves a standard deviation of 0.8796 sigma."""
    w = evaluate(lambda: ops.weight([5, 5, 40, 40], ops.truncated_normal(0.02)))
    assert np.max(np.abs(w)) <= 0.04 * (1 + 1e-6)
    assert np.max(np.abs(w)) > 0.039
    assert np.std(w) == pytest.approx(0.8796 * 0.02, rel=0.02)
    assert np.mean(w) == pytest.approx(0, abs=5e-4)             # 40 000 draws: 5 sigma and more


@cases(('shape', 'fans'), [
    ([100, 300], 100 + 300),
    ([5, 5, 20, 60], 5 * 5 * (20 + 60)),
])
def test_glorot_uniform(evaluate, shape, fans):
    """Uniform in +- sqrt(6 / (fan in + fan out))"""
    w, bound = evaluate(lambda: ops.weight(shape, ops.glorot_uniform)), np.sqrt(6 / fans)
    assert np.max(np.abs(w)) <= bound * (1 + 1e-6)
    assert np.max(np.abs(w)) > 0.99 * bound
    assert np.std(w) == pytest.approx(bound / np.sqrt(3), rel=0.02)
    assert np.mean(w) == pytest.approx(0, abs=0.02 * bound)


@cases('gain', [1.0, 10.0])
def test_he_normal(evaluate, gain):
    """The standard deviation gain sqrt(2 / fan in) is that after the cut."""
    w = evaluate(lambda: ops.weight([5, 5, 20, 60], ops.he_normal(gain)))
    sigma = gain * np.sqrt(2 / (25 * 20))
    assert np.std(w) == pytest.approx(sigma, rel=0.02)
    assert np.mean(w) == pytest.approx(0, abs=0.03 * sigma)
    assert 0.98 < np.max(np.abs(w)) / (2 * sigma / 0.8796) <= 1 + 1e-4


@cases('layer', ['linear', 'conv2d', 'conv2d_transpose'])
def test_layers_start_with_sigma_0_02_and_no_bias(evaluate, layer):
    shape, build, _ = LAYERS[layer]

    def values():
        build(tf.zeros(shape))
        return {v.op.name: v for v in v1.global_variables()}

    start = evaluate(values)
    assert np.all(start['layer/bias'] == 0)
    assert np.all(np.abs(start['layer/weights']) <= 0.04 * (1 + 1e-6))
    assert np.all(start['layer/weights'] != 0)


@cases('layer', [
    lambda x, init: ops.linear(x, 'layer', 30, init=init),
    lambda x, init: ops.conv2d(x[:, None, None], 'layer', 30, kernel=3, init=init),
    lambda x, init: ops.conv2d_transpose(x[:, None, None], 'layer', 30, (2, 2), kernel=3,
                                         init=init),
])
def test_layers_take_an_initializer(evaluate, layer):
    def weights():
        layer(tf.zeros([1, 20]), ops.truncated_normal(1.0))
        return v1.trainable_variables()[0]

    assert np.std(evaluate(weights)) == pytest.approx(0.88, rel=0.1)
