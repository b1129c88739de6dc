"""The loop: run a step, call the hooks that are due, stop when asked."""

import tensorflow as tf

from dcgan_tf.train_ops.finite_check import failed

v1 = tf.compat.v1


class Leave(Exception):  # noqa: N818
    """Raised between two steps by a session whose user has had enough."""


def train(session, variant_of, feed, hooks, *, first, last, stop, trace=None, many=None):
    """Runs the steps first + 1 ... last; returns the last one done.

    variant_of: step index from 0 -> its StepVariant: `train_ops`, in order, and `values`, name ->
    tensor of all that can be fetched in the last of them. feed: (step index, index of the train op)
    -> feed_dict. stop: has `received`, see `StopSignals`; what has begun is finished. trace: an
    optional (step, callback of its last run's RunMetadata). many: None, or (a ManySteps, how many
    steps at most): it makes the steps in which no hook is due.
    """
    steps = _Steps(session, variant_of, feed)
    step = first
    for hook in hooks:
        if first > 0 and hook.is_due(first, last) and hook.missing(first):
            hook.call(first, {})
    while step < last:
        quiet = _next_look(step, last, hooks, trace) - 1 - step
        if many and quiet > 1:
            done = min(quiet, many[1])
            steps.many(many[0], step, done)
            step += done
        else:
            step += 1
            due = [hook for hook in hooks if hook.is_due(step, last)]
            values = steps.one(step, {name for hook in due for name in hook.fetch},
                               trace if trace and trace[0] == step else None)
            for hook in due:
                hook.call(step, values)
        if stop.received:
            break
    return step


def _next_look(step, last, hooks, trace):
    """The first step after this one that something is due in."""
    looks = [step - step % hook.every + hook.every for hook in hooks]
    looks += [trace[0]] if trace and trace[0] > step else []
    return min([last, *looks])


class _Steps:
    """Steps of a session; RunError naming the op with the first number that is not finite."""

    def __init__(self, session, variant_of, feed):
        self._session, self._variant_of, self._feed = session, variant_of, feed

    def one(self, step, names, trace):
        """The values with these names."""
        variant = self._variant_of(step - 1)
        wanted = {name: tensor for name, tensor in variant.values.items() if name in names}
        *before, last = variant.train_ops
        for i, run in enumerate(before):
            self._checked({'train': run.op}, self._feed(step - 1, i))
        return self._checked({'train': last.op, **wanted}, self._feed(step - 1, len(before)), trace)

    def many(self, loop, step, n):
        """The n steps behind this one."""
        self._checked({'train': loop.op}, loop.feed([
            (run, self._feed(index, i)) for index in range(step, step + n)
            for i, run in enumerate(self._variant_of(index).train_ops)]))

    def _checked(self, wanted, batch, trace=None):
        try:
            return _run(self._session, wanted, batch, trace)
        except tf.errors.InvalidArgumentError as error:
            bad = failed(error)
            if bad is None:
                raise
            index, i = divmod(bad.batch, len(self._variant_of(0).train_ops))
            check = self._variant_of(index).train_ops[i].check
            raise check.explain(bad.index, index + 1) from error


def _run(session, wanted, batch, trace):
    """`session.run`, with a full trace when asked for."""
    if trace is None:
        return session.run(wanted, batch)
    metadata = v1.RunMetadata()
    options = v1.RunOptions(trace_level=v1.RunOptions.FULL_TRACE)
    values = session.run(wanted, batch, options=options, run_metadata=metadata)
    trace[1](metadata)
    return values
