"""Stacked MNIST: three digits a picture, made when they are needed."""

import tracemalloc

import numpy as np
import pytest

from dcgan_tf import data
from dcgan_tf.data import stacked_mnist
from dcgan_tf.data.arrays import as_dataset
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


@pytest.mark.parametrize('key', [None, ..., (3, 1), (slice(None), 0)])
def test_an_index_of_several_axes_is_refused(small, key):
    """Those of an array of indices would be axes of the digits."""
    with pytest.raises(TypeError, match='expected one index, a slice, or an array'):
        small.images[key]


def test_it_says_what_it_is_also_where_arrays_are_expected(small):
    assert repr(small.images) == 'StackedImages([12, 4, 5, 3] uint8, of 6 digits)'
    with pytest.raises(UsageError, match=r'data = StackedImages\(\[12, .*: expected a Dataset of '):
        as_dataset('data', (small.images, small.labels))


def test_a_test_picture_has_digits_of_the_test_split(small, tmp_path):
    write_pair(tmp_path / 'mnist', labels=(2, 4), names=[
        f't10k-{what}-ubyte.gz' for what in ('images-idx3', 'labels-idx1')])
    test = data.load('stacked_mnist', tmp_path, split='test')
    assert len(test) == 5 and set(''.join(test.class_names[k] for k in test.labels)) == {'2', '4'}
    assert set(test.images[:].ravel()) == {2, 4}          # as `write_pair` makes them


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
    with pytest.raises(UsageError, match='no mnist files, of which stacked_mnist is made: .*train-'
                       'images.* --dataset stacked_mnist --download'):
        data.load('stacked_mnist', tmp_path)


@pytest.fixture
def published(monkeypatch):
    """The data set of the published size, of 1,000 balanced digits of 28x28 with random pixels."""
    pixels = np.random.default_rng(0).integers(0, 256, (1_000, 28, 28, 1), dtype=np.uint8)
    digits = data.dataset.Dataset('mnist', pixels, np.arange(1_000, dtype=np.int32) % 10,
                                  tuple('0123456789'), None)
    monkeypatch.setattr(stacked_mnist.mnist, 'load', lambda *_, **__: digits)


def test_every_combination_is_equally_probable_if_the_digits_are_balanced(published):
    """60,000 pictures have each of the 1,000 combinations about 60 times."""
    counts = np.bincount(stacked_mnist.load('.').labels, minlength=1_000)
    assert counts.min() > 25 and counts.max() < 110


def test_the_combinations_are_those_of_all_runs(published):
    """Another generator of random numbers would resume every run with other pictures."""
    train, test = (stacked_mnist.load('.', split) for split in ('train', 'test'))
    assert (len(train), len(test)) == (60_000, 26_000)
    assert train.labels[:8].tolist() == [753, 511, 79, 974, 548, 49, 158, 111]
    assert test.labels[:8].tolist() == [596, 481, 420, 3, 808, 279, 624, 426]


def test_the_pictures_are_never_all_in_memory(published):
    """They would be 141 MB. A batch, the fingerprint and a part are made without them."""
    tracemalloc.start()
    try:
        made = stacked_mnist.load('.')
        assert made.fingerprint
        part = made.take(np.arange(len(made) - 1))
        assert part.images[np.arange(64)].shape == (64, 28, 28, 3)
        assert tracemalloc.get_traced_memory()[1] < 20e6
    finally:
        tracemalloc.stop()
