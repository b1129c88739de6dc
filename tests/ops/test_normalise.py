"""ops.normalise: the short gradient against the long one, to the third order."""

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf.ops.fast.normalise import normalise
from dcgan_tf.ops.moments import moments

v1 = tf.compat.v1


def plain(x, mean, variance, beta, gamma, epsilon):
    """Autodiff finds its gradient op by op."""
    return tf.nn.batch_normalization(x, mean, variance, beta, gamma, epsilon)


def derivatives(how, shape, dtype, *, affine=True, order=1):
    """[y, gradients of a sum of y, of a sum of these, ...], with respect to x, gamma and beta."""
    random = np.random.default_rng(1)
    with tf.Graph().as_default(), v1.Session() as session:
        def drawn(shape, middle=0.0):
            return tf.constant(random.normal(middle, 2, shape), dtype)
        x, inputs = drawn(shape, 0.5), []
        if affine:
            inputs = [drawn(shape[-1:]), drawn(shape[-1:])]
        beta, gamma = inputs or (None, None)
        found = [how(x, *moments(x, list(range(len(shape) - 1))), beta, gamma, 1e-3)]
        for _ in range(order):
            weighted = sum(tf.reduce_sum(drawn(y.shape) * tf.sin(y)) for y in found[-3:])
            found += [g for g in tf.gradients(weighted, [x, *inputs]) if g is not None]
        return session.run(found)


FLOAT32, FLOAT64 = (tf.float32, 2e-4), (tf.float64, 1e-9)


@pytest.mark.parametrize('shape, order, affine, dtype, share', [
    ([9, 3], 3, False, *FLOAT64),
    pytest.param([9, 3], 3, False, *FLOAT32, marks=pytest.mark.slow),
    ([5, 2, 4, 3], 2, True, *FLOAT32),
    pytest.param([5, 2, 4, 3], 2, True, *FLOAT64, marks=pytest.mark.slow),
    ([1, 6, 6, 2], 1, True, *FLOAT32), ([4, 5, 3], 1, False, *FLOAT32)])
def test_the_gradients_are_those_of_autodiff(shape, order, affine, dtype, share):
    """The sine makes each depend on all before it."""
    ours, others = (derivatives(how, shape, dtype, affine=affine, order=order)
                    for how in (normalise, plain))
    assert len(ours) == len(others) == 1 + order * (3 if affine else 1)
    for a, b in zip(ours, others, strict=True):
        np.testing.assert_allclose(a, b, atol=share * np.abs(b).max(), rtol=0)


@pytest.mark.parametrize('shape', [[9, 3], [5, 2, 4, 3]], ids=str)
def test_as_lines_where_there_is_a_gpu(shape, monkeypatch):
    one_op = derivatives(normalise, shape, tf.float32)
    monkeypatch.setattr(tf.config, 'list_physical_devices', lambda kind: [kind])
    with tf.Graph().as_default() as graph:
        x = tf.zeros(shape)
        tf.gradients(normalise(x, *moments(x, [0]), None, None, 0.1), x)
        assert not {op.type for op in graph.get_operations()} & {'FusedBatchNormGradV3'}
    for a, b in zip(one_op, derivatives(normalise, shape, tf.float32), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5 * np.abs(b).max(), rtol=0)


def test_a_gradient_of_a_batch_of_any_size():
    """N is left open, as where a model is fed."""
    with tf.Graph().as_default(), v1.Session() as session:
        x = v1.placeholder(tf.float32, [None, 3, 3, 2])
        y = normalise(x, *moments(x, [0, 1, 2]), None, None, 1e-3)
        slope, = tf.gradients(tf.sin(y), x)
        again, = tf.gradients(tf.sin(slope), x)
        for n in (1, 4):
            assert session.run([slope, again], {x: np.ones([n, 3, 3, 2])})[1].shape == (n, 3, 3, 2)
