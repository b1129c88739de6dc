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

from dcgan_tf.ops.fast.own_gradients import with_gradient
from dcgan_tf.ops.gradients import gradients

_DTYPE = contextvars.ContextVar('dtype of products', default=tf.float32)


@contextlib.contextmanager
def precision_scope(precision):
    """Products that are made inside are of `float32`, `bfloat16` or `float16` numbers."""
    before = _DTYPE.set(tf.as_dtype(precision))
    try:
        yield
    finally:
        _DTYPE.reset(before)


def rounded(op, x, w, shape=None, **words):
    """op(x, w, ...), e.g. `tf.matmul`, of rounded operands.   -> as `op`, of the type of x

    op: a function at the top level of a module. shape: of the result, for an op that has to know
    it. words: other arguments of op, numbers or strings.
    """
    more, dtype = [] if shape is None else [shape], _DTYPE.get()
    if dtype == tf.float32:
        return op(x, w, *more, **words)
    w = tf.convert_to_tensor(w)
    small = tf.cast(x, dtype)
    y = op(small, tf.cast(w, dtype), *more, **words)
    result, = with_gradient(_rounded_gradient, [tf.cast(y, x.dtype)], [x, w, small, y], op=op,
                            asks_shape=shape is not None, words=tuple(sorted(words.items())))
    return result


def _rounded_gradient(dy, inputs, _, op, asks_shape, words):
    x, w, small, y = inputs
    dx, = gradients(y, [small], [tf.cast(*dy, y.dtype)])
    # This product is never run: only its gradient is asked for.
    unrounded = op(x, w, *([tf.shape(y)] if asks_shape else []), **dict(words))
    return [tf.cast(dx, x.dtype), *gradients(unrounded, [w], dy)]
