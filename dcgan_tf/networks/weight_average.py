"""The running average of the generator's weights, which makes better pictures than the last step.

Averaged over G's iterates as in Yazici et al. 2019, arXiv 1806.04498, section 3.2.
"""

import tensorflow as tf

v1 = tf.compat.v1


class WeightAverage:
    """a <- a + (1 - d) (w - a), d = min(decay, t / (t + 10)): t steps done, so no trace of t = 0.

    Keeps a variable `Generator_ema/NAME` for each given variable `Generator/NAME`, batch norm's
    moving averages included, with the same initial value.
    """

    def __init__(self, variables, decay, step):
        self._decay, self._step = decay, step
        with v1.variable_scope('Generator_ema'):
            self._pairs = {v.op.name: (self._make(v), v) for v in variables}

    def update_op(self):
        """Moves every average; put it behind the step that moved the weights."""
        with tf.name_scope('average'):
            t = tf.cast(self._step, tf.float32)
            rest = 1.0 - tf.minimum(t / (t + 10.0), self._decay)
            return tf.group(*(a.assign_sub(rest * (a - w.read_value()), read_value=False)
                              for a, w in self._pairs.values()))

    def getter(self, getter, name, *args, **kwargs):
        """A custom getter for `ops.network`: the average in place of the variable."""
        return self._pairs[name][0]

    @staticmethod
    def _make(variable):
        _, name = variable.op.name.split('/', 1)
        return v1.get_variable(name, initializer=variable.initial_value, trainable=False,
                               use_resource=True)
