"""A graph as a dictionary of its nodes, with all shapes: what is counted, and what is compared."""

from typing import NamedTuple


class Node(NamedTuple):
    """An op. Shapes are tuples, None = a length that is open, or () for an unknown rank."""

    name: str
    type: str
    inputs: tuple[str, ...]      # names of nodes, `:k` behind their k-th output, `^` = control only
    shapes: tuple                # of the outputs
    attributes: dict             # name -> AttrValue


def nodes(graph) -> dict[str, Node]:
    """Name -> Node, in the order of creation."""
    return {node.name: Node(node.name, node.op, tuple(node.input), tuple(
        _shape(proto) for proto in node.attr['_output_shapes'].list.shape), dict(node.attr))
        for node in graph.as_graph_def(add_shapes=True).node}


def input_shape(found: dict[str, Node], node: Node, place: int) -> tuple:
    """The shape of a node's input."""
    name, _, output = node.inputs[place].partition(':')
    return found[name].shapes[int(output or 0)]


def _shape(proto):
    return tuple(None if d.size < 0 else d.size for d in proto.dim)
