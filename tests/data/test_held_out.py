"""Pictures that the training never sees: how many of each class, which ones, what is left."""

import numpy as np
import pytest

from dcgan_tf.data import ImageFormat, held_out, load
from dcgan_tf.data.dataset import Dataset
from dcgan_tf.data.parts import Part
from dcgan_tf.errors import UsageError
from tests.cases import cases
from tests.data.written import write_mnist


def counts(sizes, share):
    """How many pictures of each class are held out."""
    labels = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    found = held_out.indices(labels, len(labels), share)
    assert len(np.unique(found)) == len(found)
    return np.bincount(labels[found], minlength=len(sizes))


@cases(('sizes', 'share', 'expected'), [
    ([535], 0.1, [53]), ([100], 0.29, [29]), ([100], 0.5, [50]), ([3], 0.34, [1]),
    ([100, 50, 20], 0.1, [10, 5, 2]),
    ([15, 10, 16], 0.1, [1, 1, 2]),                # 4 of 41: the largest remainder is that of 16
    ([1, 1, 2], 0.5, [0, 0, 1]), ([0, 9, 0, 9], 0.3, [0, 3, 0, 2]),
])
def test_the_share_of_each_class_and_of_all(sizes, share, expected):
    found = counts(sizes, share)
    assert sorted(found) == sorted(expected) and found.sum() == sum(expected)
    assert all(abs(a - share * n) < 1 for a, n in zip(found, sizes, strict=True))


def test_every_class_keeps_a_picture_for_the_training():
    rng = np.random.default_rng(0)
    for _ in range(50):
        sizes, share = rng.integers(0, 5, 9), rng.uniform(0.05, 0.5)
        if share * sizes.sum() >= 1 and sizes.max() > 1:
            found = counts(sizes, share)
            assert np.all(found[sizes > 0] < sizes[sizes > 0]), (sizes, share)
            assert found.sum() <= share * sizes.sum()


def test_many_small_classes_are_not_taken_in_the_order_of_their_names():
    assert counts([2] * 40, 0.1)[20:].any() and counts([2] * 40, 0.1)[:20].any()


@cases(('labels', 'share', 'problem'), [
    ([0] * 9, 0.1, '--hold-out 0.1 holds out no picture: .* of 9 pictures'),
    ([0, 1, 2], 0.5, '--hold-out 0.5 holds out no picture: each class has only one'),
    ([0] * 9, 0.6, '--hold-out 0.6: expected a number above 0, 0.5'),
    ([0] * 9, float('nan'), '--hold-out nan: expected'),
    ([0] * 9, '0.1', '--hold-out 0.1: expected'), ([0] * 9, True, '--hold-out True: expected'),
])
def test_a_share_that_cannot_be_held_out(labels, share, problem):
    with pytest.raises(UsageError, match=problem):
        held_out.indices(np.int32(labels), len(labels), share)


def test_both_parts_are_the_data_set_again():
    whole = load('digits', '', fit=ImageFormat(file_num=20))
    data = load('digits', '', fit=ImageFormat(file_num=20), hold_out=0.15)
    others = np.setdiff1d(np.arange(200), data.indices)
    assert (len(data), data.n_held_out, data.total, data.n_training) == (170, 30, 200, 170)
    np.testing.assert_array_equal(data.images, whole.images[data.indices])
    np.testing.assert_array_equal(data.held_out.images, whole.images[others])
    np.testing.assert_array_equal(np.bincount(data.held_out.labels), [3] * 10)
    assert data.fingerprint == whole.fingerprint != data.held_out.fingerprint
    assert data.held_out.class_names == data.class_names
    again = load('digits', '', fit=ImageFormat(file_num=20), hold_out=0.15)
    np.testing.assert_array_equal(data.indices, again.indices)
    assert load('digits', '', hold_out=0.3).held_out.fingerprint != data.held_out.fingerprint
    assert data.take(np.arange(5)).held_out is None


def test_without_labels_they_are_the_share_of_all():
    data = Dataset('npz', np.zeros([40, 2, 2, 1], np.uint8), None, (), None)
    assert held_out.divided(data, 0.25).n_held_out == 10


def test_they_are_compared_with_and_not_the_test_split(tmp_path):
    """Whose files need not be there."""
    write_mnist(tmp_path / 'mnist')
    data = load('mnist', tmp_path, hold_out=0.2)
    train, test, what, unseen = held_out.split(data, tmp_path, ImageFormat())
    assert (train, test, what, unseen) == (data, data.held_out, 'held-out pictures (8 of 40)', True)
    assert held_out.most('mnist', 40, tmp_path, 0.2) == data.n_held_out == 8
    with pytest.raises(UsageError, match='no mnist files'):
        held_out.most('mnist', 40, tmp_path)


def test_a_part_of_the_data_has_none():
    with pytest.raises(UsageError, match='hold_out = 0.1: expected 0 for a part'):
        load('digits', '', part=Part(0, 2, 4), hold_out=0.1)
