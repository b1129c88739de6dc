"""The training loop: runs a step, makes the calls that are due, stops when it is asked to."""

import tensorflow as tf

from dcgan_tf.train_ops.finite_check import failed

v1 = tf.compat.v1


class Leave(Exception):  # noqa: N818
    """Raised between two steps by a session whose user has typed `exit`."""


def train(session, variant_of, feed, calls, *, first, last, stop, trace=None, many=None):
    """Runs the steps first + 1 ... last; returns the last step that was done.

    variant_of: step index from 0 -> its StepVariant. That has `train_ops`, in order, and `values`,
    name -> tensor, which can be fetched together with the last train op. feed: (step index, index
    of the train op) -> feed_dict. calls: `hooks.Call`s. stop: has `asked`, True if the training has
    to end; a step that has begun is finished. trace: None, or {step: callback for the RunMetadata
    of that step's last run}.
    many: None, or (a ManySteps, its maximum of steps); it runs the steps in which no call is due.
    """
    steps, trace = _Steps(session, variant_of, feed), trace or {}
    step = first
    for each in calls:
        if first > 0 and each.is_due(first, last) and each.missing(first):
            each.call(first, {})
    while step < last:
        steps_until_due = _next_due(step, last, calls, trace) - 1 - step
        if many and steps_until_due > 1:
            done = min(steps_until_due, many[1])
            steps.many(many[0], step, done)
            step += done
        else:
            step += 1
            due = [each for each in calls if each.is_due(step, last)]
            for each in due:
                each.before(step)
            values = steps.one(step, {name for each in due for name in each.fetch},
                               trace.get(step))
            for each in due:
                each.call(step, values)
        if stop.asked:
            break
    return step


def _next_due(step, last, calls, trace):
    """Returns the first step after this one in which a call or the trace is due."""
    return min([last, *(each.next_due(step) for each in calls), *(s for s in trace if s > step)])


class _Steps:
    """Runs steps in a session; a RunError names the first op whose result is not finite."""

    def __init__(self, session, variant_of, feed):
        self._session, self._variant_of, self._feed = session, variant_of, feed

    def one(self, step, names, trace):
        """Runs one step; returns those of its values that have these names."""
        variant = self._variant_of(step - 1)
        named = {name: tensor for name, tensor in variant.values.items() if name in names}
        *others, last = variant.train_ops
        for i, train_op in enumerate(others):
            self._checked({'train': train_op.op}, self._feed(step - 1, i))
        return self._checked({'train': last.op, **named}, self._feed(step - 1, len(others)), trace)

    def many(self, loop, step, n):
        """Runs the n steps after `step` in one run of the session."""
        self._checked({'train': loop.op}, loop.feed([
            (train_op, self._feed(index, i)) for index in range(step, step + n)
            for i, train_op in enumerate(self._variant_of(index).train_ops)]))

    def _checked(self, fetches, feed_dict, trace=None):
        try:
            return _run(self._session, fetches, feed_dict, trace)
        except tf.errors.InvalidArgumentError as error:
            bad = failed(error)
            if bad is None:
                raise
            index, i = divmod(bad.batch, len(self._variant_of(0).train_ops))
            check = self._variant_of(index).train_ops[i].check
            raise check.explain(bad.index, index + 1) from error


def _run(session, fetches, feed_dict, trace):
    """Calls `session.run`; trace: None, or what gets its RunMetadata."""
    if trace is None:
        return session.run(fetches, feed_dict)
    metadata = v1.RunMetadata()
    options = v1.RunOptions(trace_level=v1.RunOptions.FULL_TRACE)
    values = session.run(fetches, feed_dict, options=options, run_metadata=metadata)
    trace(metadata)
    return values
