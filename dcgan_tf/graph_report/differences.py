"""What two training graphs do not have in common: options, variables, ops."""

import zlib
from collections.abc import Iterator
from typing import NamedTuple

import tensorflow as tf

from dcgan_tf.graph_report.nodes import nodes

MAX_NUMBERS = 10            # numbers of a constant, which are written out in full

# Where an op is put, what its shape is (compared as such), and the name of a gradient of our own,
# which counts those before it; its ops are compared where it is used.
NOT_COMPARED = {'_output_shapes', '_class', '_gradient_op_type', 'shared_name'}


class Difference(NamedTuple):
    """What one graph has and the other has not, or has in another way."""

    kind: str                    # 'option', 'variable' or 'op'
    name: str
    what: str                    # 'value', 'only in one', 'shape', 'type', 'attributes', 'inputs'
    first: str | None            # None = it is not there
    second: str | None


def options(first, second) -> list[Difference]:
    """Of two Configs."""
    a, b = first.to_dict(), second.to_dict()
    return [Difference('option', name, 'value', repr(a[name]), repr(b[name]))
            for name in a if a[name] != b[name]]


def differences(first, second) -> list[Difference]:
    """Of two GanGraphs that have their optimizers: first the variables, then the ops, by name.

    Of an op that differs in several ways the first of type, shape, attributes and inputs is told.
    """
    return [*_compared('variable', _variables(first), _variables(second), ('shape', 'type')),
            *_compared('op', _ops(first), _ops(second), ('type', 'shape', 'attributes', 'inputs'))]


def _compared(kind, first, second, aspects) -> Iterator[Difference]:
    """first, second: name -> {aspect: word}."""
    for name in [*first, *(name for name in second if name not in first)]:
        a, b = first.get(name), second.get(name)
        if a is None or b is None:
            words = (each and _in_words(each, aspects) for each in (a, b))
            yield Difference(kind, name, 'only in one', *words)
            continue
        what = next((aspect for aspect in aspects if a[aspect] != b[aspect]), None)
        if what:
            yield Difference(kind, name, what, *_apart(a[what], b[what]))


def _in_words(aspects, names):
    return ' '.join(str(aspects[name]) for name in names[:2])


def _apart(a, b):
    """Of attributes only those that differ."""
    if not isinstance(a, dict):
        return a, b
    names = sorted(name for name in {*a, *b} if a.get(name) != b.get(name))
    return tuple(', '.join(f'{name} {x[name]}' for name in names if name in x) for x in (a, b))


def _variables(gan):
    return {v.op.name: {'shape': str(v.shape.as_list()), 'type': v.dtype.base_dtype.name
                        + (', trained' if v.trainable else '')} for v in gan.variables()}


def _ops(gan):
    return {node.name: {
        'type': node.type, 'shape': ', '.join(map(_shape, node.shapes)),
        'attributes': {name: _value(value) for name, value in node.attributes.items()
                       if name not in NOT_COMPARED},
        'inputs': ', '.join(node.inputs)} for node in nodes(gan.graph).values()}


def _shape(shape):
    return str(['?' if n is None else n for n in shape]).replace("'", '')


def _value(attribute):
    """An attribute in words: a constant by its numbers, many of them with a checksum."""
    kind = attribute.WhichOneof('value')
    if kind == 'tensor':
        numbers = tf.make_ndarray(attribute.tensor)
        words = ' '.join(str(numbers).split())
        if numbers.size <= MAX_NUMBERS:
            return words
        return f'{words} (CRC {zlib.crc32(attribute.tensor.SerializeToString()):08x})'
    if kind == 'type':
        return tf.as_dtype(attribute.type).name
    if kind == 'shape':
        return str(tf.TensorShape(attribute.shape))
    if kind == 's':
        return attribute.s.decode(errors='replace')
    return ' '.join(str(getattr(attribute, kind)).split()) if kind else ''
