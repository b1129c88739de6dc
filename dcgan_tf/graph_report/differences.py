"""Finds the differences between two training graphs: options, variables and ops."""

import zlib
from collections.abc import Iterator
from typing import NamedTuple

import tensorflow as tf

MAX_NUMBERS = 10            # constants with more numbers get a checksum

# These attributes say where an op is placed, repeat its shape (compared separately), or name one of
# our own gradient functions with a counter, whose ops are compared where it is used.
NOT_COMPARED = {'_output_shapes', '_class', '_gradient_op_type', 'shared_name'}


class Difference(NamedTuple):
    """Something that only one graph has, or that differs between the two."""

    kind: str                    # 'option', 'variable' or 'op'
    name: str
    what: str                    # 'value', 'only in one', 'shape', 'type', 'attributes', 'inputs'
    first: str | None            # None = the first graph does not have it
    second: str | None


def options(first, second) -> list[Difference]:
    """Returns the options that differ between two Configs."""
    a, b = first.to_dict(), second.to_dict()
    return [Difference('option', name, 'value', repr(a[name]), repr(b[name]))
            for name in a if a[name] != b[name]]


def differences(first, second) -> list[Difference]:
    """Returns the differences of two GanGraphs that have their optimizers: variables, then ops.

    For an op that differs in more than one way, only the first of type, shape, attributes and
    inputs is listed.
    """
    return [*_compared('variable', _variables(first), _variables(second), ('shape', 'type')),
            *_compared('op', _ops(first), _ops(second), ('type', 'shape', 'attributes', 'inputs'))]


def _compared(kind, first, second, aspects) -> Iterator[Difference]:
    """Yields the differences. first, second: {name: {aspect: value}}."""
    for name in [*first, *(name for name in second if name not in first)]:
        a, b = first.get(name), second.get(name)
        if a is None or b is None:
            texts = (values and _text(values, aspects) for values in (a, b))
            yield Difference(kind, name, 'only in one', *texts)
            continue
        what = next((aspect for aspect in aspects if a[aspect] != b[aspect]), None)
        if what:
            yield Difference(kind, name, what, *_differing(a[what], b[what]))


def _text(values, aspects):
    return ' '.join(str(values[aspect]) for aspect in aspects[:2])


def _differing(a, b):
    """Returns both values; of attributes, given as dicts, only those that differ, as text."""
    if not isinstance(a, dict):
        return a, b
    names = sorted(name for name in {*a, *b} if a.get(name) != b.get(name))
    return tuple(', '.join(f'{name} {x[name]}' for name in names if name in x) for x in (a, b))


def _variables(gan):
    return {v.op.name: {'shape': str(v.shape.as_list()), 'type': v.dtype.base_dtype.name
                        + (', trained' if v.trainable else '')} for v in gan.variables()}


def _ops(gan):
    return {node.name: {
        'type': node.op, 'shape': ', '.join(map(_shape, node.attr['_output_shapes'].list.shape)),
        'attributes': {name: _value(value) for name, value in node.attr.items()
                       if name not in NOT_COMPARED},
        'inputs': ', '.join(node.input)} for node in gan.graph.as_graph_def(add_shapes=True).node}


def _shape(shape):
    return str(['?' if d.size < 0 else d.size for d in shape.dim]).replace("'", '')


def _value(attribute):
    """Returns an attribute as text: a constant as its numbers, a long one with a checksum."""
    kind = attribute.WhichOneof('value')
    if kind == 'tensor':
        numbers = tf.make_ndarray(attribute.tensor)
        text = ' '.join(str(numbers).split())
        if numbers.size <= MAX_NUMBERS:
            return text
        return f'{text} (CRC {zlib.crc32(attribute.tensor.SerializeToString()):08x})'
    if kind == 'type':
        return tf.as_dtype(attribute.type).name
    if kind == 'shape':
        return str(tf.TensorShape(attribute.shape))
    if kind == 's':
        return attribute.s.decode(errors='replace')
    return ' '.join(str(getattr(attribute, kind)).split()) if kind else ''
