"""Makes the tables of a model: one row per layer of a network, one row per box of the graph."""

import collections
from typing import NamedTuple

import tensorflow as tf

from dcgan_tf.graph_report.flops import flops
from dcgan_tf.graph_report.summary import parameters
from dcgan_tf.train_ops.ancestors import ancestors

v1 = tf.compat.v1
ACTIVATIONS = {'LeakyRelu', 'Relu', 'Sigmoid', 'Tanh'}
LAYER_TYPES = {'MatMul': 'linear', 'Conv2D': 'conv2d', 'Conv2DBackpropInput': 'conv2d_transpose'}


class Layer(NamedTuple):
    """A row of a network's table: a scope inside its box, or a single op of the box."""

    box: str
    name: str                    # its scope in the box, e.g. d2_conv, d2_conv/d2_norm
    type: str
    shape: tuple                 # of the output, 'N' first
    parameters: int              # trained ones
    flops: int                   # of a forward pass, per image


class Box(NamedTuple):
    """A box of TensorBoard's graph."""

    name: str
    ops: int
    parameters: int              # trained ones
    flops: int                   # of a training step


def layers(gan) -> list[Layer]:
    """Returns the layers of a finished GAN, each network's in the order of the data flow."""
    ops = gan.graph.get_operations()
    return [layer for network in gan.built.net
            for layer in _layers_of(gan, ops, network.name, _use_of(network, ops))]


def _use_of(network, ops):
    """Returns the box of one use of the network, if possible the one on generated images.

    There the number of images is known.
    """
    use = f'{network.name}_fake'
    return use if any(op.name.startswith(f'{use}/') for op in ops) else network.first_use[:-1]


def boxes(gan) -> list[Box]:
    """Returns the boxes of a GAN that has its optimizer, in the order of creation."""
    each, groups = step_flops(gan), {}
    for op in gan.graph.get_operations():
        groups.setdefault(box_of(op.name), []).append(op)
    return [Box(name, len(group), _trained(gan, f'{name}/'),
                round(sum(each[op] for op in group)))
            for name, group in groups.items()]


def box_of(name: str) -> str:
    """Returns the box that contains an op: the first part of its name, as TensorBoard shows it."""
    return name.partition('/')[0]


def _layers_of(gan, ops, network, use):
    batch, groups = gan.config.batch_size, {}
    for op in ops:
        if op.name.startswith(f'{use}/') and '/parities/' not in op.name:     # of a gradient
            groups.setdefault(_row_of(op), []).append(op)
    for name, group in groups.items():
        last = _output(group)
        if last is not None:
            yield Layer(use, name, _layer_type(gan, network, group, last),
                        ('N', *last.outputs[0].shape.as_list()[1:]),
                        _trained(gan, f'{network}/{name.rpartition("/")[2]}/'),
                        round(sum(flops(op, batch) for op in group) / batch))


def _row_of(op):
    """Returns the row of an op: its layer, and after a slash its norm or its activation."""
    _, layer, *inner = op.name.split('/')
    if inner and (inner[0].endswith('_norm') or op.type in ACTIVATIONS):
        return f'{layer}/{inner[0]}'
    return layer


def _output(group) -> tf.Operation | None:
    """Returns the last op whose output is images, maps or vectors: floats with a batch axis."""
    outputs = [op for op in group if op.type not in ('Const', 'ReadVariableOp') and op.outputs
               and (op.outputs[0].shape.rank or 0) > 1 and op.outputs[0].dtype == tf.float32]
    return outputs[-1] if outputs else None


def _layer_type(gan, network, group, last):
    """Returns the name that the layer has in the code."""
    types = [op.type for op in group]
    for op_type, layer_type in LAYER_TYPES.items():
        if op_type in types:
            return layer_type
    if 'Rsqrt' in types:
        norms = gan.system.architecture.norms
        return f'{norms.g if network == "Generator" else norms.d} norm'
    return {'BiasAdd': 'offset'}.get(last.type, last.type)


def _trained(gan, scope):
    with gan.graph.as_default():
        return parameters(v1.trainable_variables(scope))


def run_counts(gan) -> list[dict[tf.Operation, int]]:
    """Returns {op: how often it runs in a step} for each step variant of a GAN with its optimizer.

    An op runs once in each train op that needs it.
    """
    return [collections.Counter(op for train_op in variant.train_ops
                                for op in ancestors([train_op.op], control=True))
            for variant in gan.steps.variants]


def step_flops(gan) -> dict[tf.Operation, float]:
    """Returns {op: its FLOPs in an average training step} of this process.

    A lazy penalty counts with the share of the steps that compute it.
    """
    penalty_share = 1 / gan.config.penalty_every if gan.config.lazy_penalty else 1.0
    result = collections.Counter()
    for share, counts in zip((penalty_share, 1 - penalty_share), run_counts(gan), strict=False):
        for op, count in counts.items():
            result[op] += share * count * flops(op, gan.built.inputs.rows)
    return result
