"""Which tensors are watched, in which order, and which one gets the blame."""

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf.errors import RunError
from dcgan_tf.train_ops.ancestors import float_ancestors
from dcgan_tf.train_ops.finite_check import FiniteCheck, failed, of_each

v1 = tf.compat.v1
BATCH = 37


@pytest.fixture
def chain(graph):
    """x -> sqrt -> log -> sum, by name."""
    x = v1.placeholder(tf.float32, [3], 'x')
    root = tf.math.sqrt(x, name='root')
    log = tf.math.log(root, name='log')
    return {'x': x, 'root': root, 'log': log, 'sum': tf.reduce_sum(log, name='sum')}


def op_names(tensors):
    return [t.op.name for t in tensors]


def test_upstream_is_in_the_order_of_creation(chain):
    assert op_names(float_ancestors([chain['sum']])) == ['x', 'root', 'log', 'sum']


def test_the_order_of_the_question_does_not_matter(chain):
    asked = [chain['sum'], chain['root'], chain['root']]
    assert op_names(float_ancestors(asked)) == op_names(float_ancestors(asked[::-1])) \
        == ['x', 'root', 'log', 'sum']


def test_upstream_leaves_out_what_is_not_used(chain):
    tf.math.exp(chain['x'], name='aside')
    assert op_names(float_ancestors([chain['root']])) == ['x', 'root']


def test_upstream_has_float_tensors_alone(graph):
    index = v1.placeholder(tf.int32, [2], 'index')
    table = v1.get_variable('table', [5], tf.float64, v1.zeros_initializer(),
                            use_resource=True)
    y = tf.gather(table.read_value(), index) * tf.cast(index > 0, tf.float64)
    found = float_ancestors([y])
    assert y is found[-1]
    assert {t.dtype for t in found} == {tf.float64}
    assert {'ReadVariableOp', 'GatherV2'} & {t.op.type for t in found}


def test_upstream_has_every_output_of_an_op(graph):
    x = v1.placeholder(tf.float32, [4], 'x')
    halves = tf.split(x, 2, name='halves')
    assert [t.name for t in float_ancestors([halves[0]]) if t.op.name == 'halves'] == ['halves:0',
                                                                                'halves:1']


def test_upstream_covers_losses_and_gradients(graph):
    w = v1.get_variable('w', [2, 1], initializer=v1.ones_initializer(), use_resource=True)
    x = v1.placeholder(tf.float32, [1, 2], 'x')
    loss = tf.math.log(tf.reduce_sum(x @ w), name='loss')
    [gradient] = tf.gradients(loss, [w])
    names = op_names(float_ancestors([loss, gradient]))
    assert {'x', 'loss', gradient.op.name} < set(names)
    assert {op.name for op in graph.get_operations()
            if op.name.startswith('gradients/loss_grad/') and op.outputs[0].dtype.is_floating
            and 'Const' not in op.type} <= set(names)


# ---- the guard

def blame(session, check, feed):
    """Runs into the guard and returns its explanation."""
    with pytest.raises(tf.errors.InvalidArgumentError) as caught:
        session.run(check.op, feed)
    return check.explain(failed(caught.value).index, 12)


@pytest.mark.parametrize(('x', 'passes'), [
    ([1, 2, 3], True), ([3e38, 1, 1], True), ([-1, 1, 1], False), ([1, 0, 1], False),
    ([1, 1, np.nan], False), ([np.inf, 1, 1], False),
], ids=str)
def test_the_guard_fails_when_a_number_is_not_finite(session, chain, x, passes):
    check = FiniteCheck(of_each([chain['root'], chain['log']]), BATCH)
    if passes:
        session.run(check.op, {chain['x']: x})
    else:
        with pytest.raises(tf.errors.InvalidArgumentError, match='not finite') as caught:
            session.run(check.op, {chain['x']: x})
        assert failed(caught.value).batch == BATCH


@pytest.mark.parametrize(('x', 'first'), [
    ([-1, 0, 1], r'root \(Sqrt\)'),             # then NaN in log and sum as well
    ([1, 0, 1], r'log \(Log\)'),                # then infinity in sum as well
    ([1, 1, np.nan], r'x \(Placeholder\)'),
], ids=str)
def test_the_first_bad_op_of_a_chain_is_named(session, chain, x, first):
    check = FiniteCheck(of_each(float_ancestors([chain['sum']])), BATCH)
    error = blame(session, check, {chain['x']: x})
    assert isinstance(error, RunError)
    assert error.args[0].startswith('step 12: ')
    with pytest.raises(RunError, match=f'NaN or infinity out of {first}'):
        raise error


def test_the_first_bad_gradient_is_named(session):
    """d sqrt(x) at 0 is infinite, while sqrt(0) is not."""
    w = v1.get_variable('w', [2], initializer=v1.zeros_initializer(), use_resource=True)
    loss = tf.reduce_sum(tf.math.sqrt(w), name='loss')
    [gradient] = tf.gradients(loss, [w])
    session.run(w.initializer)
    check = FiniteCheck(of_each(float_ancestors([loss, gradient])), BATCH)
    assert 'gradients/Sqrt_grad/SqrtGrad (SqrtGrad)' in str(blame(session, check, {}))


def test_the_hint_ends_the_message(session, chain):
    check = FiniteCheck(of_each([chain['sum']]), BATCH, hint='. Look there')
    assert str(blame(session, check, {chain['x']: [0, 0, 0]})).endswith('. Look there')


def test_other_failures_are_not_the_guards(session):
    with pytest.raises(tf.errors.InvalidArgumentError) as caught:
        session.run(tf.raw_ops.Assert(condition=False, data=['a number', 3, 4]))
    assert failed(caught.value) is None


def test_the_last_of_many_is_told(session):
    """The message has one place, however many tensors are watched."""
    tensors = [tf.constant(float(i)) for i in range(80)]
    check = FiniteCheck(of_each([*tensors, tf.math.log(v1.placeholder(tf.float32, [], 'x'))]),
                        BATCH)
    assert '(Log)' in str(blame(session, check, {'x:0': -1.0}))
