"""The reference against values worked out by hand, and its Adam against TensorFlow's."""

import numpy as np
import pytest
import tensorflow as tf

from tests import reference as ref
from tests.cases import cases

v1 = tf.compat.v1


def image(rows):
    """Rows of numbers -> [1, H, W, 1]"""
    return np.array(rows, dtype=np.float64)[None, :, :, None]


def kernel(rows):
    """Rows of numbers -> [k, k, 1, 1]"""
    return np.array(rows, dtype=np.float64)[:, :, None, None]


THREE = image([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
COUNT = kernel([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
NO_BIAS = np.zeros(1)


def test_linear():
    y = ref.linear(np.array([[1.0, 2.0]]), np.array([[1.0, 0.0, 3.0], [0.5, 1.0, -1.0]]),
                   np.array([0.0, 10.0, 100.0]))
    ref.assert_close(y, [[2, 12, 101]])


@cases(('n', 'k', 'stride', 'expected'), [
    (4, 5, 2, (1, 2)),      # the odd one after
    (5, 5, 2, (2, 2)),
    (7, 3, 2, (1, 1)),
    (8, 3, 2, (0, 1)),
    (1, 5, 1, (2, 2)),
    (3, 1, 2, (0, 0)),      # a kernel narrower than its stride: never less than none
    (4, 1, 2, (0, 0)),
])
def test_same_padding(n, k, stride, expected):
    assert ref.same_padding(n, k, stride) == expected


def test_conv2d_sums_each_neighbourhood():
    y = ref.conv2d(THREE, np.ones([3, 3, 1, 1]), np.array([0.5]), 1)
    ref.assert_close(y, image([[12, 21, 16], [27, 45, 33], [24, 39, 28]]) + 0.5)


def test_conv2d_does_not_flip_its_kernel():
    y = ref.conv2d(image([[0, 0, 0], [0, 1, 0], [0, 0, 0]]), COUNT, NO_BIAS, 1)
    ref.assert_close(y, image([[9, 8, 7], [6, 5, 4], [3, 2, 1]]))


def test_conv2d_with_stride_2_starts_at_the_corner_of_an_even_image():
    y = ref.conv2d(image(np.arange(16).reshape(4, 4)), kernel([[1, 0, 0], [0, 0, 0], [0, 0, 0]]),
                   NO_BIAS, 2)
    ref.assert_close(y, image([[0, 2], [8, 10]]))


def test_conv2d_mixes_channels():
    x = np.array([2.0, 3.0]).reshape(1, 1, 1, 2)
    w = np.array([[1.0, 10.0, 100.0], [2.0, 20.0, 200.0]]).reshape(1, 1, 2, 3)
    ref.assert_close(ref.conv2d(x, w, np.zeros(3), 1), [[[[8, 80, 800]]]])


def test_conv2d_transpose_stamps_its_kernel():
    y = ref.conv2d_transpose(image([[2]]), COUNT, np.array([0.5]), (1, 1), 2)
    ref.assert_close(y, image([[10.5]]))
    y = ref.conv2d_transpose(image([[2]]), COUNT, np.array([0.5]), (2, 2), 2)
    ref.assert_close(y, image([[2.5, 4.5], [8.5, 10.5]]))


def test_conv2d_transpose_adds_where_stamps_overlap():
    y = ref.conv2d_transpose(image([[1, 1]]), np.ones([3, 3, 1, 1]), NO_BIAS, (1, 3), 2)
    ref.assert_close(y, image([[1, 2, 1]]))


def test_conv2d_transpose_mixes_channels():
    x = np.array([2.0, 3.0]).reshape(1, 1, 1, 2)
    w = np.array([[1.0, 2.0], [10.0, 20.0], [100.0, 200.0]]).reshape(1, 1, 3, 2)
    y = ref.conv2d_transpose(x, w, np.zeros(3), (1, 1), 1)
    ref.assert_close(y, [[[[8, 80, 800]]]])


def test_moments_of_a_population():
    mean, var = ref.moments(np.array([[1.0, 0.0], [3.0, 0.0], [5.0, 6.0]]))
    ref.assert_close(mean, [3, 2])
    ref.assert_close(var, [8 / 3, 8])
    mean, var = ref.moments(image([[1, 2], [3, 6]]))
    ref.assert_close(mean, [3])
    ref.assert_close(var, [3.5])


def test_batch_norm():
    y = ref.batch_norm(np.array([[1.0, 8.0]]), np.array([1.0, 3.0]), np.array([0.0, 0.5]),
                       np.array([3.0, 2.0]), np.array([3.0, 8.0]), 1.0)
    ref.assert_close(y, [[-1, 6.5]])


def test_moving_average():
    assert ref.moving_average(10.0, 20.0, 0.9) == pytest.approx(11)


def test_elementwise():
    x = np.array([-2.0, 0.0, 3.0])
    ref.assert_close(ref.leaky_relu(x, 0.2), [-0.4, 0, 3])
    ref.assert_close(ref.relu(x), [0, 0, 3])
    ref.assert_close(ref.tanh(x), [-0.9640276, 0, 0.9950548])
    ref.assert_close(ref.sigmoid(x), [0.1192029, 0.5, 0.9525741])
    ref.assert_close(ref.sigmoid(np.array([-1000.0, 1000.0])), [0, 1])


def test_dropout_scales_what_it_keeps():
    y = ref.dropout(np.array([1.0, 2.0, 3.0]), np.array([1, 0, 1]), 0.75)
    ref.assert_close(y, [4, 0, 12])


def test_upsample():
    y = ref.upsample(image([[1, 2]]), 2)
    ref.assert_close(y, image([[1, 1, 2, 2], [1, 1, 2, 2]]))


def test_max_pool():
    ref.assert_close(ref.max_pool(image(np.arange(16).reshape(4, 4)), 2), image([[5, 7], [13, 15]]))
    ref.assert_close(ref.max_pool(-THREE, 2), -image([[1, 3], [7, 9]]))    # padding is no maximum


def test_sigmoid_cross_entropy():
    loss = ref.sigmoid_cross_entropy(np.array([0.0, 0.0, np.log(3), 1000.0, -1000.0]),
                                     np.array([0.0, 1.0, 1.0, 0.0, 0.0]))
    ref.assert_close(loss, [np.log(2), np.log(2), np.log(4 / 3), 1000, 0])


def test_softmax_cross_entropy():
    loss = ref.softmax_cross_entropy(np.array([[0.0, 0.0], [np.log(3), 0.0], [0.0, 1000.0]]),
                                     [0, 1, 0])
    ref.assert_close(loss, [np.log(2), np.log(4), 1000])


def test_adam_by_hand():
    w, m, v = ref.adam(1.0, 2.0, 0.0, 0.0, 1, lr=0.1, b1=0.5, b2=0.75, eps=1.0)
    assert (m, v) == (1, 1)
    assert w == pytest.approx(0.95)                             # rate 0.1 * 0.5 / 0.5, step 1 / 2
    w, m, v = ref.adam(w, 0.0, m, v, 2, lr=0.1, b1=0.5, b2=0.75, eps=1.0)
    assert (m, v) == (0.5, 0.75)
    assert w == pytest.approx(0.95 - 0.1 * np.sqrt(7) / 3 * 0.5 / (np.sqrt(3) / 2 + 1))


def test_adam_takes_the_steps_of_tensorflow(rng):
    w, slopes = rng.normal(size=3), rng.normal(size=[4, 3])
    with tf.Graph().as_default() as graph, v1.Session(graph=graph) as session:
        w_var, g_ph = v1.get_variable('w', initializer=w), v1.placeholder(tf.float64, [3])
        train_op = v1.train.AdamOptimizer(0.1, 0.5, 0.9, 0.3).apply_gradients([(g_ph, w_var)])
        session.run(v1.global_variables_initializer())
        m = v = np.zeros(3)
        for t, g in enumerate(slopes, 1):
            w, m, v = ref.adam(w, g, m, v, t, lr=0.1, b1=0.5, b2=0.9, eps=0.3)
            session.run(train_op, {g_ph: g})
            ref.assert_close(session.run(w_var), w)


def test_numeric_gradients():
    a, b = np.array([1.0, 2.0]), np.array([[3.0], [4.0]])
    of_a, of_b = ref.numeric_gradients(lambda a, b: ((a ** 2) @ b).item(), [a, b])
    ref.assert_close(of_a, [6, 16])
    ref.assert_close(of_b, [[1], [4]])
    assert a.tolist() == [1, 2]
