"""W / sigma(W): the power iteration finds the largest singular value and follows it."""

import numpy as np
import tensorflow as tf

from dcgan_tf import ops

v1 = tf.compat.v1


def normed_layer(units=4):
    """-> (spectral norm, output of a use, its variable)."""
    spectral = ops.SpectralNorm()
    outputs = []
    for use in ('real', 'fake'):
        with ops.network('D', use, getter=spectral.getter):
            outputs.append(ops.linear(tf.eye(7), 'l', units, use_bias=False))
    return spectral, outputs


def test_the_largest_singular_value_becomes_one():
    with tf.Graph().as_default(), v1.Session() as session:
        spectral, (y, _) = normed_layer()
        update = spectral.update_op()
        session.run(v1.global_variables_initializer())
        w = session.run(v1.global_variables('D/l/weights:0')[0])
        for _ in range(200):
            session.run(update)
        normed = session.run(y)
    sigma = np.linalg.svd(w, compute_uv=False)[0]
    np.testing.assert_allclose(normed, w / sigma, rtol=1e-3)


def test_one_step_is_algorithm_1():
    with tf.Graph().as_default(), v1.Session() as session:
        spectral, (y, _) = normed_layer()
        update = spectral.update_op()
        session.run(v1.global_variables_initializer())
        names = {v.op.name: v for v in v1.global_variables()}
        w, u = session.run((names['D/l/weights'], names['D/l/weights_u']))
        normed = session.run(y)
        session.run(update)
        u_after = session.run(names['D/l/weights_u'])
    v = w @ u / np.linalg.norm(w @ u)
    new = w.T @ v / np.linalg.norm(w.T @ v)
    np.testing.assert_allclose(normed, w / (v @ w @ new), rtol=1e-5)
    np.testing.assert_allclose(u_after, new, rtol=1e-5)


def test_the_gradient_sees_sigma_but_not_the_directions():
    """d/dW of sum(c W / sigma) = c / sigma - <c, W> v u^T / sigma^2: the paper's eq. 12."""
    c = np.random.default_rng(0).normal(size=(7, 4))
    with tf.Graph().as_default(), v1.Session() as session:
        _, (y, _) = normed_layer()
        names = {v.op.name: v for v in v1.global_variables()}
        slope, = tf.gradients(tf.reduce_sum(c * y), names['D/l/weights'])
        session.run(v1.global_variables_initializer())
        w, u, slope = session.run((names['D/l/weights'], names['D/l/weights_u'], slope))
    v = w @ u / np.linalg.norm(w @ u)
    u = w.T @ v / np.linalg.norm(w.T @ v)
    sigma = v @ w @ u
    expected = c / sigma - (c * w).sum() * np.outer(v, u) / sigma ** 2
    np.testing.assert_allclose(slope, expected, rtol=1e-3, atol=1e-4)


def test_all_uses_share_one_weight_and_its_direction_is_saved_but_not_trained():
    with tf.Graph().as_default() as graph:
        normed_layer()
        assert [v.op.name for v in v1.global_variables()] == ['D/l/weights', 'D/l/weights_u']
        assert [v.op.name for v in v1.trainable_variables()] == ['D/l/weights']
        assert sum(op.type == 'RealDiv' and op.name.startswith('spectral_norm/')
                   for op in graph.get_operations()) == 3           # v, u and the weight


def test_a_kernel_is_a_matrix_of_its_last_axis():
    with tf.Graph().as_default(), v1.Session() as session:
        spectral = ops.SpectralNorm()
        with ops.network('D', 'real', getter=spectral.getter):
            ops.conv2d(tf.zeros([1, 6, 6, 2]), 'c', 5, kernel=3)
            w = v1.get_variable('c/weights')                        # again through the getter
        update = spectral.update_op()
        session.run(v1.global_variables_initializer())
        for _ in range(300):
            session.run(update)
        matrix = session.run(w).reshape(-1, 5)
    assert abs(np.linalg.svd(matrix, compute_uv=False)[0] - 1) < 1e-3
