"""LossScale: the gradients it gives back, how it moves; a step of Adam that is not taken."""

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.optimizers import loss_scale
from dcgan_tf.optimizers.adam import Adam
from dcgan_tf.optimizers.loss_scale import FIRST_SCALE, MAX_SCALE, MIN_SCALE, LossScale
from tests.cases import cases

v1 = tf.compat.v1


@pytest.fixture
def scale():
    """-> (scale, its update op, its placeholder `taken`, the session)."""
    with tf.Graph().as_default(), v1.Session() as session:
        made, taken = LossScale('train_D'), v1.placeholder(tf.bool, [])
        update = made.update_ops(taken)
        session.run(v1.global_variables_initializer())
        yield made, update, taken, session


def after(scale, *steps):
    """The scale after each of the steps, which were taken (True) or not."""
    made, update, taken, session = scale
    found = []
    for step in steps:
        session.run(update, {taken: step})
        found.append(session.run(made.value))
    return found


def test_it_halves_where_a_step_is_not_taken_down_to_1(scale):
    assert after(scale, False, False) == [FIRST_SCALE / 2, FIRST_SCALE / 4]
    assert scale[-1].run(scale[0].can_shrink)
    assert after(scale, *[False] * 20)[-1] == MIN_SCALE
    assert not scale[-1].run(scale[0].can_shrink)


def test_it_doubles_behind_steps_taken_in_a_row(monkeypatch):
    monkeypatch.setattr(loss_scale, 'PATIENCE', 3)
    with tf.Graph().as_default(), v1.Session() as session:
        made, taken = LossScale('train_D'), v1.placeholder(tf.bool, [])
        scale = made, made.update_ops(taken), taken, session
        session.run(v1.global_variables_initializer())
        yes, no, f = True, False, FIRST_SCALE
        assert after(scale, yes, yes, no, yes, yes, yes, yes) == [f, f, f / 2, f / 2, f / 2, f, f]
        assert after(scale, *[yes] * 60)[-1] == MAX_SCALE


def test_gradients_too_small_for_float16_come_through_it():
    """d loss / d w = 2e-9 x by way of a float16 product."""
    with tf.Graph().as_default(), v1.Session() as session:
        scale = LossScale('train_D')
        w = v1.get_variable('w', initializer=tf.ones([2]), use_resource=True)
        other = v1.get_variable('other', initializer=1.0, use_resource=True)
        half = tf.cast(w.read_value(), tf.float16)
        loss = tf.reduce_sum(tf.cast(half * tf.constant([1.0, 2.0], tf.float16), tf.float32)) * 2e-9
        plain, scaled = ops.gradients(loss, [w, other]), scale.gradients(loss, [w, other])
        session.run(v1.global_variables_initializer())
        assert plain[1] is None and scaled[1] is None
        np.testing.assert_array_equal(session.run(plain[0]), 0.0)
        np.testing.assert_allclose(session.run(scaled[0]), [2e-9, 4e-9], rtol=1e-2)


def test_in_float32_it_changes_no_bit():
    with tf.Graph().as_default(), v1.Session() as session:
        scale, rng = LossScale('train_D'), np.random.default_rng(0)
        w = v1.get_variable('w', initializer=tf.constant(rng.normal(size=[5, 3]), tf.float32))
        loss = tf.reduce_mean(tf.tanh(tf.constant(rng.normal(size=[7, 5]), tf.float32) @ w) ** 2)
        session.run(v1.global_variables_initializer())
        np.testing.assert_array_equal(*session.run([ops.gradients(loss, [w])[0],
                                                    scale.gradients(loss, [w])[0]]))


@cases('taken', [True, False])
def test_a_step_that_is_not_taken_leaves_all_as_it_was(taken):
    """After one usual step, one whose gradient is infinite here and not a number there."""
    with tf.Graph().as_default(), v1.Session() as session:
        w = v1.get_variable('w', initializer=tf.constant([1.0, 2.0]), use_resource=True)
        adam, g = Adam('train_D', [w], 0.1, 0.5, 0.9), v1.placeholder(tf.float32, [2])
        ok = v1.placeholder(tf.bool, [])
        update, usual = adam.update_op([g], ok), adam.update_op([g])
        session.run(v1.global_variables_initializer())
        session.run(usual, {g: [0.3, -0.2]})
        before = session.run(v1.global_variables())
        fed = [0.1, 0.2] if taken else [np.inf, np.nan]
        session.run(update, {g: fed, ok: taken})
        found = session.run(v1.global_variables())
        changed = [not np.array_equal(a, b) for a, b in zip(before, found, strict=True)]
        assert changed == [taken] * 5


def test_a_step_taken_has_the_bits_of_a_usual_one():
    states = []
    for ask in (False, True):
        with tf.Graph().as_default(), v1.Session() as session:
            w = v1.get_variable('w', initializer=tf.constant([1.0, 2.0]), use_resource=True)
            adam = Adam('train_D', [w], 0.1, 0.5, 0.9)
            update = adam.update_op([tf.constant([0.3, -0.2])], tf.constant(True) if ask else None)
            session.run(v1.global_variables_initializer())
            for _ in range(3):
                session.run(update)
            states.append(session.run(v1.global_variables()))
    for a, b in zip(*states, strict=True):
        np.testing.assert_array_equal(a, b)
