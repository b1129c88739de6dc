"""How labels enter."""

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf.networks.conditioning import concat_image, concat_latent

v1 = tf.compat.v1
Z = np.float32([[1, 2], [3, 4], [5, 6]])
X = np.arange(3 * 2 * 4 * 1, dtype=np.float32).reshape(3, 2, 4, 1)
LABELS = np.int32([2, 0, 2])
ONE_HOT = np.float32([[0, 0, 1], [1, 0, 0], [0, 0, 1]])
labels_or_weights = pytest.mark.parametrize('y', [LABELS, ONE_HOT], ids=['labels', 'weights'])


def run(build, *values):
    with tf.Graph().as_default(), v1.Session() as session:
        return session.run(build(*map(tf.constant, values)))


def test_a_network_without_labels_gets_what_it_was_given():
    assert concat_latent(Z, None, 3) is Z and concat_image(X, None, 3) is X


@labels_or_weights
def test_the_latent_gets_the_one_hot_label_at_its_end(y):
    out = run(lambda z, y: concat_latent(z, y, 3), Z, y)
    np.testing.assert_array_equal(out, np.concatenate([Z, ONE_HOT], axis=1))


@labels_or_weights
def test_the_image_gets_a_map_a_class(y):
    out = run(lambda x, y: concat_image(x, y, 3), X, y)
    assert out.shape == (3, 2, 4, 4)
    np.testing.assert_array_equal(out[..., :1], X)
    for row, column in np.ndindex(2, 4):
        np.testing.assert_array_equal(out[:, row, column, 1:], ONE_HOT)


def test_a_class_between_two_classes():
    half = np.float32([[0.5, 0, 0.5]] * 3)
    out = run(lambda z, y: concat_latent(z, y, 3), Z, half)
    np.testing.assert_array_equal(out[:, 2:], half)
