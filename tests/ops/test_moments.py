"""Mean and variance to the second derivative, against their closed forms."""

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf.ops.moments import moments
from tests.cases import cases

X = np.random.default_rng(4).normal(2.0, 3.0, 7).astype(np.float32)


def derivatives(x):
    """(variance, its gradient [N], its Hessian [N, N]) at x."""
    _, variance = moments(x, [0])
    slope, = tf.gradients(variance, x)
    return variance, slope, tf.stack([tf.gradients(slope[i], x)[0] for i in range(len(X))])


def test_derivatives_of_the_variance(evaluate):
    """d V / d x_i = 2 (x_i - m) / N;   d^2 V / d x_i d x_j = 2 ([i = j] - 1 / N) / N"""
    variance, slope, rows = evaluate(derivatives, X)
    n = len(X)
    assert variance == pytest.approx(np.var(X.astype(float)), rel=1e-6)
    np.testing.assert_allclose(slope, 2 * (X - X.mean()) / n, rtol=1e-5)
    np.testing.assert_allclose(rows, 2 * (np.eye(n) - 1 / n) / n, atol=1e-7)


@cases('keepdims', [True, False])
def test_it_is_to_the_bit_what_tensorflow_says(evaluate, keepdims):
    x = np.random.default_rng(5).normal(size=(6, 5, 4, 3)).astype(np.float32)
    axes = [0, 1, 2]
    both = evaluate(lambda x: (*moments(x, axes, keepdims=keepdims),
                               *tf.nn.moments(x, axes, keepdims=keepdims)), x)
    np.testing.assert_array_equal(both[0], both[2])
    np.testing.assert_array_equal(both[1], both[3])
