"""The model as tables: a line a layer of each network, a line a box of the training graph."""

import collections
from typing import NamedTuple

import tensorflow as tf

from dcgan_tf.graph_report.flops import flops
from dcgan_tf.graph_report.nodes import Node, nodes
from dcgan_tf.graph_report.summary import parameters

v1 = tf.compat.v1
KINDS = {'MatMul': 'linear', 'Conv2D': 'conv2d', 'Conv2DBackpropInput': 'conv2d_transpose'}


class Layer(NamedTuple):
    """A line of a network: a scope of its box, or an op that stands in the box itself."""

    box: str
    name: str                    # its scope in the box
    type: str
    shape: tuple                 # of what comes out, 'N' first
    parameters: int              # that are trained
    flops: int                   # of a forward pass, an image


class Box(NamedTuple):
    """A box of TensorBoard's graph."""

    name: str
    ops: int
    parameters: int              # that are trained
    flops: int                   # of a training step


def layers(gan) -> list[Layer]:
    """Of a finished GAN, in the order of the data."""
    found = nodes(gan.graph)
    return [layer for network in gan.built.net
            for layer in _layers_of(gan, found, _use_of(network, found))]


def _use_of(network, found):
    """The box of one of its uses: on images whose number is known, where there is one."""
    use = f'{network.name}_fake'
    return use if any(name.startswith(f'{use}/') for name in found) else network.first_use[:-1]


def boxes(gan) -> list[Box]:
    """Of a GAN that has its optimizer, in the order of creation."""
    found, counts = nodes(gan.graph), {}
    for node in found.values():
        counts.setdefault(box_of(node.name), []).append(node)
    work = _work(gan, found)
    return [Box(name, len(group), _trained(gan, f'{name}/'),
                round(sum(work.get(node.name, 0) for node in group)))
            for name, group in counts.items()]


def box_of(name: str) -> str:
    """The box that an op stands in: what TensorBoard shows before it is opened."""
    return name.partition('/')[0]


def _layers_of(gan, found, use):
    batch, groups = gan.config.batch_size, {}
    network = use.partition('_')[0]
    for node in found.values():
        if node.name.startswith(f'{use}/'):
            groups.setdefault(node.name.split('/')[1], []).append(node)
    for name, group in groups.items():
        last = _output(group)
        if last is not None:
            work = sum(flops(found, node, batch) for node in group)
            yield Layer(use, name, _kind(gan, network, group, last), ('N', *last.shapes[0][1:]),
                        _trained(gan, f'{network}/{name}/'), round(work / batch))


def _output(group) -> Node | None:
    """The last op that makes images, maps or vectors: floats with a batch."""
    made = [node for node in group if node.type not in ('Const', 'ReadVariableOp')
            and node.shapes and len(node.shapes[0]) > 1 and _is_float(node)]
    return made[-1] if made else None


def _is_float(node):
    return any(node.attributes[key].type == tf.float32.as_datatype_enum
               for key in ('T', 'dtype', 'DstT') if key in node.attributes)


def _kind(gan, network, group, last):
    """What a reader of the code calls it."""
    types = [node.type for node in group]
    for type_, kind in KINDS.items():
        if type_ in types:
            return kind
    if 'Rsqrt' in types:
        architecture = gan.system.architecture
        norm = architecture.g_norm if network == 'Generator' else architecture.d_norm
        return f'{norm} norm'
    return {'BiasAdd': 'offset'}.get(last.type, last.type)


def _trained(gan, scope):
    with gan.graph.as_default():
        return parameters(v1.trainable_variables(scope))


def times(gan, found) -> list[dict[str, int]]:
    """Name -> how often a node runs in a step, once in each run that needs it: one a kind of step.

    found: `nodes` of a GAN that has its optimizer.
    """
    return [collections.Counter(name for run in variant.train_ops
                                for name in _needed(found, run.op.name))
            for variant in gan.steps.variants]


def _work(gan, found):
    """Name -> FLOPs of a training step: of a lazy penalty its share."""
    due = 1 / gan.config.penalty_every if gan.config.lazy_penalty else 1.0
    work = collections.Counter()
    for share, counts in zip((due, 1 - due), times(gan, found), strict=False):
        for name, count in counts.items():
            work[name] += share * count * flops(found, found[name], gan.config.batch_size)
    return work


def _needed(found, name):
    """The names of all nodes that have to run for this one."""
    seen, stack = set(), [name]
    while stack:
        name = stack.pop().lstrip('^').partition(':')[0]
        if name not in seen:
            seen.add(name)
            stack.extend(found[name].inputs)
    return seen
