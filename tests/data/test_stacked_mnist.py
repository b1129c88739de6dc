"""Stacked MNIST: three digits a picture, made when they are needed."""

import numpy as np
import pytest

from dcgan_tf import data
from dcgan_tf.data import stacked_mnist
from dcgan_tf.data.fit import fit_picture
from dcgan_tf.errors import UsageError
from tests.data.test_mnist import write_pair


@pytest.fixture
def small(tmp_path, monkeypatch):
    """12 pictures of the digits of a folder with six of them, 5 test pictures."""
    digits = np.random.default_rng(0).integers(0, 256, (6, 4, 5))
    write_pair(tmp_path / 'mnist', images=digits, labels=(3, 0, 9, 1, 1, 7))
    monkeypatch.setattr(stacked_mnist, 'PICTURES', {'train': 12, 'test': 5})
    return data.load('stacked_mnist', tmp_path)


def test_each_channel_is_a_digit_and_the_label_has_all_three(small):
    digits = small.images.digits
    assert small.images.shape == (12, 4, 5, 3) and len(small.class_names) == 1_000
    for picture, label in zip(small.images[:], small.labels, strict=True):
        for channel, digit in zip(np.moveaxis(picture, -1, 0), f'{label:03}', strict=True):
            assert any((channel == x[..., 0]).all() and y == int(digit)
                       for x, y in zip(digits.images, digits.labels, strict=True))


def test_indexing_is_that_of_an_array(small):
    whole = np.stack([small.images[i] for i in range(12)])
    assert whole.dtype == np.uint8 and len({picture.tobytes() for picture in whole}) > 6
    for key in (3, slice(2, 9, 2), np.array([5, 1, 5]), [0]):
        np.testing.assert_array_equal(small.images[key], whole[key])


def test_parts_make_no_pictures(small):
    taken = small.take(np.array([4, 2]))
    assert isinstance(taken.images, stacked_mnist.StackedImages)
    np.testing.assert_array_equal(taken.images[:], small.images[[4, 2]])
    assert taken.labels.tolist() == small.labels[[4, 2]].tolist()


def test_a_size_is_that_of_the_digits(small, tmp_path):
    """A picture of other size is made of resized digits, when it is needed."""
    fitted = data.load('stacked_mnist', tmp_path, fit=data.ImageFormat((8, 8)))
    assert isinstance(fitted.images, stacked_mnist.StackedImages)
    assert fitted.images.shape == (12, 8, 8, 3)
    whole = np.stack([fit_picture(x, data.ImageFormat((8, 8))) for x in small.images[:]])
    np.testing.assert_array_equal(fitted.images[:], whole)


def test_runs_of_before_may_be_grey_or_have_pictures_held_out(small, tmp_path, monkeypatch):
    """New ones may not: see test_early."""
    grey = data.load('stacked_mnist', tmp_path, fit=data.ImageFormat(gray=True))
    assert isinstance(grey.images, np.ndarray) and grey.images.shape == (12, 4, 5, 1)
    monkeypatch.setattr(stacked_mnist, 'PICTURES', {'train': 400})
    assert data.load('stacked_mnist', tmp_path, hold_out=0.25).n_held_out == 100


def test_every_load_has_the_same_pictures_and_fingerprint(small, tmp_path):
    again = data.load('stacked_mnist', tmp_path)
    np.testing.assert_array_equal(again.images[:], small.images[:])
    assert again.fingerprint == small.fingerprint != data.load('mnist', tmp_path).fingerprint


def test_without_mnist_the_line_names_its_files(tmp_path):
    with pytest.raises(UsageError, match='no mnist files: .*train-images'):
        data.load('stacked_mnist', tmp_path)


def test_every_combination_is_equally_probable_in_the_published_size(monkeypatch):
    """60,000 pictures of 1,000 digits with balanced labels: each combination about 60 times."""
    digits = data.dataset.Dataset('mnist', np.zeros([1_000, 1, 1, 1], np.uint8),
                                  np.arange(1_000, dtype=np.int32) % 10, tuple('0123456789'), None)
    monkeypatch.setattr(stacked_mnist.mnist, 'load', lambda *_: digits)
    counts = np.bincount(stacked_mnist.load('.').labels, minlength=1_000)
    assert counts.min() > 25 and counts.max() < 110
