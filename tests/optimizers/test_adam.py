"""Adam against the reference: what it writes, what it would write, the slope of that."""

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf.optimizers.adam import EPSILON, Adam
from tests import reference as ref

v1 = tf.compat.v1
RATE, BETA1, BETA2 = 0.1, 0.5, 0.9
STARTS = {'a': np.array([0.5, -2.0, 3.0]), 'b': np.array([[1.0], [-1.0]])}


@pytest.fixture
def made():
    """-> (Adam of two weights, a placeholder of each one's gradient, a session)."""
    with tf.Graph().as_default(), v1.Session() as session:
        weights = [v1.get_variable(name, initializer=tf.constant(value, tf.float32))
                   for name, value in STARTS.items()]
        adam = Adam('train_D', weights, RATE, BETA1, BETA2)
        slopes = [v1.placeholder(tf.float32, w.shape) for w in weights]
        yield adam, slopes, session


def reference_steps(slopes):
    """The weights after each of the steps: a list of {name: array}."""
    now = {name: (value, np.zeros_like(value), np.zeros_like(value))
           for name, value in STARTS.items()}
    steps = []
    for t, step in enumerate(slopes, 1):
        for name, g in zip(now, step, strict=True):
            w, m, v = now[name]
            now[name] = ref.adam(w, g, m, v, t, lr=RATE, b1=BETA1, b2=BETA2, eps=EPSILON)
        steps.append([w for w, _, _ in now.values()])
    return steps


def random_slopes(rng, steps):
    return [[rng.normal(size=value.shape) for value in STARTS.values()] for _ in range(steps)]


def test_what_it_writes(made, rng):
    adam, placeholders, session = made
    slopes, update = random_slopes(rng, 5), adam.update_op(made[1])
    session.run(v1.global_variables_initializer())
    for step, expected in zip(slopes, reference_steps(slopes), strict=True):
        session.run(update, dict(zip(placeholders, step, strict=True)))
        for w, value in zip(adam.weights, expected, strict=True):
            np.testing.assert_allclose(session.run(w), value, rtol=1e-5)


def test_what_it_would_write(made, rng):
    """Three steps ahead from after two real ones, and no variable has moved."""
    adam, placeholders, session = made
    slopes, update = random_slopes(rng, 5), adam.update_op(made[1])
    weights, state = [w.read_value() for w in adam.weights], adam.state()
    for step in slopes[2:]:
        step = [tf.constant(g, tf.float32) for g in step]
        weights, state = adam.step_on_tensors(weights, step, state)
    session.run(v1.global_variables_initializer())
    for step in slopes[:2]:
        session.run(update, dict(zip(placeholders, step, strict=True)))
    before = session.run(v1.global_variables())
    for value, expected in zip(session.run(weights), reference_steps(slopes)[-1], strict=True):
        np.testing.assert_allclose(value, expected, rtol=1e-5)
    for a, b in zip(before, session.run(v1.global_variables()), strict=True):
        np.testing.assert_array_equal(a, b)


def test_the_slope_of_a_look_ahead(made, rng):
    """d sum(p w after two steps) / d first gradient, by central differences."""
    adam, placeholders, session = made
    first, second = random_slopes(rng, 2)
    probes = [rng.normal(size=value.shape) for value in STARTS.values()]
    weights, state = adam.step_on_tensors(adam.weights, placeholders, adam.state())
    weights, _ = adam.step_on_tensors(weights, [tf.constant(g, tf.float32) for g in second], state)
    score = sum(tf.reduce_sum(p * w) for p, w in zip(probes, weights, strict=True))
    slopes = tf.gradients(score, placeholders)
    session.run(v1.global_variables_initializer())
    actual = session.run(slopes, dict(zip(placeholders, first, strict=True)))

    def value(*first):
        after = reference_steps([first, second])[-1]
        return sum(np.sum(p * w) for p, w in zip(probes, after, strict=True))
    for a, b in zip(actual, ref.numeric_gradients(value, first), strict=True):
        np.testing.assert_allclose(a, b, rtol=2e-3, atol=1e-5)


def test_a_weight_without_a_gradient_has_a_finite_slope(made):
    adam, placeholders, session = made
    weights, _ = adam.step_on_tensors(adam.weights, placeholders, adam.state())
    slopes = tf.gradients(weights, placeholders)
    session.run(v1.global_variables_initializer())
    for slope in session.run(slopes, {p: np.zeros(p.shape) for p in placeholders}):
        assert np.isfinite(slope).all()


def test_a_gradient_of_rounding_noise_moves_its_weight_but_has_no_slope(made):
    """b's gradient is 1e-8 beside a's 1."""
    adam, placeholders, session = made
    weights, state = adam.step_on_tensors(adam.weights, placeholders, adam.state())
    weights, _ = adam.step_on_tensors(weights, [3.0 * g for g in placeholders], state)
    slopes = tf.gradients(weights, placeholders)
    session.run(v1.global_variables_initializer())
    fed = {placeholders[0]: np.ones(3), placeholders[1]: np.full((2, 1), 1e-8)}
    (_, b), (of_a, of_b) = session.run((weights, slopes), fed)
    assert np.abs(b - STARTS['b']).min() > 0.01
    assert of_a.all() and not of_b.any()


def test_tensorflows_own_adam_makes_the_same_bits_under_the_same_names(made, rng):
    adam, placeholders, session = made
    slopes, update = random_slopes(rng, 3), adam.update_op(placeholders)
    session.run(v1.global_variables_initializer())
    for step in slopes:
        session.run(update, dict(zip(placeholders, step, strict=True)))
    ours = session.run({v.op.name: v for v in v1.global_variables()})
    with tf.Graph().as_default(), v1.Session() as other:
        weights = [v1.get_variable(name, initializer=tf.constant(value, tf.float32),
                                   use_resource=True) for name, value in STARTS.items()]
        slopes_ph = [v1.placeholder(tf.float32, w.shape) for w in weights]
        with tf.name_scope('train_D/'):
            theirs = v1.train.AdamOptimizer(RATE, BETA1, BETA2).apply_gradients(
                list(zip(slopes_ph, weights, strict=True)))
        other.run(v1.global_variables_initializer())
        for step in slopes:
            other.run(theirs, dict(zip(slopes_ph, step, strict=True)))
        expected = other.run({v.op.name: v for v in v1.global_variables()})
    assert ours.keys() == expected.keys()
    for name, value in expected.items():
        np.testing.assert_array_equal(ours[name], value, err_msg=name)


def test_its_memory_is_not_trained(made):
    adam, _, _ = made
    assert v1.trainable_variables() == adam.weights
