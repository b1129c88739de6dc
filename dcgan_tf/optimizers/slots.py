"""The variables that an optimizer keeps beside each weight."""

import tensorflow as tf

from dcgan_tf.ops.variables import constant

v1 = tf.compat.v1


def slots(weights, name, scope):
    """A variable of zeros for each weight w. name: with w's own for {}, e.g. '{}/Adam'.

    Where w has such a variable already, SCOPE is part of the name. So the first player that learns
    a weight keeps the short names, which older checkpoints have.
    """
    taken = {v.op.name for v in v1.global_variables()}

    def free(w):
        short = name.format(w.op.name)
        return name.format(f'{w.op.name}/{scope}') if short in taken else short
    return [kept(w.shape, 0.0, free(w)) for w in weights]


def kept(shape, value, name):
    """A variable that is saved and not trained."""
    return constant(shape, value, name, trainable=False)


def written(variables, values, taken):
    """Writes each value into its variable. taken: None, or a bool scalar: False = nothing changes.

    The values must be computed from the variables, so that no read can come after a write.
    """
    if taken is not None:
        values = [tf.where(taken, value, variable.read_value())
                  for variable, value in zip(variables, values, strict=True)]
    return tf.group(*(variable.assign(value, read_value=False)
                      for variable, value in zip(variables, values, strict=True)))
