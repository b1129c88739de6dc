"""The loop: run a step, call the hooks that are due, stop when asked."""

from collections.abc import Callable
from typing import NamedTuple

import tensorflow as tf

from dcgan_tf.training.numerics import NumericsGuard

v1 = tf.compat.v1
SCALARS_EVERY = 10                     # steps between looks at losses, gradients and the like


class Hook(NamedTuple):
    """Something to do every `every` steps and after the last one."""

    every: int
    call: Callable[[int, dict], None]        # (step, values of what the loop fetched)
    fetch: tuple[str, ...] = ()              # names of what is fetched in the steps it is due


class Leave(Exception):  # noqa: N818
    """Raised between two steps by a session whose user has had enough."""


class Run(NamedTuple):
    """One run of the session; a step is made of one or more."""

    op: tf.Operation
    guard: NumericsGuard        # in front of all that it writes


def train(session, kind_of, fetch, feed, hooks, *, first, last, stop, trace=None):
    """Runs the steps first + 1 ... last; returns the last one done.

    kind_of: step index from 0 -> what has the step's `runs`, in order, and as `values` name ->
    tensor all that can be fetched, in the last of them. fetch: the names to fetch in every step.
    feed: (step index, index of the run) -> feed_dict. stop: has `received`, see `StopSignals`; a
    step that has begun is finished. trace: an optional (step, callback of its last run's
    RunMetadata).
    """
    step = first
    for step in range(first + 1, last + 1):
        kind = kind_of(step - 1)
        due = [hook for hook in hooks if step % hook.every == 0 or step == last]
        names = {*fetch, *(name for hook in due for name in hook.fetch)}
        wanted = {name: tensor for name, tensor in kind.values.items() if name in names}
        for batch_in_step, run in enumerate(kind.runs[:-1]):
            _guarded(session, run, {}, feed(step - 1, batch_in_step), step)
        values = _guarded(session, kind.runs[-1], wanted, feed(step - 1, len(kind.runs) - 1), step,
                          trace if trace and trace[0] == step else None)
        for hook in due:
            hook.call(step, values)
        if stop.received:
            break
    return step


def _guarded(session, run, fetches, batch, step, trace=None):
    """The values of `fetches`, or RunError naming the op with the first bad number."""
    try:
        return _run(session, {'train': run.op, **fetches}, batch, trace)
    except tf.errors.InvalidArgumentError as error:
        if run.guard.op.name not in error.message:
            raise
        raise run.guard.explain(session, batch, step) from error


def _run(session, wanted, batch, trace):
    """`session.run`, with a full trace when asked for."""
    if trace is None:
        return session.run(wanted, batch)
    metadata = v1.RunMetadata()
    options = v1.RunOptions(trace_level=v1.RunOptions.FULL_TRACE)
    values = session.run(wanted, batch, options=options, run_metadata=metadata)
    trace[1](metadata)
    return values
