"""The boxes of TensorBoard's graph: name scopes of networks, layers and parts of a step.

A name scope is a box; a variable scope names variables. The two are separate here: all uses of a
network share its variables, and each use has a box of its own.
"""

import contextlib
import contextvars

import tensorflow as tf

v1 = tf.compat.v1
_OUTER = contextvars.ContextVar('the box around all boxes that are opened by `box`', default='')


@contextlib.contextmanager
def boxes_in(outer):
    """Boxes that are opened inside by `box` are in the box `outer`, e.g. 'unrolled/step1'."""
    token = _OUTER.set(f'{outer}/')
    try:
        yield
    finally:
        _OUTER.reset(token)


def box(name):
    """Opens a box, at the top of the graph or in that of `boxes_in`.

    A box that exists already is opened again. So its name never becomes `name_1`.
    """
    return tf.name_scope(f'{_OUTER.get()}{name}/')


@contextlib.contextmanager
def network(name, role, *, getter=None):
    """Builds a use of the network `name` in the TensorBoard box `name_role`.

    The first use creates the variables, and all later uses share them. getter: a custom getter of
    `variable_scope`, which may replace a variable of the network by another, such as an average.
    """
    with (v1.variable_scope(name, reuse=v1.AUTO_REUSE, auxiliary_name_scope=False,
                            custom_getter=getter),
          box(f'{name}_{role}')):
        yield


@contextlib.contextmanager
def layer(scope):
    """Opens the variable scope and the box of a layer.

    A network opens the box itself, by `tf.name_scope(scope)`, where the norm and the activation
    belong to the layer. Then no second box is opened.
    """
    open_box = v1.get_default_graph().get_name_scope().rpartition('/')[2]
    with (v1.variable_scope(scope, auxiliary_name_scope=False),
          contextlib.nullcontext() if open_box == scope else tf.name_scope(scope)):
        yield
