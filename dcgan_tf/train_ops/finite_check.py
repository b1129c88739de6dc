"""Stops a step if a number is not finite, before a weight changes, and names the op."""

import bisect
import itertools
import re
from typing import NamedTuple

import tensorflow as tf

from dcgan_tf.errors import CollapseError
from dcgan_tf.ops import all_workers
from dcgan_tf.train_ops.ancestors import float_ancestors, without_debugger

BAD = 'a number is not finite in batch'


class Finite(NamedTuple):
    """A bool for each number that is checked, True = finite, and the tensors that they belong to.
    """

    tensors: list                # each has one of the bools or more, in order
    counts: list                 # how many each tensor has
    bools: tf.Tensor             # [sum of counts]


class FiniteCheck:
    """Checks what a run is about to write: `op` fails if a number is a NaN or an infinity.

    Make every op that writes weights depend on `op` by `control_dependencies`. If `op` is only
    fetched together with them, it may run after they have written. If only the loss passes through
    it, TensorFlow removes it from the run.
    """

    def __init__(self, finite, batch, hint=''):
        """finite: a Finite. batch: its number, a tensor.

        hint: text to add to the message, e.g. which flag to use.
        """
        self._tensors, self._ends = finite.tensors, list(itertools.accumulate(finite.counts))
        self._hint, bools = hint, all_workers(finite.bools)
        first = tf.argmin(tf.cast(bools, tf.int32))            # index of the first one, if any
        self.op = tf.raw_ops.Assert(             # `tf.debugging.Assert` would add a tf.cond
            condition=tf.reduce_all(bools), data=[BAD, batch, first], name='all_finite')

    def explain(self, index, step):
        """Returns a CollapseError that names the op of the tensor of the bool with this index."""
        op = without_debugger(self._tensors[bisect.bisect_right(self._ends, index)]).op
        return CollapseError(f'step {step}: NaN or infinity out of {op.name} ({op.type}). No '
                             'weight was changed by it, and the checkpoints before it '
                             f'stay{self._hint}',
                             step=step, last_good_step=step - 1)


def by_squares(steps) -> Finite:
    """Tells whether all numbers are finite, from numbers that a step computes anyway.

    steps: the PlayerStep of each player of a run. A gradient with a number beyond 1e19 counts as
    infinite: its square is, and Adam stores the squares.
    """
    moments = [m for step in steps for m in step.moments]
    losses = [tf.reshape(step.loss, [1]) for step in steps]
    bools = tf.math.is_finite(tf.concat(
        [*moments, *losses, *(step.half_squares for step in steps)], axis=0))
    counts = [*(m.shape[0] for m in moments), *[1] * len(steps)]
    if any(step.excuse is not None for step in steps):
        bools |= tf.concat([tf.zeros([sum(counts)], tf.bool), *(
            tf.fill([len(step.gradients)], False if step.excuse is None else step.excuse)
            for step in steps)], axis=0)
    gradients = [g for step in steps for g in step.gradients]
    return Finite([*moments, *(step.loss for step in steps), *gradients],
                  counts + [1] * len(gradients), bools)


def by_ancestors(steps) -> Finite:
    """Tells of every float tensor from which these are computed whether it is finite.

    steps: as for `by_squares`. What only excused gradients are computed from is excused.
    """
    needed = float_ancestors([t for step in steps for t in (
        *step.moments, step.loss, *(step.gradients if step.excuse is None else ()))])
    known, optional = {t.ref() for t in needed}, []
    for step in steps:
        if step.excuse is not None:
            more = [t for t in float_ancestors(step.gradients) if t.ref() not in known]
            known.update(t.ref() for t in more)
            optional += [(t, step.excuse) for t in more]
    return of_each(needed, optional)


def of_each(tensors, excused=()) -> Finite:
    """Tells of each tensor whether it is finite.

    excused: more tensors, each with a bool. If the bool is true, the tensor need not be finite.
    """
    both = [*tensors, *(t for t, _ in excused)]
    bools = are_finite(both)
    if excused:
        bools |= tf.stack([tf.constant(False)] * len(tensors) + [excuse for _, excuse in excused])
    return Finite(both, [1] * len(both), bools)


def are_finite(tensors):
    """Tells of each tensor whether all its numbers are finite.   -> bool [len(tensors)]"""
    return tf.stack([tf.reduce_all(tf.math.is_finite(t)) for t in tensors])


class Failed(NamedTuple):
    """What the message of a failed FiniteCheck says."""

    batch: int                # number of the batch
    index: int                # index of the first bad one of its bools


def failed(error):
    """Returns a Failed, or None if this OpError does not come from a FiniteCheck."""
    found = re.search(rf'\[{BAD}\] \[(\d+)\] \[(\d+)\]', error.message)
    return found and Failed(int(found[1]), int(found[2]))
