"""The running average of a network's weights. It makes better pictures than the last step.

The average is over G's iterates as in Yazici et al. 2019, arXiv 1806.04498, section 3.2.
"""

import tensorflow as tf

from dcgan_tf import ops

v1 = tf.compat.v1


class WeightAverage:
    """a <- a + (1 - d) (w - a), d = min(decay, t / (t + 10)), where t counts the steps done.

    At t = 0 this makes d = 0, so the initial weights have no influence.
    For each variable NETWORK/NAME it has a variable NETWORK_ema/NAME with the same initial value.
    This includes batch norm's moving averages; train_ops/standing.py measures those of G before
    they are used. weights: name of a variable -> its average.
    """

    def __init__(self, network, decay, step):
        self._name = network.name
        self._variables = list(network.variables.values())
        if not self._variables:
            raise ValueError(f'{network.name} has no variables to average: use it in `forward`')
        with v1.variable_scope(f'{network.name}_ema'):
            self.weights = {v.op.name: _make(v) for v in self._variables}
        with ops.box(f'{network.name}_ema'), tf.name_scope('before'):
            t = tf.cast(step, tf.float32)
            self._rate = 1.0 - tf.minimum(t / (t + 10.0), decay)
            self._averages = [a.value() for a in self.weights.values()]

    def update_op(self):
        """Updates every average. It must run after the update of the weights."""
        with tf.name_scope(f'averages/{self._name}'):
            rows = zip(self.weights.values(), self._averages, self._variables, strict=True)
            return tf.group(*(
                variable.assign_sub(self._rate * (a - w), read_value=False,
                                    name=variable.op.name.partition('/')[2])
                for variable, a, w in rows))


def _make(variable):
    _, name = variable.op.name.split('/', 1)
    return v1.get_variable(name, initializer=variable.initial_value, trainable=False,
                           use_resource=True)
