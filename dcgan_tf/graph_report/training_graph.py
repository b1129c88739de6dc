"""Makes the graph that TensorBoard shows first: what a training step and the samples need.

    whole graph       every op: the saver, first values, checks, summaries, the loop many_steps, ...
    training graph    the ops that compute a step of each kind, and those that compute the samples

It is a part of the whole graph, with the same names. So a name found here is good for `--tensors`
and in a trace.
"""

import tensorflow as tf

v1 = tf.compat.v1
CHECKS = {'Assert'}              # the end of each finite check; the other ops wait for it
READS = {'ReadVariableOp'}


def training_graph(gan) -> v1.GraphDef:
    """Returns the training graph of a finished GAN, with the shapes of the outputs.

    A GAN that was finished for making images only has nothing but its samples.
    """
    roots = [gan.built.samples.op.name]
    for variant in gan.steps.variants if gan.steps else ():
        roots += [train_op.op.name for train_op in variant.train_ops]
    return part(gan.graph.as_graph_def(add_shapes=True), roots)


def part(graph: v1.GraphDef, roots) -> v1.GraphDef:
    """Returns the part of a graph that is needed to compute the ops named in `roots`.

    Left out, with all that only they need, are finite checks, and reads of variables whose value
    nothing takes: these decide the order of ops, but compute nothing. The other ops keep their
    names and their order.
    """
    nodes = {node.name: node for node in graph.node}
    kept, stack = set(), list(roots)
    while stack:
        name = stack.pop()
        if name not in kept:
            kept.add(name)
            stack += [_op(text) for text in nodes[name].input if _computes(text, nodes)]
    result = v1.GraphDef(versions=graph.versions)
    result.node.extend(_without_dropped(node, kept) for node in graph.node if node.name in kept)
    _copy_functions(graph.library, result)
    return result


def _op(text):
    """Returns the name of the op of an input: `a`, `a:1` for output 1, `^a` to wait for it."""
    return text.removeprefix('^').partition(':')[0]


def _computes(text, nodes):
    """Tells whether an op is needed for what it computes, if this is an input of a kept op."""
    kind = nodes[_op(text)].op
    return kind not in (CHECKS | READS if text.startswith('^') else CHECKS)


def _without_dropped(node, kept):
    """Returns a copy of a node that does not name any op but those that are kept."""
    copy = v1.NodeDef()
    copy.CopyFrom(node)
    copy.input[:] = [text for text in node.input if _op(text) in kept]
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
