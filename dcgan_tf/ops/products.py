"""Convolutions and matrix products of numbers of half the size: `--precision`.

Their operands are rounded to 16 bits, their results made float32 again, and so is what comes back
through them; weights, sums, batch norm and Adam stay float32 (Micikevicius et al. 2018, arXiv
1710.03740, section 3.1). The casts are ops of the graph like all others.
"""

import contextlib
import contextvars

import tensorflow as tf

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
    return tf.cast(op(tf.cast(x, dtype), tf.cast(w, dtype), *more, **words), x.dtype)
