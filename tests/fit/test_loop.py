"""The loop on a graph of some counters: what runs when, what is fetched when, how it ends."""

import signal
import types

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf.errors import RunError
from dcgan_tf.fit.loop import train
from dcgan_tf.fit.signals import StopSignals
from dcgan_tf.hooks import Call
from dcgan_tf.train_ops.ancestors import float_ancestors
from dcgan_tf.train_ops.finite_check import FiniteCheck, of_each
from dcgan_tf.train_ops.step import TrainOp

v1 = tf.compat.v1


class Counters:
    """A training that adds the batch to a weight, counts its steps, and counts a fetch."""

    def __init__(self, session):
        self.session = session
        self.x_ph = v1.placeholder(tf.float32, [], 'x')
        self.steps, self.total, self.fetched = (
            v1.get_variable(name, [], initializer=v1.zeros_initializer(), use_resource=True)
            for name in ('steps', 'total', 'fetched'))
        self.loss = tf.math.sqrt(self.x_ph, name='loss')
        self.check = FiniteCheck(of_each([self.loss]), tf.cast(self.steps, tf.int64))
        with tf.control_dependencies([self.check.op]):
            self.train_op = tf.group(self.steps.assign_add(1.0), self.total.assign_add(self.x_ph))
            self.add = self.total.assign_add(self.x_ph, read_value=False)
        self.costly = self.fetched.assign_add(1.0)
        self.stop = types.SimpleNamespace(asked=False)
        session.run(v1.global_variables_initializer())

    def train(self, hooks, *, first=0, last=7, feed=float, **options):
        """Step i + 1 is fed `feed(i)`."""
        return train(self.session, lambda index: self.kind(TrainOp(self.train_op, self.check)),
                     lambda index, part: {self.x_ph: feed(index)}, hooks, first=first, last=last,
                     **{'stop': self.stop, **options})

    def kind(self, *runs):
        """A step of these, and what can be fetched in it."""
        return types.SimpleNamespace(train_ops=runs,
                                     values={'loss': self.loss, 'costly': self.costly})

    def value(self, name):
        return self.session.run(getattr(self, name))


@pytest.fixture
def counters(session):
    return Counters(session)


class Steps(list):
    """A hook that remembers its steps and what it was given."""

    def __call__(self, step, values):
        self.append(step)
        self.values = values


# ---- what runs when

@pytest.mark.parametrize(('first', 'last', 'every', 'expected'), [
    (0, 7, 1, [1, 2, 3, 4, 5, 6, 7]),
    (0, 7, 3, [3, 6, 7]),
    (0, 6, 3, [3, 6]),
    (4, 7, 3, [6, 7]),
    (3, 7, 3, [6, 7]),
    (0, 2, 5, [2]),
    (7, 7, 1, []),
    (9, 7, 1, []),
], ids=str)
def test_hooks_are_called_at_their_steps_and_after_the_last(counters, first, last, every, expected):
    hook = Steps()
    counters.train([Call(every, hook)], first=first, last=last)
    assert hook == expected


def test_a_hook_may_say_itself_at_which_step_it_is_due(counters):
    """Then it is not called after the last step, either."""
    hook = Steps()
    counters.train([Call(lambda step: 2 if step < 2 else 5 if step < 5 else 9, hook, ('costly',))])
    assert hook == [2, 5] and counters.value('fetched') == 2


@pytest.mark.parametrize(('first', 'expected'), [(0, [3, 6, 7]), (3, [3, 6, 7]), (4, [6, 7]),
                                                 (7, [7])], ids=str)
def test_what_a_kill_left_out_is_done_first(counters, first, expected):
    hook, done, asked = Steps(), Steps(), []
    counters.train([Call(3, hook, missing=lambda step: asked.append(step) or True), Call(3, done)],
                   first=first, last=7)
    assert hook == expected and done == [step for step in expected if step > first]
    assert asked == [first] * (first in (3, 7))


def test_a_step_is_fed_its_own_batch(counters):
    fed = []
    counters.train([], first=2, last=5, feed=lambda index: fed.append(index) or 10.0 * index)
    assert fed == [2, 3, 4]
    assert counters.value('total') == 90
    assert counters.value('steps') == 3


@pytest.mark.parametrize(('first', 'last', 'expected'), [(0, 7, 7), (6, 7, 7), (7, 7, 7),
                                                         (9, 7, 9)])
def test_the_last_step_done_is_returned(counters, first, last, expected):
    assert counters.train([], first=first, last=last) == expected


def test_hooks_run_in_order_after_their_step(counters):
    seen = []
    hooks = [Call(2, lambda step, values, name=name: seen.append((name, counters.value('steps'))))
             for name in 'ab']
    counters.train(hooks, last=4)
    assert seen == [('a', 2), ('b', 2), ('a', 4), ('b', 4)]


def test_a_hook_is_told_before_a_step_that_is_due(counters):
    told = []
    counters.train([Call(3, Steps(), before=lambda step: told.append(
        (step, counters.value('steps'))))], first=1, last=7)
    assert told == [(3, 1), (6, 4), (7, 5)]


def test_hooks_get_the_values_of_their_step(counters):
    losses = {}
    counters.train([Call(1, lambda step, values: losses.update({step: values['loss']}), ('loss',))],
                   last=3)
    assert losses == pytest.approx({1: 0, 2: 1, 3: 2 ** 0.5})


# ---- what is fetched when

def test_a_fetch_is_made_only_when_it_is_due(counters):
    hook = Steps()
    counters.train([Call(3, hook, ('costly',)), Call(1, Steps())])
    assert hook == [3, 6, 7]
    assert counters.value('fetched') == 3
    assert hook.values['costly'] == 3


def test_two_hooks_due_at_once_share_one_run(counters):
    fetch = ('costly',)
    counters.train([Call(3, Steps(), fetch), Call(2, Steps(), fetch)], last=6)
    assert counters.value('fetched') == 4                    # of the steps 2, 3, 4, 6
    assert counters.value('steps') == 6


# ---- how it stops

def test_it_stops_after_the_step_under_way(counters):
    def ask(step, values):
        counters.stop.asked = step == 3
    after = Steps()
    assert counters.train([Call(1, ask), Call(1, after)]) == 3
    assert after == [1, 2, 3]
    assert counters.value('steps') == 3


def test_a_signal_stops_it_after_the_step_under_way(counters):
    def feed(index):
        if index == 2:
            signal.raise_signal(signal.SIGTERM)
        return index
    with StopSignals() as stop:
        assert counters.train([], feed=feed, stop=stop) == 3
    assert counters.value('steps') == 3


def test_a_step_of_several_runs_fetches_from_the_last_alone(counters):
    fed, seen = [], Steps()
    runs = [TrainOp(op, counters.check) for op in (counters.add, counters.add, counters.train_op)]
    train(counters.session, lambda index: counters.kind(*runs),
          lambda index, part: fed.append((index, part)) or {counters.x_ph: part},
          [Call(1, seen, ('costly',))], first=0, last=2, stop=counters.stop)
    assert fed == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]
    assert [counters.value(name) for name in ('steps', 'total', 'fetched')] == [2, 6, 2]
    assert seen == [1, 2]


def test_an_error_of_a_hook_passes_through(counters):
    def fail(step, values):
        raise RunError('the disk is full')
    with pytest.raises(RunError, match='the disk is full'):
        counters.train([Call(2, fail)])
    assert counters.value('steps') == 2


# ---- the trace

@pytest.mark.parametrize('first', [0, 3])
def test_the_trace_is_handed_over_once(counters, first):
    traces = []
    counters.train([], first=first, trace={4: traces.append})
    [metadata] = traces
    names = {node.node_name for device in metadata.step_stats.dev_stats
             for node in device.node_stats}
    assert any('loss' in name for name in names)
    assert counters.value('steps') == 7 - first


@pytest.mark.parametrize('trace', [None, {9: None}, {2: None}], ids=['none', 'late', 'before'])
def test_no_trace_where_its_step_is_not_run(counters, trace):
    assert counters.train([], first=2, trace=trace) == 7


# ---- not a number

class Learning:
    """A weight and a moving average, both behind a guard, and a loss with a hole."""

    def __init__(self, session):
        self.session = session
        self.x_ph = v1.placeholder(tf.float32, [2], 'x')
        self.w, self.average = (
            v1.get_variable(name, [2], initializer=v1.ones_initializer(), use_resource=True)
            for name in ('w', 'average'))
        logs = tf.math.log(self.x_ph, name='take_log')
        self.loss = tf.reduce_sum(logs * self.w, name='loss')
        adam = v1.train.AdamOptimizer(0.1)
        pairs = adam.compute_gradients(self.loss, [self.w])
        self.steps = v1.get_variable('steps', [], tf.int64, v1.zeros_initializer(),
                                     use_resource=True)
        checked = float_ancestors([self.loss, *(g for g, _ in pairs)])
        self.check = FiniteCheck(of_each(checked), self.steps)
        with tf.control_dependencies([self.check.op]):
            self.train_op = tf.group(adam.apply_gradients(pairs), self.steps.assign_add(1),
                                     self.average.assign_add(0.5 * (logs - self.average)))
        session.run(v1.global_variables_initializer())

    def state(self):
        return [value.tobytes() for value in self.session.run(v1.global_variables())]

    def train(self, batches, hooks=(), train_op=None, **values):
        kind = types.SimpleNamespace(train_ops=[TrainOp(train_op or self.train_op, self.check)],
                                     values={'loss': self.loss, **values})
        return train(self.session, lambda index: kind,
                     lambda index, part: {self.x_ph: batches[index]}, hooks, first=0,
                     last=len(batches), stop=types.SimpleNamespace(asked=False))


@pytest.fixture
def learning(session):
    return Learning(session)


@pytest.mark.parametrize('bad', [[-1, 1], [1, 0]], ids=['NaN', 'infinity'])
def test_a_bad_step_is_named_and_changes_nothing(learning, bad):
    states, after = [], Steps()
    with pytest.raises(RunError, match=r'step 3: .* take_log \(Log\)') as raised:
        learning.train(np.float32([[1, 2], [3, 4], bad, [1, 2]]),
                       [Call(1, lambda step, values: states.append(learning.state())),
                        Call(1, after)])
    assert after == [1, 2]
    assert states[0] != states[1] == learning.state()
    assert '\n' not in str(raised.value)


def test_a_bad_batch_is_named_itself(learning):
    with pytest.raises(RunError, match=r'step 1: .* x \(Placeholder\)'):
        learning.train(np.float32([[np.nan, 1]]))


def test_the_session_is_usable_afterwards(learning):
    with pytest.raises(RunError):
        learning.train(np.float32([[-1, 1]]))
    before = learning.state()
    assert learning.train(np.float32([[1, 2]])) == 1
    assert learning.state() != before


def test_other_invalid_arguments_pass_through(learning):
    other = tf.reshape(learning.x_ph, tf.cast(learning.x_ph[:1], tf.int32), name='other')
    with pytest.raises(tf.errors.InvalidArgumentError, match='reshape'):
        learning.train(np.float32([[7, 1]]), [Call(1, Steps(), ('other',))], other=other)


def test_another_assertion_passes_through(learning):
    other = tf.debugging.Assert(learning.x_ph[0] < 5, ['too large'], name='all_small')
    with pytest.raises(tf.errors.InvalidArgumentError, match='too large'):
        learning.train(np.float32([[7, 1]]), train_op=tf.group(learning.train_op, other))
