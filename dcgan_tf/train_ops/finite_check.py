"""Stops a step whose numbers are not finite before it changes a weight, and names the op."""

import re
from typing import NamedTuple

import tensorflow as tf

from dcgan_tf.errors import CollapseError
from dcgan_tf.ops import all_workers

BAD = 'a number is not finite in batch'
OUTPUTS = {'FusedBatchNormGradV3': 3}      # how many have a value, where not all do


class FiniteCheck:
    """Watches tensors; `op` fails when one holds a NaN or an infinity.

    Put `op` into the control dependencies of the steps that write weights. A check that is merely
    fetched beside them may run after the write; one that the loss passes through is pruned.
    """

    def __init__(self, tensors, batch, hint='', *, excused=()):
        """batch: its number, a tensor. hint: what to add to the message, e.g. how to see more.

        excused: more tensors, each with a bool: where that is true it need not be finite.
        """
        more = {t.ref(): (t, excuse) for t, excuse in excused}
        for t in tensors:
            more.pop(t.ref(), None)
        self.tensors = [*tensors, *(t for t, _ in more.values())]
        self._hint, good = hint, finite(self.tensors)
        if more:
            good |= tf.stack([tf.constant(False)] * len(tensors) + [e for _, e in more.values()])
        good = all_workers(good)
        first = tf.argmin(tf.cast(good, tf.int32))           # the first that is bad, if one is
        self.op = tf.raw_ops.Assert(             # `tf.debugging.Assert` would put it into a tf.cond
            condition=tf.reduce_all(good), data=[BAD, batch, first], name='all_finite')

    def explain(self, place, step):
        """A CollapseError naming the op of the tensor in that place, the first bad one."""
        return CollapseError(f'step {step}: NaN or infinity out of {_named(self.tensors[place].op)}'
                             '. No weight was changed by it, and the checkpoints before it stay'
                             f'{self._hint}', step=step, last_good_step=step - 1)


def finite(tensors):
    """-> bool [len(tensors)]."""
    return tf.stack([tf.reduce_all(tf.math.is_finite(t)) for t in tensors])


class Failed(NamedTuple):
    """What a FiniteCheck that has failed says."""

    batch: int                # its number
    place: int                # of the first bad tensor among those watched


def failed(error):
    """-> Failed, or None where this OpError is not a FiniteCheck's."""
    found = re.search(rf'\[{BAD}\] \[(\d+)\] \[(\d+)\]', error.message)
    return found and Failed(int(found[1]), int(found[2]))


def _named(op):
    """Name and type; of the op in front where it is one that `--debug dump` has put behind it."""
    if op.name.rpartition('/')[2].startswith('tfdbg_identity_'):
        op = op.inputs[0].op
    return f'{op.name} ({op.type})'


def upstream(tensors):
    """Every float tensor that `tensors` are computed from, themselves included, in graph order.

    Graph order is the order of creation, and an op is created after its inputs: the first bad
    tensor in it is where the trouble starts.
    """
    return [t for op in ancestors([t.op for t in tensors])
            for t in op.outputs[:OUTPUTS.get(op.type)] if t.dtype.is_floating]


def ancestors(ops, *, control=False):
    """All ops that these are computed from, themselves included, in graph order.

    control: and those that have to run before one of them.
    """
    seen, stack = set(), list(ops)
    while stack:
        op = stack.pop()
        if op not in seen:
            seen.add(op)
            stack += [*(t.op for t in op.inputs), *(op.control_inputs if control else [])]
    return [op for op in ops[0].graph.get_operations() if op in seen]
