"""The average of the weights against a loop in NumPy, and its variables' names and uses."""

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf.networks.network import Network
from dcgan_tf.networks.weight_average import WeightAverage

v1 = tf.compat.v1

MOVES = np.float32([[1, 2], [3, 4], [-8, 0.5], [0, 0], [100, -100], [1, 1]])    # [steps, 2]


@pytest.fixture
def session():
    with tf.Graph().as_default() as graph, v1.Session(graph=graph) as session:
        yield session


def build(z, *, training):
    """A weight with a random start, and what batch norm keeps: a variable that is not trained."""
    random = v1.random_normal_initializer(seed=3)
    weight = v1.get_variable('dense/weights', [2], initializer=random, use_resource=True)
    mean = v1.get_variable('bn/mean', [2], initializer=v1.zeros_initializer(), trainable=False,
                           use_resource=True)
    return z * weight + mean


@pytest.fixture
def network(session):
    """With its two variables."""
    made = Network('Generator', build)
    made(np.float32([1.0, 1.0]), use='train')
    return made


def averages():
    return v1.global_variables('Generator_ema/')


def literal(weights, moves, decay):
    """The docstring's formula, step by step."""
    average, history = weights.copy(), []
    for t, move in enumerate(moves):
        weights = weights + move
        d = min(decay, t / (t + 10))
        average = average + (1 - d) * (weights - average)
        history.append(average)
    return np.stack(history)


def run_steps(session, network, decay, moves):
    """Moves all variables, then their averages, then counts, in that order."""
    step, variables = v1.train.create_global_step(), list(network.variables.values())
    average = WeightAverage(network, decay, step)
    move_ph = v1.placeholder(tf.float32, [2])
    with tf.control_dependencies([v.assign_add(move_ph) for v in variables]):
        update = average.update_op()
    with tf.control_dependencies([update]):
        train_op = step.assign_add(1, read_value=False)
    session.run(v1.global_variables_initializer())
    start, history = session.run(variables), []
    for move in moves:
        session.run(train_op, {move_ph: move})
        history.append(session.run(averages()))
    return start, history


@pytest.mark.parametrize('decay', [0.999, 0.2, 0.0])
def test_it_is_the_literal_loop(session, network, decay):
    start, history = run_steps(session, network, decay, MOVES)
    for index, weights in enumerate(start):
        actual = np.stack([values[index] for values in history])
        np.testing.assert_allclose(actual, literal(weights, MOVES, decay), rtol=1e-5, atol=1e-6)


def test_decay_is_reached_and_kept(session, network):
    """From t = 10 on, t / (t + 10) is more than 0.5."""
    _, history = run_steps(session, network, 0.5, np.float32([[1, 0]] * 30))
    lags = np.diff([values[0][0] for values in history[-5:]])
    np.testing.assert_allclose(lags, 1, rtol=1e-3)       # as fast as the weights, one step behind


def test_after_the_first_step_nothing_of_the_start_is_left(session, network):
    (weights, _), history = run_steps(session, network, 0.999, MOVES[:1])
    np.testing.assert_allclose(history[0][0], weights + MOVES[0], rtol=1e-6)


def test_it_starts_as_the_weights_and_is_not_trained(session, network):
    WeightAverage(network, 0.9, v1.train.create_global_step())
    session.run(v1.global_variables_initializer())
    assert [v.op.name for v in averages()] == ['Generator_ema/dense/weights',
                                               'Generator_ema/bn/mean']
    for variable, average in zip(network.variables.values(), averages(), strict=True):
        weights, same = session.run([variable, average])
        assert weights.tobytes() == same.tobytes()
    assert session.run(network.weights[0]).any()
    assert [v.op.name for v in v1.trainable_variables()] == ['Generator/dense/weights']


def test_a_network_with_averages_has_no_variable_of_its_own(session, network):
    average = WeightAverage(network, 0.9, v1.train.create_global_step())
    before = v1.global_variables()
    averaged = network.with_weights(average.weights)
    made = averaged(np.float32([1.0, 1.0]), use='sample')
    assert v1.global_variables() == before
    session.run(v1.global_variables_initializer())
    for variable, value in zip(averages(), (3.0, 4.0), strict=True):
        session.run(variable.assign([value] * 2))
    assert session.run(made).tolist() == [7.0, 7.0]
