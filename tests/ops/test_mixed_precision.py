"""ops.products: products of 16-bit numbers, their gradients of first and second order."""

import numpy as np
import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.ops.fast.image_conv import image_conv2d
from dcgan_tf.ops.fast.mixed_precision import rounded
from tests.cases import cases

v1 = tf.compat.v1
CONV = {'strides': 2, 'padding': 'SAME'}
OPS = {                   # -> a layer's product, what it is called with, the shapes of its operands
    'matmul': (tf.matmul, {}, (6, 10), (10, 4)),
    'conv2d': (tf.nn.conv2d, CONV, (3, 8, 8, 6), (5, 5, 6, 4)),
    'image': (image_conv2d, CONV, (3, 8, 8, 1), (5, 5, 1, 4)),
    'transpose': (tf.nn.conv2d_transpose, {'shape': [3, 8, 8, 6], **CONV}, (3, 4, 4, 4),
                  (5, 5, 6, 4)),
}
RESULTS = {'matmul': (4,), 'conv2d': (4, 4, 4), 'image': (4, 4, 4), 'transpose': (8, 8, 6)}
ROUNDING = {'bfloat16': 2.0 ** -7, 'float16': 2.0 ** -10}


def found(op, words, x, w, probe, precision):
    """The product, its slopes in x and w, and those of the first slope's square, a penalty."""
    with tf.Graph().as_default(), v1.Session() as session, ops.precision_scope(precision):
        x, w, probe = (tf.constant(a, tf.float32) for a in (x, w, probe))
        y = rounded(op, x, w, **words)
        dx, dw = tf.gradients(tf.reduce_sum(tf.tanh(y) * probe), [x, w])
        again = tf.gradients(tf.reduce_sum(dx ** 2), [x, w])
        values = [y, dx, dw, *again]
        assert {v.dtype for v in values} == {tf.float32}
        return session.run(values)


@cases('precision', ROUNDING)
@cases('name', OPS)
def test_all_of_it_is_that_of_float32_but_for_rounding(rng, name, precision):
    op, words, *shapes = OPS[name]
    x, w = (0.3 * rng.normal(size=shape) for shape in shapes)
    probe = rng.normal(size=shapes[0][:1] + RESULTS[name])
    exact, rounded = (found(op, words, x, w, probe, p) for p in ('float32', precision))
    for a, b in zip(exact, rounded, strict=True):
        assert not np.array_equal(a, b)
        np.testing.assert_allclose(b, a, rtol=0, atol=4 * ROUNDING[precision] * np.abs(a).max())


def test_in_float32_nothing_is_added():
    with tf.Graph().as_default() as graph:
        rounded(tf.matmul, tf.ones([2, 3]), tf.ones([3, 2]))
        types = [op.type for op in graph.get_operations()]
    assert types == ['Const', 'Const', 'MatMul']


def test_the_precision_ends_with_its_block():
    with tf.Graph().as_default() as graph:
        with ops.precision_scope('bfloat16'), ops.precision_scope('float32'):
            rounded(tf.matmul, tf.ones([2, 3]), tf.ones([3, 2]))
        rounded(tf.matmul, tf.ones([2, 3]), tf.ones([3, 2]))
        assert not [op for op in graph.get_operations() if op.type == 'Cast']
