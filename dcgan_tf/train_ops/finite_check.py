"""Stops a step if a number is not finite, before a weight changes, and names the op."""

import bisect
import itertools
import re
from typing import NamedTuple

import tensorflow as tf

from dcgan_tf.errors import CollapseError
from dcgan_tf.ops import all_workers

BAD = 'a number is not finite in batch'
OUTPUTS = {'FusedBatchNormGradV3': 3}      # op type -> how many of its first outputs have a value


class TrainOp(NamedTuple):
    """One run of the session. A step consists of one or more."""

    op: tf.Operation
    check: 'FiniteCheck'         # fails before anything is written if a number is not finite


class Finite(NamedTuple):
    """Tells of tensors whether they are finite."""

    tensors: list                # each has one of the bools or more, in order
    counts: list                 # how many each tensor has
    bools: tf.Tensor             # [sum of counts]


def joined(finites) -> Finite:
    """Returns several Finites as one."""
    if len(finites) == 1:
        return finites[0]
    return Finite([t for each in finites for t in each.tensors],
                  [n for each in finites for n in each.counts],
                  tf.concat([each.bools for each in finites], axis=0))


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
        where = _description(self._tensors[bisect.bisect_right(self._ends, index)].op)
        return CollapseError(f'step {step}: NaN or infinity out of {where}. No weight was changed '
                             f'by it, and the checkpoints before it stay{self._hint}',
                             step=step, last_good_step=step - 1)


def by_squares(vectors, gradients, half_squares, excuse=None) -> Finite:
    """Tells whether all numbers are finite, from numbers that a step computes anyway.

    vectors: tensors [C] or []. half_squares: [len(gradients)], the sum of the squares of each
    gradient, by 2. A gradient with a number beyond 1e19 counts as infinite: its square is, and Adam
    stores the squares. excuse: None, or a bool; if it is true, gradients need not be finite.
    """
    flat = [tf.reshape(t, [-1]) if t.shape.rank != 1 else t for t in vectors]
    bools = tf.math.is_finite(tf.concat([*flat, half_squares], axis=0))
    counts = [*(t.shape[0] for t in flat), *[1] * len(gradients)]
    if excuse is not None:
        needed = sum(counts) - len(gradients)
        bools |= tf.concat([tf.zeros([needed], tf.bool), tf.fill([len(gradients)], excuse)], axis=0)
    return Finite([*vectors, *gradients], counts, bools)


def upstream_of(vectors, gradients, excuse=None) -> Finite:
    """Tells of every float tensor from which these are computed whether it is finite.

    excuse: as for `by_squares`. It holds for what only the gradients are computed from.
    """
    if excuse is None:
        return each(upstream([*vectors, *gradients]))
    needed = upstream(vectors)
    known = {t.ref() for t in needed}
    return each(needed, [t for t in upstream(gradients) if t.ref() not in known], excuse)


def each(tensors, optional=(), excuse=None) -> Finite:
    """Tells of each tensor whether it is finite. If `excuse` is true, `optional` need not be."""
    both = [*tensors, *optional]
    bools = finite(both)
    if optional:
        bools |= tf.stack([tf.constant(False)] * len(tensors) + [excuse] * len(optional))
    return Finite(both, [1] * len(both), bools)


def finite(tensors):
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


def _description(op):
    """Returns name and type of an op.

    `--debug dump` puts an op of its own after each op. For such an op, this names the op before it.
    """
    if op.name.rpartition('/')[2].startswith('tfdbg_identity_'):
        op = op.inputs[0].op
    return f'{op.name} ({op.type})'


def upstream(tensors):
    """Returns every float tensor that `tensors` are computed from, and themselves, in graph order.

    Graph order is the order in which the ops were created, and an op is created after its inputs.
    So the first bad tensor in this order is where the trouble starts.
    """
    return [t for op in ancestors([t.op for t in tensors])
            for t in op.outputs[:OUTPUTS.get(op.type)] if t.dtype.is_floating]


def ancestors(ops, *, control=False):
    """Returns all ops that these ops are computed from, and themselves, in graph order.

    control: also return the ops that have to run before one of them.
    """
    found, stack = set(), list(ops)
    while stack:
        op = stack.pop()
        if op not in found:
            found.add(op)
            stack += [*(t.op for t in op.inputs), *(op.control_inputs if control else [])]
    return [op for op in ops[0].graph.get_operations() if op in found]
