"""Stops a step if a number is not finite, before a weight changes, and names the op."""

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


class FiniteCheck:
    """Checks tensors: `op` fails when one of them has a NaN or an infinity.

    Make every op that writes weights depend on `op` by `control_dependencies`. If `op` is only
    fetched together with them, it may run after they have written. If only the loss passes through
    it, TensorFlow removes it from the run.
    """

    def __init__(self, tensors, batch, hint='', *, excused=()):
        """batch: its number, a tensor. hint: text to add to the message, e.g. which flag to use.

        excused: more tensors, each with a bool. If the bool is true, the tensor need not be finite.
        """
        optional = {t.ref(): (t, excuse) for t, excuse in excused}
        for t in tensors:
            optional.pop(t.ref(), None)
        self.tensors = [*tensors, *(t for t, _ in optional.values())]
        self._hint, is_finite = hint, finite(self.tensors)
        if optional:
            excuses = [excuse for _, excuse in optional.values()]
            is_finite |= tf.stack([tf.constant(False)] * len(tensors) + excuses)
        is_finite = all_workers(is_finite)
        first = tf.argmin(tf.cast(is_finite, tf.int32))      # index of the first bad tensor, if any
        self.op = tf.raw_ops.Assert(             # `tf.debugging.Assert` would add a tf.cond
            condition=tf.reduce_all(is_finite), data=[BAD, batch, first], name='all_finite')

    def explain(self, index, step):
        """Returns a CollapseError that names the op of the tensor with this index."""
        where = _description(self.tensors[index].op)
        return CollapseError(f'step {step}: NaN or infinity out of {where}. No weight was changed '
                             f'by it, and the checkpoints before it stay{self._hint}',
                             step=step, last_good_step=step - 1)


def finite(tensors):
    """Tells of each tensor whether all its numbers are finite.   -> bool [len(tensors)]"""
    return tf.stack([tf.reduce_all(tf.math.is_finite(t)) for t in tensors])


class Failed(NamedTuple):
    """What the message of a failed FiniteCheck says."""

    batch: int                # number of the batch
    index: int                # index of the first bad tensor among those checked


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
