"""One variable scope for each network, one name scope for each use of it."""

import contextlib

import tensorflow as tf

v1 = tf.compat.v1


@contextlib.contextmanager
def network(name, role, *, getter=None):
    """Builds a use of the network `name` in the TensorBoard box `name_role`.

    The first use creates the variables, and all later uses share them. The final slash makes the
    name scope absolute, so a second use never becomes `name_1`. getter: a custom getter of
    `variable_scope`, which may replace a variable of the network by another, such as an average.
    """
    with (v1.variable_scope(name, reuse=v1.AUTO_REUSE, auxiliary_name_scope=False,
                            custom_getter=getter),
          tf.name_scope(f'{name}_{role}/')):
        yield
