"""Returns a graph as a dictionary of its nodes with their shapes, to count and compare them."""

from typing import NamedTuple


class Node(NamedTuple):
    """An op. A shape is a tuple, None is an unknown size; () = a scalar or an unknown rank."""

    name: str
    type: str
    inputs: tuple[str, ...]      # names of nodes; `NAME:k` = output k, `^NAME` = a control input
    shapes: tuple                # of the outputs
    attributes: dict             # name -> AttrValue


def nodes(graph) -> dict[str, Node]:
    """Returns {name: Node}, in the order of creation."""
    return {node.name: Node(node.name, node.op, tuple(node.input), tuple(
        _shape(proto) for proto in node.attr['_output_shapes'].list.shape), dict(node.attr))
        for node in graph.as_graph_def(add_shapes=True).node}


def input_shape(all_nodes: dict[str, Node], node: Node, index: int) -> tuple:
    """Returns the shape of a node's input, counted from 0."""
    name, _, output = node.inputs[index].partition(':')
    return all_nodes[name].shapes[int(output or 0)]


def _shape(proto):
    return tuple(None if d.size < 0 else d.size for d in proto.dim)
