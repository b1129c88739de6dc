"""Finds the tensors of a finished graph by their names, as far as they can be computed.

A tensor is left out if an op that writes a variable or a file would run with it. TensorFlow runs
the inputs and the control inputs of an op before it, and no other op.
"""

import collections
import difflib
import fnmatch
from typing import NamedTuple

from dcgan_tf.errors import UsageError
from dcgan_tf.graph_report.layers import run_counts
from dcgan_tf.train_ops.ancestors import OUTPUTS, ancestors

MAX_NEAREST = 5               # names in an error
READERS = {'VarHandleOp', 'ReadVariableOp', 'VarIsInitializedOp'}      # change nothing

# Why an op that matches is left out.
EFFECT = 'that run with an update, a save or first values'
NOT_FED = 'that need another placeholder'
NO_NUMBERS = 'without numbers'
INSIDE = 'inside loops or branches'


class Found(NamedTuple):
    """Holds the tensors that a pattern finds, and counts those that it leaves out."""

    tensors: dict             # name, without `:0`, -> tf.Tensor
    left_out: dict            # reason -> how many matching ops cannot be computed for that reason
    needs_images: bool        # does one of the tensors depend on real images or their labels?


def find(gan, pattern: str) -> Found:
    """Returns the tensors of a finished GAN whose names match.

    pattern: as for `fnmatch`; * stands for any text, also with slashes. It is compared with the
    names of ops and of tensors: `losses/add` has all outputs of this op, `losses/add:1` only the
    second.
    UsageError if none can be computed. It has the nearest names if none matches.
    """
    blocked, tensors, left_out = _blocked(gan), {}, collections.Counter()
    for op in gan.graph.get_operations():
        outputs = _matching(op, pattern)
        if outputs is None:
            continue
        numbers = [] if op in blocked else [t for t in outputs if _has_numbers(t)]
        if not numbers:
            left_out[blocked.get(op, NO_NUMBERS)] += 1
        tensors.update((t.name.removesuffix(':0'), t) for t in numbers)
    if inside := _count_inside(gan.graph, pattern):
        left_out[INSIDE] = inside
    if not tensors:
        raise UsageError(f'tensors {pattern[:100]!r}: ' + (
            f'none of these can be computed: {left_out_text(left_out)}' if left_out
            else f'no op has such a name; {_nearest(gan.graph, pattern[:100])}'))
    return Found(tensors, dict(left_out), _needs_images(gan, tensors.values()))


def left_out_text(left_out: dict) -> str:
    """Returns the reasons with their numbers of ops: '3 without numbers, 2 inside loops ...'."""
    return ', '.join(f'{count:,} {reason}' for reason, count in left_out.items())


def steps_of(gan):
    """Returns a function: tf.Operation -> the kinds of steps that compute it, as text.

    With a lazy penalty, they are with_penalty and without. An op that no step needs, such as one
    that only makes samples, is '-'.
    """
    needed = {variant.where or 'without': counts
              for variant, counts in zip(gan.steps.variants, run_counts(gan), strict=True)}

    def text(op):
        names = [name for name, counts in needed.items() if op in counts]
        return 'every' if len(names) == len(needed) else ', '.join(names) or '-'
    return text


def _matching(op, pattern):
    """Returns the outputs of an op that match, or None if neither the op nor an output does.

    Outputs that TensorFlow never gives a value are left out.
    """
    outputs = op.outputs[:OUTPUTS.get(op.type)]
    if fnmatch.fnmatchcase(op.name, pattern):
        return outputs
    return [t for t in outputs if fnmatch.fnmatchcase(t.name, pattern)] or None


def _has_numbers(tensor):
    kind = tensor.dtype
    return ((kind.is_floating or kind.is_integer or kind.is_bool)
            and tensor.graph.is_fetchable(tensor))


def _blocked(gan):
    """Returns {op: EFFECT or NOT_FED} for all ops that may not or cannot run.

    They are those with an effect, those without their input, and all that come after them. Graph
    order is the order in which the ops were created, and an op is created after its inputs.
    """
    inputs, found = gan.built.inputs, {}
    fed = {ph.op for ph in (inputs.images_ph, inputs.labels_ph, inputs.z_ph, inputs.classes_ph)
           if ph is not None}
    for op in gan.graph.get_operations():
        reasons = {found.get(each) for each in (*(t.op for t in op.inputs), *op.control_inputs)}
        if op.op_def.is_stateful and op.type not in READERS:
            reasons.add(EFFECT)
        elif op.type == 'Placeholder' and op not in fed:
            reasons.add(NOT_FED)
        if reason := next((each for each in (EFFECT, NOT_FED) if each in reasons), None):
            found[op] = reason
    return found


def _needs_images(gan, tensors):
    inputs = gan.built.inputs
    real = {ph.op for ph in (inputs.images_ph, inputs.labels_ph) if ph is not None}
    return not real.isdisjoint(ancestors([t.op for t in tensors], control=True))


def _count_inside(graph, pattern):
    """Returns how many ops inside loops and branches match.

    Such an op belongs to a function of the graph. It matches by its name there, and by that name
    after the name of the loop.
    """
    definition = graph.as_graph_def()
    library = {each.signature.name: each.node_def for each in definition.library.function}

    def names(nodes, scope):
        for node in nodes:
            for value in node.attr.values():
                for function in (value.func, *value.list.func):
                    inner = library.get(function.name, ())
                    yield from ((each.name, f'{scope}{node.name}/{each.name}') for each in inner)
                    yield from names(inner, f'{scope}{node.name}/')
    return sum(any(fnmatch.fnmatchcase(name, pattern) for name in pair)
               for pair in names(definition.node, ''))


def _nearest(graph, pattern):
    """Returns a text with the names of ops and boxes that are most like the pattern."""
    names = [op.name for op in graph.get_operations()]
    boxes = dict.fromkeys(f'{name[:i]}/*' for name in names for i, c in enumerate(name) if c == '/')
    known = {name.lower(): name for name in (*names, *boxes)}
    near = difflib.get_close_matches(pattern.lower().removesuffix(':0'), known, MAX_NEAREST)
    if near:
        return f'the nearest: {", ".join(known[name] for name in near)}'
    return f'the boxes: {", ".join(box for box in boxes if box.count("/") == 1)}'
