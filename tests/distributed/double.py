"""The whole of a training in float64, where rounding hides nothing: for tests alone.

The library's networks are float32. Here all that names or draws float32 makes float64 of it, and
what has no kernel for float64 takes its other way.
"""

import contextlib
import sys
from unittest import mock

import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.ops import augment
from dcgan_tf.ops.fast import normalise
from dcgan_tf.optimizers.adam import Adam

v1 = tf.compat.v1


@contextlib.contextmanager
def double():
    """What is built inside is of float64."""
    with contextlib.ExitStack() as stack:
        def put(place, name, value):
            stack.enter_context(mock.patch.object(place, name, value))
        variable = v1.get_variable
        precision_scope = ops.precision_scope
        put(v1, 'get_variable', lambda *a, **k: variable(*a, **{'dtype': tf.float64, **k}))
        put(tf, 'one_hot', _wide(tf.one_hot))
        put(tf, 'float32', tf.float64)
        put(ops, 'precision_scope', lambda precision: precision_scope('float64'))
        put(normalise, '_fused_op', normalise._three_lines)
        for module in (ops, augment):
            put(module, 'noise', _wide(module.noise))
        activations = sys.modules['dcgan_tf.ops.activations']      # `ops.activations` is a function
        put(activations, 'coins', _wide(activations.coins))
        yield


@contextlib.contextmanager
def plain_descent():
    """What is built inside learns by w <- w - rate g in place of Adam."""
    def update_op(self, gradients, enabled=None):
        return tf.group(*(w.assign_sub(self.rate * g, read_value=False)
                          for w, g in zip(self.weights, gradients, strict=True)))
    with mock.patch.object(Adam, 'update_op', update_op):
        yield


def _wide(made):
    return lambda *words, **more: tf.cast(made(*words, **more), tf.float64)
