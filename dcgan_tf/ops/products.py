"""Convolutions and matrix products of numbers of half the size: `--precision`.

Their operands are rounded to 16 bits, their results made float32 again, and so is what comes back
through them to the layer before; weights, sums, batch norm and Adam stay float32 (Micikevicius et
al. 2018, arXiv 1710.03740, section 3.1). The casts are ops of the graph like all others.

The gradient of the weights is a product of float32 numbers: so small steps are not lost, and of
bfloat16 ones TensorFlow 2.21's takes 1.2 to 3 times as long on a processor with AMX (measured). In
the second order, of penalties and of `unroll`, what goes through them is of the kind they are.
"""

import contextlib
import contextvars

import tensorflow as tf

from dcgan_tf.ops.gradients import gradients

_DTYPE = contextvars.ContextVar('dtype of products', default=tf.float32)


@contextlib.contextmanager
def products_of(precision):
    """Products that are made inside are of `float32`, `bfloat16` or `float16` numbers."""
    before = _DTYPE.set(tf.as_dtype(precision))
    try:
        yield
    finally:
        _DTYPE.reset(before)


def product(op, x, w, *more, **words):
    """op(x, w, ...), e.g. `tf.matmul`, of rounded operands.   -> as `op`, of the type of x"""
    dtype = _DTYPE.get()
    if dtype == tf.float32:
        return op(x, w, *more, **words)

    @tf.custom_gradient
    def rounded(x, w):
        small = tf.cast(x, dtype), tf.cast(w, dtype)
        y = op(*small, *more, **words)

        def backward(dy):
            dx, = gradients(y, [small[0]], [tf.cast(dy, dtype)])
            unrounded = op(x, w, *more, **words)           # is never run: its gradient is asked for
            return tf.cast(dx, x.dtype), *gradients(unrounded, [w], [dy])
        return tf.cast(y, x.dtype), backward
    return rounded(x, tf.convert_to_tensor(w))
