"""The codes of pictures and what G draws of them, with an encoder of a few lines."""

import types

import numpy as np
import pytest

from dcgan_tf.metrics.rebuilt import decibels
from dcgan_tf.show import reconstruction
from dcgan_tf.show.reconstruction import reconstruct


class Gan:
    """The code of a picture is its first number; G draws it, moved by the number of the class."""

    def __init__(self, classes):
        self.asked = []
        self.config = types.SimpleNamespace(conditioned=classes > 0, finds_clusters=False,
                                            label_sizes=(classes,))

    def encode(self, images, labels, reference):
        self.asked.append(len(images))
        assert 'these' in reference
        return np.float32(images[:, 0, 0])

    def decode(self, z, labels):
        y = 0 if labels is None else 20 * np.reshape(labels, [-1, 1])
        return np.clip((z + y) / 255, 0, 1)[:, None, None].repeat(2, axis=2)


PICTURES = np.uint8([[10, 10], [10, 50], [10, 28], [200, 200], [7, 7]])[:, None, :, None]


def test_one_without_labels(monkeypatch):
    monkeypatch.setattr(reconstruction, 'CHUNK', 2)
    gan = Gan(0)
    found = reconstruct(gan, PICTURES, reference='these')
    assert gan.asked == [2, 2, 1] and found.labels is None
    np.testing.assert_array_equal(found.z[:, 0], PICTURES[:, 0, 0, 0])
    np.testing.assert_array_equal(found.images, PICTURES[:, :, :1].repeat(2, axis=2))
    np.testing.assert_allclose(found.error, np.float64([0, 800, 162, 0, 0]) / 255 ** 2, rtol=1e-5)


@pytest.mark.parametrize(('labels', 'expected'), [
    (None, [0, 1, 0, 0, 0]), (2, [2] * 5), ([2, 1, 2, 0, 1], [2, 1, 2, 0, 1])])
def test_the_class_that_fits_best_is_found_or_named(monkeypatch, labels, expected):
    monkeypatch.setattr(reconstruction, 'CHUNK', 2)
    found = reconstruct(Gan(3), PICTURES, labels, 'these')
    assert found.labels.tolist() == expected
    drawn = np.clip(PICTURES[:, 0, :1, 0] + 20 * np.reshape(expected, [-1, 1]), 0, 255)
    np.testing.assert_array_equal(found.images[:, 0, :, 0], drawn.repeat(2, axis=1))
    error = np.mean((drawn - np.float64(PICTURES[:, 0, :, 0])) ** 2, axis=1) / 255 ** 2
    np.testing.assert_allclose(found.error, error, rtol=1e-4, atol=1e-9)


def test_an_encoder_tells_the_cluster_itself():
    gan = Gan(3)
    gan.config.finds_clusters = True
    gan.class_probabilities = lambda images, reference: np.eye(3)[[2, 0, 1, 1, 2]]
    assert reconstruct(gan, PICTURES, reference=('these', None)).labels.tolist() == [2, 0, 1, 1, 2]
    assert reconstruct(gan, PICTURES, 1, ('these', None)).labels.tolist() == [1] * 5


def test_decibels():
    np.testing.assert_allclose(decibels(np.float64([1, 0.1, 0.001, 0])), [0, 10, 30, 58.92],
                               atol=0.01)
