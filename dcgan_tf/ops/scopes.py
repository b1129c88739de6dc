"""One variable scope a network, one name scope a use of it."""

import contextlib

import tensorflow as tf

v1 = tf.compat.v1


@contextlib.contextmanager
def network(name, role, *, getter=None):
    """Builds a use of the network `name` in the TensorBoard box `name_role`.

    The variables are made by the first use and shared by all that follow. The final slash makes
    the name scope absolute: a second use never becomes `name_1`. `getter` is a custom getter of
    `variable_scope`, which may put other variables (an average) in place of the network's own.
    """
    with (v1.variable_scope(name, reuse=v1.AUTO_REUSE, auxiliary_name_scope=False,
                            custom_getter=getter),
          tf.name_scope(f'{name}_{role}/')):
        yield
