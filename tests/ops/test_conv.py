"""The convolutions of ops against the reference: values, gradients, adjointness."""

import functools
import itertools

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf import ops
from tests import reference as ref
from tests.cases import cases

v1 = tf.compat.v1

SHAPES = [    # H, W, channels in, maps
    (1, 1, 1, 1),
    (1, 1, 3, 2),
    (4, 4, 2, 3),
    (5, 7, 3, 1),
    (6, 3, 1, 4),
    (9, 8, 2, 2),
]
SWEEP = [(batch, *case) for batch, shapes in ((7, SHAPES), (1, SHAPES[3:4]))
         for case in itertools.product(shapes, [3, 5], [1, 2])]     # batch, shape, kernel, stride


def ceil_divide(n, stride):
    return -(-n // stride)


def draw(rng, kernel, last_two, maps):
    """Weights [k, k, *last_two] and a bias for `maps`."""
    return {'c/weights': rng.normal(size=[kernel, kernel, *last_two]),
            'c/bias': rng.normal(size=maps)}


# ---- conv2d

def test_conv2d(check_values, rng):
    made = {}
    for case in SWEEP:
        batch, (height, width, channels, maps), kernel, stride = case
        x = rng.normal(size=[batch, height, width, channels])
        weights = draw(rng, kernel, [channels, maps], maps)
        op = functools.partial(ops.conv2d, scope='c', maps=maps, kernel=kernel, stride=stride)
        made[case] = op, x, weights, ref.conv2d(x, *weights.values(), stride)
    check_values(made)


def test_conv2d_defaults_to_kernel_5_and_stride_2(evaluate, rng):
    x, weights = rng.normal(size=[2, 7, 6, 2]), draw(rng, 5, [2, 3], 3)
    y = evaluate(lambda x_ph: ops.conv2d(x_ph, 'c', 3), x, weights=weights)
    ref.assert_close(y, ref.conv2d(x, *weights.values(), 2))


def test_conv2d_without_bias(evaluate, rng):
    x, w = rng.normal(size=[2, 5, 4, 2]), rng.normal(size=[5, 5, 2, 3])
    y = evaluate(lambda x_ph: ops.conv2d(x_ph, 'c', 3, use_bias=False), x,
                 weights={'c/weights': w})
    ref.assert_close(y, ref.conv2d(x, w, 0, 2))


@cases(('kernel', 'stride'), [(3, 1), (3, 2), (5, 2)])
def test_conv2d_gradients(check_gradients, rng, kernel, stride):
    check_gradients(lambda x: ops.conv2d(x, 'c', 3, kernel=kernel, stride=stride),
                    lambda x, w, b: ref.conv2d(x, w, b, stride),
                    rng.normal(size=[2, 4, 3, 2]), draw(rng, kernel, [2, 3], 3))


VALID = [(4, 6, 4, 1), (7, 5, 3, 2), (8, 9, 5, 2), (5, 5, 5, 1), (6, 8, 2, 1)]    # H, W, k, stride


def test_conv2d_without_padding(check_values, rng):
    made = {}
    for case in VALID:
        *size, kernel, stride = case
        x, weights = rng.normal(size=[2, *size, 3]), draw(rng, kernel, [3, 2], 2)
        op = functools.partial(ops.conv2d, scope='c', maps=2, kernel=kernel, stride=stride,
                               padding='VALID')
        made[case] = op, x, weights, ref.conv2d(x, *weights.values(), stride, [(0, 0)] * 2)
        assert ops.shrunk(size, kernel, stride, 'VALID') == made[case][-1].shape[1:3]
    check_values(made)


# ---- conv2d_transpose

def test_conv2d_transpose(check_values, rng):
    made = {}
    for case in SWEEP:
        batch, (*size, channels, maps), kernel, stride = case
        x = rng.normal(size=[batch, *(ceil_divide(n, stride) for n in size), channels])
        weights = draw(rng, kernel, [maps, channels], maps)
        op = functools.partial(ops.conv2d_transpose, scope='c', maps=maps, size=size,
                               kernel=kernel, stride=stride)
        made[case] = op, x, weights, ref.conv2d_transpose(x, *weights.values(), size, stride)
    check_values(made)


def test_conv2d_transpose_defaults_to_kernel_5_and_stride_2(evaluate, rng):
    x, weights = rng.normal(size=[2, 4, 3, 2]), draw(rng, 5, [3, 2], 3)
    y = evaluate(lambda x_ph: ops.conv2d_transpose(x_ph, 'c', 3, (7, 6)), x, weights=weights)
    ref.assert_close(y, ref.conv2d_transpose(x, *weights.values(), (7, 6), 2))


def test_conv2d_transpose_without_bias(evaluate, rng):
    x, w = rng.normal(size=[2, 2, 3, 2]), rng.normal(size=[5, 5, 3, 2])
    y = evaluate(lambda x_ph: ops.conv2d_transpose(x_ph, 'c', 3, (4, 5), use_bias=False), x,
                 weights={'c/weights': w})
    ref.assert_close(y, ref.conv2d_transpose(x, w, 0, (4, 5), 2))


@cases(('size', 'kernel', 'stride'), [
    ((2, 3), 3, 1), ((3, 6), 3, 2), ((4, 5), 5, 2)])
def test_conv2d_transpose_gradients(check_gradients, rng, size, kernel, stride):
    check_gradients(
        lambda x: ops.conv2d_transpose(x, 'c', 3, size, kernel=kernel, stride=stride),
        lambda x, w, b: ref.conv2d_transpose(x, w, b, size, stride),
        rng.normal(size=[2, 2, 3, 2]), draw(rng, kernel, [3, 2], 3))


def test_one_graph_takes_every_batch_size(rng):
    w, b = draw(rng, 5, [3, 2], 3).values()
    with tf.Graph().as_default() as graph, v1.Session(graph=graph) as session:
        x_ph = v1.placeholder(tf.float32, [None, 4, 4, 2])
        y = ops.conv2d_transpose(x_ph, 'c', 3, (7, 8))
        session.run(v1.global_variables_initializer())
        session.run([v.assign(a) for v, a in zip(v1.global_variables(), [w, b], strict=True)])
        for batch in 1, 7, 2:
            x = rng.normal(size=[batch, 4, 4, 2])
            expected = ref.conv2d_transpose(x, w, b, (7, 8), 2)
            ref.assert_close(session.run(y, {x_ph: x}), expected)


@cases('batch', [None, 1, 7])
def test_shapes_are_known_but_for_an_unknown_batch(batch):
    with tf.Graph().as_default():
        x = v1.placeholder(tf.float32, [batch, 4, 5, 2])
        assert ops.conv2d(x, 'c', 3).shape.as_list() == [batch, 2, 3, 3]
        assert ops.conv2d_transpose(x, 't', 3, (7, 10)).shape.as_list() == [batch, 7, 10, 3]


@cases(('size', 'stride'), [
    ((43, 52), 2), ((41, 55), 2), ((40, 52), 2), ((41, 50), 2), ((42, 53), 1)])
def test_an_impossible_size_is_refused(size, stride):
    with tf.Graph().as_default():
        x = v1.placeholder(tf.float32, [None, 21, 26, 2])
        with pytest.raises(ValueError) as error:
            ops.conv2d_transpose(x, 'c', 3, size, stride=stride)
    assert all(str(number) in str(error.value) for number in (21, 26, *size))


@cases(('size', 'kernel', 'stride', 'padding'), [
    ((4, 6), 5, 2, 'SAME'), ((5, 7), 5, 2, 'SAME'), ((1, 8), 3, 2, 'SAME'), ((3, 4), 3, 1, 'SAME'),
    *((case[:2], *case[2:], 'VALID') for case in VALID)])
def test_transpose_is_the_adjoint_of_conv2d(evaluate, rng, size, kernel, stride, padding):
    """<conv2d(x), y> = <x, conv2d_transpose(y)> over one and the same weight tensor."""
    x = rng.normal(size=[2, *size, 3])
    y = rng.normal(size=[2, *ops.shrunk(size, kernel, stride, padding), 4])
    how = {'kernel': kernel, 'stride': stride, 'use_bias': False, 'padding': padding}
    w = rng.normal(size=[kernel, kernel, 3, 4])
    conv_x, transpose_y = evaluate(
        lambda x_ph, y_ph: (ops.conv2d(x_ph, 'c', 4, **how),
                            ops.conv2d_transpose(y_ph, 't', 3, size, **how)),
        x, y, weights={'c/weights': w, 't/weights': w})
    ref.assert_close(np.sum(conv_x * y), np.sum(x * transpose_y))


# ---- doubling_conv2d

def doubled(x, w, b, size):
    """The slow way: nearest neighbours, a 3x3 convolution, a cut."""
    return ref.conv2d(ref.upsample(x, 2), w, b, 1)[:, :size[0], :size[1]]


def test_doubling_conv2d(check_values, rng):
    made = {}
    for height, width, channels, maps in SHAPES:
        x = rng.normal(size=[3, height, width, channels])
        for size in ((2 * height, 2 * width), (2 * height - 1, 2 * width - 1)):
            weights = draw(rng, 3, [channels, maps], maps)
            made[x.shape, size] = (
                functools.partial(ops.doubling_conv2d, scope='c', maps=maps, size=size), x,
                weights, doubled(x, *weights.values(), size))
    check_values(made)


def test_doubling_conv2d_gradients(check_gradients, rng):
    check_gradients(lambda x: ops.doubling_conv2d(x, 'c', 3, (7, 6)),
                    lambda x, w, b: doubled(x, w, b, (7, 6)),
                    rng.normal(size=[2, 4, 3, 2]), draw(rng, 3, [2, 3], 3))
