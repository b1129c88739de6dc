"""Makes the graph that TensorBoard shows first: what a training step and the samples need.

    whole graph       every op: the saver, first values, checks, summaries, the loop many_steps, ...
    training graph    the ops that compute a step of each kind, its losses, and the samples

It is a part of the whole graph, with the same names. So a name found here is good for `--tensors`
and in a trace.
"""

import tensorflow as tf

v1 = tf.compat.v1
CHECKS = {'Assert'}              # the end of each finite check; every update waits for one
READS = {'ReadVariableOp'}


def training_graph(gan) -> v1.GraphDef:
    """Returns the training graph of a finished GAN, with the shapes of the outputs.

    A GAN that was finished for making images only has nothing but its samples.
    """
    roots = [gan.built.samples.op.name]
    if gan.steps:
        roots += [train_op.op.name for step in gan.steps.variants for train_op in step.train_ops]
        roots += [loss.op.name for step in gan.losses for loss in step.minimised.values()]
    return part(gan.graph.as_graph_def(add_shapes=True), roots)


def part(graph: v1.GraphDef, roots) -> v1.GraphDef:
    """Returns the part of a graph that is needed to compute the ops named in `roots`.

    Left out, with all that only they need, are finite checks, and reads of variables whose value
    nothing takes: these decide the order of ops, but compute nothing. Also left out is that an op
    waits for a read, and that a constant waits for any op: a thousand such edges would hide the
    others. The ops keep their names and their order.
    """
    nodes = {node.name: node for node in graph.node}
    kept, stack = {}, list(roots)
    while stack:
        name = stack.pop()
        if name not in kept:
            kept[name] = [text for text in nodes[name].input if _is_shown(text, nodes[name], nodes)]
            stack += map(_op, kept[name])
    result = v1.GraphDef(versions=graph.versions)
    result.node.extend(_with_inputs(node, kept) for node in graph.node if node.name in kept)
    _copy_functions(graph.library, result)
    return result


def _op(text):
    """Returns the name of the op of an input: `a`, `a:1` for output 1, `^a` to wait for it."""
    return text.removeprefix('^').partition(':')[0]


def _is_shown(text, node, nodes):
    """Tells whether an input of a node is an edge of the training graph."""
    kind = nodes[_op(text)].op
    if text.startswith('^'):
        return kind not in CHECKS | READS and node.op != 'Const'
    return kind not in CHECKS


def _with_inputs(node, kept):
    """Returns a copy of a node that names only ops that are kept. kept: name -> inputs to show."""
    copy = v1.NodeDef()
    copy.CopyFrom(node)
    copy.input[:] = kept[node.name]
    if '_class' in node.attr:                            # to be placed with: loc:@NAME
        places = [place for place in node.attr['_class'].list.s
                  if place.decode().removeprefix('loc:@') in kept]
        copy.attr['_class'].list.s[:] = places
        if not places:
            del copy.attr['_class']
    return copy


def _copy_functions(library, result):
    """Adds the functions that the nodes of a graph call, and those that these call."""
    functions = {function.signature.name: function for function in library.function}
    gradients = {each.function_name: each for each in library.gradient}
    called, stack = set(), list(_calls(result.node))
    while stack:
        name = stack.pop()
        if name in functions and name not in called:
            called.add(name)
            stack += _calls(functions[name].node_def)
            stack += [gradients[name].gradient_func] if name in gradients else []
    result.library.function.extend(functions[name] for name in functions if name in called)
    result.library.gradient.extend(gradients[name] for name in gradients if name in called)


def _calls(nodes):
    """Yields the names of the functions that nodes call."""
    for node in nodes:
        yield node.op                                    # a function may be the type of an op
        for value in node.attr.values():
            yield from (each.name for each in (value.func, *value.list.func))
