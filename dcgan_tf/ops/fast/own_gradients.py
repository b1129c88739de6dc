"""Gradients of our own in place of autodiff's. Each is registered once in a process.

`tf.custom_gradient` registers a closure at every call and never removes it, and each closure keeps
its graph in memory. So here a gradient is a function at the top level of a module. It gets its
tensors from the op that is differentiated, not from a closure. The graph knows only its name.
"""

import functools

import tensorflow as tf

v1 = tf.compat.v1


def with_gradient(gradient, outputs, inputs, aside=(), **constants):
    """Returns `outputs`; their gradient with respect to `inputs` is computed by `gradient`.

    gradient: a function at the top level of a module, `gradient(dy, inputs, outputs, *aside,
    **constants)`. It returns a list with a gradient for each of the first inputs. The other inputs
    get no gradient. `dy` is a list with a tensor for each output.
    aside: tensors for `gradient` that need none themselves. As inputs, each of them would get an
    op of zeros whenever autodiff passes. constants: the arguments of `gradient` that are not
    tensors, such as numbers and functions.
    """
    name = _registered(gradient, len(outputs), tuple(sorted(constants.items())))
    graph = v1.get_default_graph()
    for tensor in aside:
        graph.add_to_collection(_aside(outputs[0]), tensor)
    with graph.gradient_override_map({'IdentityN': name}):
        return tf.identity_n([*outputs, *inputs])[:len(outputs)]


def replaced_gradient(op_type, gradient):
    """Ops of this type that are built inside have this gradient: `gradient(op, dy)`."""
    name = f'{gradient.__module__}.{gradient.__qualname__}'
    _register(name, gradient)
    return v1.get_default_graph().gradient_override_map({op_type: name})


@functools.cache
def _register(name, gradient):
    tf.RegisterGradient(name)(gradient)


@functools.cache
def _registered(gradient, n_outputs, constants):
    """Registers a gradient of `IdentityN` and returns its name."""
    arguments = ', '.join(f'{key}={_text(value)}' for key, value in constants)
    name = f'{gradient.__module__}.{gradient.__qualname__}({arguments}) of {n_outputs}'

    @tf.RegisterGradient(name)
    def identity_n_gradient(op, *upstream):
        outputs, inputs = op.inputs[:n_outputs], op.inputs[n_outputs:]
        aside = op.graph.get_collection(_aside(outputs[0]))
        results = gradient(list(upstream[:n_outputs]), list(inputs), list(outputs), *aside,
                          **dict(constants))
        return [None] * n_outputs + results + [None] * (len(inputs) - len(results))
    return name


def _aside(output):
    """Returns the name of the graph collection of the tensors that belong to an output."""
    return f'for the gradient of {output.name}'


def _text(constant):
    if callable(constant):
        return f'{constant.__module__}.{constant.__qualname__}'
    return repr(constant)
