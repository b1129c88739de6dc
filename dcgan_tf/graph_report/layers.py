"""Makes the tables of a model: one row per layer of a network, one row per box of the graph."""

import collections
from typing import NamedTuple

import tensorflow as tf

from dcgan_tf.graph_report.flops import flops
from dcgan_tf.graph_report.nodes import Node, nodes
from dcgan_tf.graph_report.summary import parameters

v1 = tf.compat.v1
LAYER_TYPES = {'MatMul': 'linear', 'Conv2D': 'conv2d', 'Conv2DBackpropInput': 'conv2d_transpose'}


class Layer(NamedTuple):
    """A row of a network's table: a scope inside its box, or a single op of the box."""

    box: str
    name: str                    # its scope in the box
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
    all_nodes = nodes(gan.graph)
    return [layer for network in gan.built.net
            for layer in _layers_of(gan, all_nodes, _use_of(network, all_nodes))]


def _use_of(network, all_nodes):
    """Returns the box of one use of the network, if possible the one on generated images.

    There the number of images is known.
    """
    use = f'{network.name}_fake'
    return use if any(name.startswith(f'{use}/') for name in all_nodes) else network.first_use[:-1]


def boxes(gan) -> list[Box]:
    """Returns the boxes of a GAN that has its optimizer, in the order of creation."""
    all_nodes, groups = nodes(gan.graph), {}
    for node in all_nodes.values():
        groups.setdefault(box_of(node.name), []).append(node)
    step_flops = _step_flops(gan, all_nodes)
    return [Box(name, len(group), _trained(gan, f'{name}/'),
                round(sum(step_flops.get(node.name, 0) for node in group)))
            for name, group in groups.items()]


def box_of(name: str) -> str:
    """Returns the box that contains an op: the first part of its name, as TensorBoard shows it."""
    return name.partition('/')[0]


def _layers_of(gan, all_nodes, use):
    batch, groups = gan.config.batch_size, {}
    network = use.partition('_')[0]
    for node in all_nodes.values():
        if node.name.startswith(f'{use}/'):
            groups.setdefault(node.name.split('/')[1], []).append(node)
    for name, group in groups.items():
        last = _output(group)
        if last is not None:
            total = sum(flops(all_nodes, node, batch) for node in group)
            yield Layer(use, name, _layer_type(gan, network, group, last),
                        ('N', *last.shapes[0][1:]), _trained(gan, f'{network}/{name}/'),
                        round(total / batch))


def _output(group) -> Node | None:
    """Returns the last op whose output is images, maps or vectors: floats with a batch axis."""
    outputs = [node for node in group if node.type not in ('Const', 'ReadVariableOp')
               and node.shapes and len(node.shapes[0]) > 1 and _is_float(node)]
    return outputs[-1] if outputs else None


def _is_float(node):
    return any(node.attributes[key].type == tf.float32.as_datatype_enum
               for key in ('T', 'dtype', 'DstT') if key in node.attributes)


def _layer_type(gan, network, group, last):
    """Returns the name that the layer has in the code."""
    types = [node.type for node in group]
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


def run_counts(gan, all_nodes) -> list[dict[str, int]]:
    """Returns for each step variant {name: how often the node runs in a step}.

    A node runs once in each train op that needs it. all_nodes: `nodes` of a GAN that has its
    optimizer.
    """
    return [collections.Counter(name for train_op in variant.train_ops
                                for name in _needed(all_nodes, train_op.op.name))
            for variant in gan.steps.variants]


def _step_flops(gan, all_nodes):
    """Returns {name: FLOPs of the node in an average training step}.

    A lazy penalty counts with the share of the steps that compute it.
    """
    penalty_share = 1 / gan.config.penalty_every if gan.config.lazy_penalty else 1.0
    result = collections.Counter()
    for share, counts in zip((penalty_share, 1 - penalty_share), run_counts(gan, all_nodes),
                             strict=False):
        for name, count in counts.items():
            result[name] += share * count * flops(all_nodes, all_nodes[name], gan.config.batch_size)
    return result


def _needed(all_nodes, name):
    """Returns the names of all nodes that must run to compute this one, with itself."""
    seen, stack = set(), [name]
    while stack:
        name = stack.pop().lstrip('^').partition(':')[0]
        if name not in seen:
            seen.add(name)
            stack.extend(all_nodes[name].inputs)
    return seen
