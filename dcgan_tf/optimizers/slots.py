"""The variables that an optimizer stores for each weight."""

import tensorflow as tf

from dcgan_tf.ops.variables import constant

v1 = tf.compat.v1


def slots(weights, name, scope):
    """Returns a variable of zeros for each weight w.

    name: a pattern in which {} stands for the name of w, e.g. '{}/Adam'.
    If w has such a variable already, SCOPE becomes a part of the name. So the first player that
    learns a weight has the short names, which older checkpoints have.
    """
    existing = {v.op.name for v in v1.global_variables()}

    def free(w):
        short = name.format(w.op.name)
        return name.format(f'{w.op.name}/{scope}') if short in existing else short
    return [state_variable(w.shape, 0.0, free(w)) for w in weights]


def short_names(variables) -> list[str]:
    """Returns the names of variables inside their network: 'd2_conv/weights'.

    If they belong to several networks, each name begins with its network.
    """
    names = [v.op.name for v in variables]
    if len({name.partition('/')[0] for name in names}) > 1:
        return names
    return [name.partition('/')[2] or name for name in names]


def state_variable(shape, value, name):
    """Returns a variable that is saved and not trained."""
    return constant(shape, value, name, trainable=False)


def assign_all(variables, values, enabled):
    """Writes each value into its variable.

    enabled: None, or a bool scalar. If it is false, nothing changes. Compute the values from the
    variables, so that no read can come after a write.
    """
    if enabled is not None:
        values = [tf.where(enabled, value, variable.value())
                  for variable, value in zip(variables, values, strict=True)]
    return tf.group(*(variable.assign(value, read_value=False)
                      for variable, value in zip(variables, values, strict=True)))
