"""Convolutions and matrix products of 16-bit numbers: `--precision`.

Their operands are rounded to 16 bits, and their results are converted to float32 again. So are the
gradients that go back to the layer before. Weights, sums, batch norm and Adam stay float32
(Micikevicius et al. 2018, arXiv 1710.03740, section 3.1). The casts are ops of the graph like all
others.

The gradient of the weights is a product of float32 numbers. So small steps are not lost. Besides,
the op of TensorFlow 2.21 for this gradient takes 1.2 to 3 times as long with bfloat16 numbers on a
processor with AMX (measured). Gradients of the second order, which penalties and `unroll` need,
keep the type of the tensors that they go through.
"""

import contextlib
import contextvars

import tensorflow as tf

from dcgan_tf.ops.fast.own_gradients import with_gradient
from dcgan_tf.ops.gradients import gradients

_DTYPE = contextvars.ContextVar('dtype of products', default=tf.float32)


@contextlib.contextmanager
def precision_scope(precision):
    """Products that are built inside use `float32`, `bfloat16` or `float16` numbers."""
    token = _DTYPE.set(tf.as_dtype(precision))
    try:
        yield
    finally:
        _DTYPE.reset(token)


def rounded(op, x, w, shape=None, **options):
    """Computes op(x, w, ...), e.g. `tf.matmul`, with rounded operands.

    The result has the type of x. op: a function at the top level of a module. shape: the shape of
    the result, for an op that needs it. options: other arguments of op, numbers or strings.
    """
    more, dtype = [] if shape is None else [shape], _DTYPE.get()
    if dtype == tf.float32:
        return op(x, w, *more, **options)
    w = tf.convert_to_tensor(w)
    small = tf.cast(x, dtype)
    y = op(small, tf.cast(w, dtype), *more, **options)
    result, = with_gradient(_rounded_gradient, [tf.cast(y, x.dtype)], [x, w, small, y], op=op,
                            needs_shape=shape is not None, options=tuple(sorted(options.items())))
    return result


def _rounded_gradient(dy, inputs, _, op, needs_shape, options):
    x, w, small, y = inputs
    dx, = gradients(y, [small], [tf.cast(*dy, y.dtype)])
    # This product is never run: only its gradient is used.
    unrounded = op(x, w, *([tf.shape(y)] if needs_shape else []), **dict(options))
    return [tf.cast(dx, x.dtype), *gradients(unrounded, [w], dy)]
