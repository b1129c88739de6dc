"""The digits that come with scikit-learn, made to look like MNIST."""

import numpy as np
import pytest

from dcgan_tf.data import digits


@pytest.fixture(scope='module')
def dataset():
    return digits.load()


def test_shapes_and_labels(dataset):
    assert dataset.name == 'digits'
    assert dataset.images.shape == (1797, 28, 28, 1)
    assert dataset.labels[:10].tolist() == list(range(10))
    assert dataset.class_names == tuple('0123456789')
    assert dataset.folder is None


def test_two_loads_are_the_same_data(dataset):
    assert digits.load().fingerprint == dataset.fingerprint


def test_ink_lies_where_mnist_has_it(dataset):
    """MNIST: mean 0.131, a border of 4 black pixels, white where the pen was."""
    images = dataset.images / 255
    assert 0.12 < images.mean() < 0.15
    border = [0, 1, 2, 3, -4, -3, -2, -1]
    assert images[:, border].max() < 0.02           # cubic rings by 3 of 255, two pixels off
    assert images[:, :, border].max() < 0.02
    assert images.max(axis=(1, 2, 3)).min() > 0.8


def test_the_digit_is_centred_and_upright():
    corner = np.zeros([8, 8])
    corner[0, 0] = 16
    assert digits.enlarge(np.full([8, 8], 16.0))[13:15, 13:15].min() == 255
    rows, columns = np.nonzero(digits.enlarge(corner) > 127)
    assert 4 <= rows.min() <= rows.max() <= 7
    assert 4 <= columns.min() <= columns.max() <= 7


def test_enlarging_commutes_with_mirroring():
    image = np.random.default_rng(0).integers(0, 17, [8, 8]).astype(float)
    mirrored = digits.enlarge(image[:, ::-1])[:, ::-1].astype(int)
    assert np.abs(mirrored - digits.enlarge(image)).max() <= 1


def test_cubic_overshoot_is_clipped_not_wrapped():
    stripes = np.tile([0.0, 16, 16, 0, 0, 16, 16, 0], [8, 1])
    row = digits.enlarge(stripes)[14].astype(int)
    assert np.abs(np.diff(row)).max() < 200
    assert row.max() == 255
    assert row.min() == 0
