"""ops.image_conv against TensorFlow's own convolutions, with gradients to the second order."""

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.ops.fast import image_conv

v1 = tf.compat.v1
SIZES = [(8, 8), (7, 7), (6, 9), (1, 2)]
QUICK = [((8, 8), 1), ((7, 7), 3), ((6, 9), 1), ((1, 2), 3)]      # every size, every number
over_all = pytest.mark.parametrize(('size', 'channels'), [
    pytest.param(size, channels, marks=[pytest.mark.slow] * ((size, channels) not in QUICK))
    for size in SIZES for channels in (1, 3)])


def transposed(y, w, size):
    shape = tf.stack([tf.shape(y)[0], *size, w.shape[2]])
    return tf.nn.conv2d_transpose(y, w, shape, 2, 'SAME')


def results(how, size, channels):
    """how(image, maps, weights) -> (two of them, the result); that, its gradients, and theirs."""
    random = np.random.default_rng(2)
    shapes = [[3, *size, channels], [3, *(-(-n // 2) for n in size), 4], [5, 5, channels, 4]]
    with tf.Graph().as_default(), v1.Session() as session:
        inputs, made = how(*(tf.constant(random.normal(size=shape)) for shape in shapes))
        made = [made]
        for _ in range(2):
            made += tf.gradients(sum(tf.reduce_sum(tf.sin(t) ** 2) for t in made), inputs)
        return session.run(made)


def assert_close(ours, others):
    for a, b in zip(ours, others, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-9)


@over_all
def test_an_image_to_maps(size, channels):
    assert_close(*(results(lambda x, _, w, conv=conv: ((x, w), conv(x, w, 2, 'SAME')), size,
                          channels) for conv in (image_conv.image_conv2d, tf.nn.conv2d)))


@over_all
def test_maps_to_an_image(size, channels):
    assert_close(*(results(lambda _, y, w, conv=conv: ((y, w), conv(y, w, list(size))), size,
                          channels) for conv in (image_conv.transposed, transposed)))


@pytest.mark.parametrize(('channels', 'kernel', 'stride', 'there'), [
    (1, 5, 2, True), (4, 5, 2, True), (5, 5, 2, False), (1, 3, 2, False), (1, 5, 1, False)])
def test_which_layers_have_it(channels, kernel, stride, there):
    with tf.Graph().as_default() as graph:
        x = v1.placeholder(tf.float32, [None, 8, 8, channels])
        slope, = tf.gradients(ops.conv2d(x, 'conv', 6, kernel=kernel, stride=stride), x)
        assert slope.shape.as_list() == [None, 8, 8, channels]
        types = [op.type for op in graph.get_operations()]
        assert types.count('DepthToSpace') == there
        assert types.count('Conv2DBackpropInput') == (not there)
