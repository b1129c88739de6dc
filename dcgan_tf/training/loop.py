"""The loop: run a step, call the hooks that are due, stop when asked."""

from collections.abc import Callable
from typing import NamedTuple

import tensorflow as tf

v1 = tf.compat.v1


class Hook(NamedTuple):
    """Something to do every `every` steps and after the last one."""

    every: int
    call: Callable[[int, dict], None]        # (step, values of what the loop fetched)
    fetch: tuple[tuple[str, tf.Tensor], ...] = ()    # fetched in the steps it is due


def train(session, train_op, fetches, feed, hooks, *, first, last, guard, stop, trace=None):
    """Runs the steps first + 1 ... last; returns the last one done.

    fetches: name -> tensor, of every step. feed: step index from 0 -> feed_dict. guard: the
    `NumericsGuard` in front of `train_op`. stop: has `received`, see `StopSignals`. trace: an
    optional (step, callback of its RunMetadata).
    """
    step = first
    for step in range(first + 1, last + 1):
        due = [hook for hook in hooks if step % hook.every == 0 or step == last]
        wanted = {'train': train_op, **fetches}
        for hook in due:
            wanted.update(hook.fetch)
        batch = feed(step - 1)
        try:
            values = _run(session, wanted, batch, trace if trace and trace[0] == step else None)
        except tf.errors.InvalidArgumentError as error:
            if guard.op.name not in error.message:
                raise
            raise guard.explain(session, batch, step) from error
        for hook in due:
            hook.call(step, values)
        if stop.received:
            break
    return step


def _run(session, wanted, batch, trace):
    """`session.run`, with a full trace when asked for."""
    if trace is None:
        return session.run(wanted, batch)
    metadata = v1.RunMetadata()
    options = v1.RunOptions(trace_level=v1.RunOptions.FULL_TRACE)
    values = session.run(wanted, batch, options=options, run_metadata=metadata)
    trace[1](metadata)
    return values
