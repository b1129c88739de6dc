"""A graph as a dictionary of its nodes, with all shapes: what is counted, and what is compared."""

from typing import NamedTuple

BRANCHES = ('then_branch', 'else_branch')


class Node(NamedTuple):
    """An op. Shapes are tuples, None = a length that is open, or () for an unknown rank."""

    name: str
    type: str
    inputs: tuple[str, ...]      # names of nodes, `:k` behind their k-th output, `^` = control only
    shapes: tuple                # of the outputs
    attributes: dict             # name -> AttrValue


def nodes(graph) -> dict[str, Node]:
    """Name -> Node, in the order of creation. The body of a `tf.cond`'s branch follows its If:

    If/then_branch/NAME, with nodes of type Argument for what it is given and, of type Result,
    If/then_branch/=k for its k-th output.
    """
    def_ = graph.as_graph_def(add_shapes=True)
    functions = {f.signature.name: f for f in def_.library.function}
    found = {}
    for node in def_.node:
        found[node.name] = _node(node, tuple(node.input))
        for branch in BRANCHES:
            if node.attr[branch].func.name in functions:
                body = functions[node.attr[branch].func.name]
                _add_body(found, f'{node.name}/{branch}/', body, found[node.name].inputs[1:])
    return found


def input_shape(found: dict[str, Node], node: Node, place: int) -> tuple:
    """The shape of a node's input."""
    name, _, output = node.inputs[place].partition(':')
    return found[name].shapes[int(output or 0)]


def is_body(node: Node) -> bool:
    """Does it stand in a branch?"""
    return any(f'/{branch}/' in node.name for branch in BRANCHES)


def _add_body(found, prefix, body, given):
    for argument, source in zip(body.signature.input_arg, given, strict=True):
        name, _, output = source.partition(':')
        shape = found[name].shapes[int(output or 0)]
        found[prefix + argument.name] = Node(prefix + argument.name, 'Argument', (source,),
                                             (shape,), {})
    for node in body.node_def:
        inputs = tuple(_in_body(prefix, name) for name in node.input)
        found[prefix + node.name] = _node(node, inputs, prefix)
    for k, result in enumerate(body.signature.output_arg):
        source = _in_body(prefix, body.ret[result.name])
        found[f'{prefix}={k}'] = Node(f'{prefix}={k}', 'Result', (source,), (), {})


def _in_body(prefix, name):
    """NODE:OUTPUT:k there is NODE:k elsewhere."""
    control = '^' if name.startswith('^') else ''
    parts = name.lstrip('^').split(':')
    return f'{control}{prefix}{parts[0]}' + (f':{parts[2]}' if len(parts) == 3 else '')


def _node(node, inputs, prefix=''):
    shapes = node.attr['_output_shapes'].list.shape
    return Node(prefix + node.name, node.op, inputs, tuple(_shape(s) for s in shapes),
                dict(node.attr))


def _shape(proto):
    return tuple(None if d.size < 0 else d.size for d in proto.dim)
