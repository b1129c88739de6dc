"""Pictures of any size become pictures of one size, one kind of colour and one count a class."""

import numpy as np
import pytest

from dcgan_tf.data import CROPS, ImageFormat
from dcgan_tf.data.dataset import Dataset
from dcgan_tf.data.fit import first_of_each_class, fit_dataset, fit_picture, resize
from dcgan_tf.errors import UsageError
from tests.cases import cases

COLUMNS = np.tile(np.arange(8, dtype=np.uint8) * 30, (4, 1))[..., None]      # [4, 8, 1]
GRAY_OF = {(255, 0, 0): 76, (0, 255, 0): 150, (0, 0, 255): 29, (255, 255, 255): 255}


def flat(height, width, *colour):
    return np.full([height, width, len(colour)], colour, np.uint8)


def dataset(n=6, shape=(4, 4, 3), labels=(2, 0, 2, 0, 2, 1)):
    """Picture i is all i."""
    images = np.tile(np.arange(n, dtype=np.uint8).reshape(-1, 1, 1, 1), (1, *shape))
    labels = None if labels is None else np.int32(labels)
    return Dataset('npz', images, labels, () if labels is None else ('a', 'b', 'c'), None)


@cases('shape', [(5, 7), (7, 5), (64, 48), (1, 1), (1, 900), (900, 1), (200, 31)])
@cases('crop', CROPS)
@cases('gray', [False, True])
@cases('size', [(6, 4), (4, 6), (1, 1), (40, 40), (3, 50)])
def test_every_picture_gets_the_size_that_was_asked_for(shape, crop, gray, size):
    image = fit_picture(flat(*shape, 10, 200, 90), ImageFormat(size, gray, crop))
    assert (image.shape, image.dtype) == ((size[1], size[0], 1 if gray else 3), np.uint8)
    assert image.flags.c_contiguous
    assert np.ptp(image.reshape(-1, image.shape[-1]), axis=0).max() == 0      # one colour stays one


@cases(('size', 'crop', 'columns'), [
    ((4, 4), 'center', [60, 90, 120, 150]),                  # the four in the middle of eight
    ((4, 4), 'none', [15, 75, 135, 195]),                    # means of two
    ((8, 4), 'center', [0, 30, 60, 90, 120, 150, 180, 210]),
    ((2, 4), 'center', [90, 120]),
    ((2, 2), 'center', [75, 135]),
    ((8, 2), 'center', [0, 30, 60, 90, 120, 150, 180, 210]),
    ((8, 2), 'none', [0, 30, 60, 90, 120, 150, 180, 210]),
])
def test_center_cuts_and_none_stretches(size, crop, columns):
    image = fit_picture(COLUMNS, ImageFormat(size, crop=crop))
    assert image[..., 0].tolist() == [columns] * size[1]
    upright = fit_picture(COLUMNS.swapaxes(0, 1), ImageFormat(size[::-1], crop=crop))
    assert np.array_equal(upright.swapaxes(0, 1), image)


@cases(('colour', 'expected'), GRAY_OF.items())
def test_gray_weighs_the_colours_as_eyes_do(colour, expected):
    assert np.all(fit_picture(flat(3, 3, *colour), ImageFormat(gray=True)) == expected)


def test_a_gray_picture_stays_gray_and_a_colour_one_colour():
    assert fit_picture(flat(3, 3, 7), ImageFormat(gray=True)).tolist() == flat(3, 3, 7).tolist()
    assert fit_picture(flat(3, 3, 7), ImageFormat()).shape == (3, 3, 1)
    assert fit_picture(flat(3, 3, 7, 8, 9), ImageFormat()).tolist() == flat(3, 3, 7, 8, 9).tolist()


def test_shrinking_takes_the_mean_of_an_area():
    noise = np.random.default_rng(0).integers(0, 256, [32, 32, 3], dtype=np.uint8)
    means = noise.reshape(4, 8, 4, 8, 3).mean(axis=(1, 3))
    assert np.abs(resize(noise, (4, 4)) - means).max() <= 0.5


def test_growing_is_smooth_and_stays_in_range():
    step = np.uint8([0, 0, 255, 255]).reshape(1, 4, 1)
    row = resize(step, (32, 1))[0, :, 0].astype(int)
    assert len(np.unique(row)) > 4
    assert (row[0], row[-1]) == (0, 255)


@cases(('labels', 'most', 'expected'), [
    ([2, 0, 2, 0, 2, 1], 1, [0, 1, 5]), ([2, 0, 2, 0, 2, 1], 2, [0, 1, 2, 3, 5]),
    ([2, 0, 2, 0, 2, 1], 9, [0, 1, 2, 3, 4, 5]), (None, 2, [0, 1]), (None, 9, [0, 1, 2, 3, 4, 5]),
])
def test_the_first_of_each_class_in_order(labels, most, expected):
    given = None if labels is None else np.int32(labels)
    assert first_of_each_class(given, 6, most).tolist() == expected
    taken = fit_dataset(dataset(labels=labels), ImageFormat(file_num=most))
    assert taken.images[:, 0, 0, 0].tolist() == expected
    assert labels is None or taken.labels.tolist() == [labels[i] for i in expected]


@cases('fit', [ImageFormat(), ImageFormat((4, 4)), ImageFormat(crop='none')])
def test_a_data_set_that_fits_is_returned_itself(fit):
    data = dataset()
    assert fit_dataset(data, fit) is data


@cases(('fit', 'shape'), [
    (ImageFormat(gray=True), (6, 4, 4, 1)), (ImageFormat((3, 5)), (6, 5, 3, 3)),
    (ImageFormat((8, 8), gray=True, file_num=1), (3, 8, 8, 1)),
])
def test_a_data_set_is_fitted_and_has_another_fingerprint(fit, shape):
    data = dataset()
    fitted = fit_dataset(data, fit)
    assert (fitted.images.shape, fitted.images.dtype) == (shape, np.uint8)
    assert fitted.fingerprint != data.fingerprint
    assert fitted.class_names == data.class_names


@cases('use', [
    lambda fit: fit_picture(flat(9, 9, 1), fit), lambda fit: fit_dataset(dataset(), fit)])
def test_an_unknown_crop_names_the_known_ones(use):
    with pytest.raises(UsageError, match='--crop left: expected one of center, none'):
        use(ImageFormat((4, 4), crop='left'))
