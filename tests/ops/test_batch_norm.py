"""ops.batch_norm against the reference, one mode after the other.

training  averages   normalised by               moving averages
True      False      this batch                  none kept
True      True       this batch                  moved by update_moving_averages only
False     True       moving averages             read
False     False      first rows of this batch    none kept
"""

import functools
import itertools

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf import ops
from tests import reference as ref
from tests.cases import cases

v1 = tf.compat.v1

SHAPES = [[7, 1], [7, 5], [1, 4, 4, 1], [7, 1, 1, 3], [1, 5, 3, 2], [7, 3, 4, 2]]
EPSILON = 1e-5


def draw(rng, shape):
    """An input away from mean 0 and variance 1, and its gamma and beta."""
    channels = shape[-1]
    weights = {'bn/gamma': rng.normal(size=channels), 'bn/beta': rng.normal(size=channels)}
    return rng.normal(0.5, 2, size=shape), weights


def normalise(x, gamma=1, beta=0, *, rows=None, epsilon=EPSILON):
    """The reference with the moments of the first `rows` rows; all of them when None."""
    return ref.batch_norm(x, gamma, beta, *ref.moments(x[:rows]), epsilon)


def variable_names():
    return {v.op.name for v in v1.global_variables()}


# ---- training: the moments of this batch

def test_training_normalises_by_the_batch(check_values, rng):
    made = {}
    for case in itertools.product(map(tuple, SHAPES), [False, True]):
        shape, averages = case
        x, weights = draw(rng, shape)
        op = functools.partial(ops.batch_norm, scope='bn', training=True, averages=averages)
        made[case] = op, x, weights, normalise(x, *weights.values())
    check_values(made)


@cases('shape', [[5, 3], [2, 2, 3, 2]])
@cases('averages', [False, True])
def test_gradients_run_through_the_moments(check_gradients, rng, shape, averages):
    x, weights = draw(rng, shape)
    check_gradients(lambda x: ops.batch_norm(x, 'bn', training=True, averages=averages),
                    normalise, x, weights)


@cases('shape', [[1, 1], [1, 5], [1, 1, 1, 3]])
@cases('how', [
    {'training': True}, {'training': False, 'averages': False, 'reference': 1}])
def test_a_batch_of_one_value_a_channel_comes_out_as_beta(evaluate, rng, shape, how):
    """Variance 0. The default epsilon would magnify float32's rounding of x 316 times."""
    x, weights = draw(rng, shape)
    y = evaluate(lambda x_ph: ops.batch_norm(x_ph, 'bn', epsilon=0.01, **how), x, weights=weights)
    ref.assert_close(y, np.broadcast_to(weights['bn/beta'], shape))


def test_epsilon(evaluate, rng):
    x, _ = draw(rng, [7, 3, 4, 2])
    y = evaluate(lambda x_ph: ops.batch_norm(x_ph, 'bn', training=True, epsilon=0.5), x)
    ref.assert_close(y, normalise(x, epsilon=0.5))


def test_without_averages_nothing_is_kept():
    with tf.Graph().as_default():
        ops.batch_norm(tf.zeros([4, 3]), 'bn', training=True, averages=False)
        assert variable_names() == {'bn/gamma', 'bn/beta'}
        assert ops.update_moving_averages('') == []


@cases(('scale', 'offset', 'names'), [
    (True, True, {'bn/gamma', 'bn/beta'}),
    (True, False, {'bn/gamma'}),
    (False, True, {'bn/beta'}),
    (False, False, set()),
])
def test_scale_and_offset(evaluate, rng, scale, offset, names):
    x, weights = draw(rng, [7, 3, 4, 2])
    weights = {name: w for name, w in weights.items() if name in names}

    def build(x_ph):
        y = ops.batch_norm(x_ph, 'bn', training=True, averages=False, scale=scale, offset=offset)
        assert variable_names() == names
        return y

    y = evaluate(build, x, weights=weights)
    gamma, beta = weights.get('bn/gamma', 1), weights.get('bn/beta', 0)
    ref.assert_close(y, normalise(x, gamma, beta))


# ---- training with averages

def test_variables_start_at_zero_and_one():
    with tf.Graph().as_default() as graph, v1.Session(graph=graph) as session:
        ops.batch_norm(tf.zeros([4, 3]), 'bn', training=True)
        session.run(v1.global_variables_initializer())
        start = session.run({v.op.name: v for v in v1.global_variables()})
        assert {v.op.name for v in v1.trainable_variables()} == {'bn/gamma', 'bn/beta'}
    expected = {'bn/gamma': 1, 'bn/beta': 0, 'bn/moving_mean': 0, 'bn/moving_variance': 1}
    assert start.keys() == expected.keys()
    for name, value in expected.items():
        np.testing.assert_array_equal(start[name], np.full(3, value))


@cases('shape', [[7, 5], [1, 3], [7, 3, 4, 2]])
@cases('momentum', [0.9, 0.5])
def test_averages_move_with_the_update_ops_only(rng, shape, momentum):
    with tf.Graph().as_default() as graph, v1.Session(graph=graph) as session:
        x_ph = v1.placeholder(tf.float32, [None, *shape[1:]])
        y = ops.batch_norm(x_ph, 'bn', training=True, momentum=momentum)
        update_ops = ops.update_moving_averages('bn/')
        averages = [v for v in v1.global_variables() if 'moving' in v.name]
        assert [v.op.name for v in averages] == ['bn/moving_mean', 'bn/moving_variance']
        session.run(v1.global_variables_initializer())
        expected = np.zeros(shape[-1]), np.ones(shape[-1])
        for _ in range(3):
            x, _ = draw(rng, shape)
            session.run(y, {x_ph: x})
            check_values(session, averages, expected)
            session.run(update_ops, {x_ph: x})
            expected = [ref.moving_average(average, batch, momentum)
                        for average, batch in zip(expected, ref.moments(x), strict=True)]
            check_values(session, averages, expected)


def check_values(session, variables, expected):
    for value, wanted in zip(session.run(variables), expected, strict=True):
        ref.assert_close(value, wanted)


def test_momentum_is_0_9_unless_told(evaluate, rng):
    x, _ = draw(rng, [7, 3])

    def build(x_ph):
        ops.batch_norm(x_ph, 'bn', training=True)
        with tf.control_dependencies(ops.update_moving_averages('bn/')):
            return [v.read_value() for v in v1.global_variables() if 'moving_mean' in v.name]

    ref.assert_close(evaluate(build, x), [0.1 * ref.moments(x)[0]])


def test_updates_are_chosen_by_the_name_scope_of_their_use():
    with tf.Graph().as_default():
        for role in 'real', 'fake':
            with tf.name_scope(f'D_{role}/'), v1.variable_scope(
                    'D', reuse=v1.AUTO_REUSE, auxiliary_name_scope=False):
                ops.batch_norm(tf.zeros([4, 3]), 'bn', training=True)
        real = ops.update_moving_averages('D_real/')
        assert len(real) == len(ops.update_moving_averages('D_fake/')) == 2
        assert len(ops.update_moving_averages('D_')) == 4


def test_the_moments_that_averages_follow(evaluate, rng):
    x, _ = draw(rng, [7, 3, 4, 2])

    def build(x_ph):
        ops.batch_norm(x_ph, 'followed', training=True)
        ops.batch_norm(x_ph + 1, 'free', training=True, averages=False)
        assert ops.batch_moments('free/') == []
        return ops.batch_moments()

    for value, wanted in zip(evaluate(build, x), ref.moments(x), strict=True):
        ref.assert_close(value, wanted)


def test_updates_obey_the_control_dependencies_around_them():
    """A step that a guard stops must leave the averages as they were."""
    with tf.Graph().as_default() as graph, v1.Session(graph=graph) as session:
        x_ph = v1.placeholder(tf.float32, [None, 3])
        y = ops.batch_norm(x_ph, 'bn', training=True)
        with tf.control_dependencies([tf.debugging.check_numerics(y, 'stopped')]):
            update_ops = ops.update_moving_averages('bn/')
        session.run(v1.global_variables_initializer())
        for _ in range(20):
            with pytest.raises(tf.errors.InvalidArgumentError, match='stopped'):
                session.run(update_ops, {x_ph: np.full([4, 3], np.nan)})
        averages = session.run([v for v in v1.global_variables() if 'moving' in v.name])
        np.testing.assert_array_equal(averages, [np.zeros(3), np.ones(3)])


def test_measured_moments_are_those_of_the_batch_and_change_nothing(evaluate, rng):
    x, _ = draw(rng, [7, 3, 4, 2])

    def build(x_ph):
        with ops.measured_moments() as found:
            ops.batch_norm(x_ph, 'trained', training=True)
            ops.batch_norm(x_ph, 'without', training=False, averages=False, reference=2)
            assert found == []
            y = ops.batch_norm(x_ph, 'bn', training=False)
        assert [m.average.op.name for m in found] == ['bn/moving_mean', 'bn/moving_variance']
        later = ops.batch_norm(x_ph, 'bn2', training=False)
        return [y, later, *(m.value for m in found), *(m.average for m in found)]

    y, later, mean, variance, *averages = evaluate(build, x)
    ref.assert_close(y, normalise(x))
    ref.assert_close(later, x / np.sqrt(1 + 1e-5))
    for value, wanted in zip((mean, variance), ref.moments(x), strict=True):
        ref.assert_close(value, wanted)
    np.testing.assert_array_equal(averages, [np.zeros(2), np.ones(2)])


# ---- sampling with averages

def test_sampling_reads_the_moving_averages(check_values, rng):
    def build(x_ph):
        y = ops.batch_norm(x_ph, 'bn', training=False)
        assert ops.update_moving_averages('') == []
        return y

    made = {}
    for shape in SHAPES:
        x, weights = draw(rng, shape)
        weights |= {'bn/moving_mean': rng.normal(size=shape[-1]),
                    'bn/moving_variance': rng.uniform(0.5, 2, size=shape[-1])}
        made[str(shape)] = build, x, weights, ref.batch_norm(x, *weights.values(), EPSILON)
    check_values(made)


def test_sampling_shares_the_variables_of_training():
    with tf.Graph().as_default():
        for training in True, False:
            with v1.variable_scope('G', reuse=v1.AUTO_REUSE):
                ops.batch_norm(tf.zeros([4, 3]), 'bn', training=training)
        assert variable_names() == {
            'G/bn/gamma', 'G/bn/beta', 'G/bn/moving_mean', 'G/bn/moving_variance'}


# ---- sampling without averages

@cases(('shape', 'reference'), [
    ([7, 5], 4), ([7, 5], 7), ([7, 3, 4, 2], 1), ([7, 3, 4, 2], 4), ([7, 3, 4, 2], 7)])
def test_sampling_normalises_by_the_first_rows(evaluate, rng, shape, reference):
    x, weights = draw(rng, shape)

    def build(x_ph):
        y = ops.batch_norm(x_ph, 'bn', training=False, averages=False, reference=reference)
        assert variable_names() == {'bn/gamma', 'bn/beta'}
        assert ops.update_moving_averages('') == []
        return y

    y = evaluate(build, x, weights=weights)
    ref.assert_close(y, normalise(x, *weights.values(), rows=reference))


def test_rows_after_the_reference_do_not_see_each_other(evaluate, rng):
    x, _ = draw(rng, [7, 3, 4, 2])
    other = x.copy()
    other[5:] += 10

    def build(x_ph):
        return ops.batch_norm(x_ph, 'bn', training=False, averages=False, reference=4)

    y, y_other, y_short = (evaluate(build, batch) for batch in (x, other, x[:5]))
    ref.assert_close(y[:5], y_other[:5])
    ref.assert_close(y[:5], y_short)


@cases('reference', [None, 0])
def test_sampling_without_averages_needs_reference_rows(reference):
    with tf.Graph().as_default(), pytest.raises(ValueError, match=r'bn: .*reference'):
        ops.batch_norm(tf.zeros([4, 3]), 'bn', training=False, averages=False,
                       reference=reference)
