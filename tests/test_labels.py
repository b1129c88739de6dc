"""Labels that go with latents, as numbers and as the weights of one-hot vectors."""

import numpy as np
import pytest

from dcgan_tf.errors import UsageError
from dcgan_tf.latent import (
    first_label,
    label_numbers,
    label_weights,
    with_first_label,
    with_other_labels,
)

LABELS = np.int32([2, 0, 2])
ONE_HOT = np.float32([[0, 0, 1], [1, 0, 0], [0, 0, 1]])
TWO = np.int32([[2, 1], [0, 0], [2, 1]])


def test_weights_of_labels_and_of_weights():
    np.testing.assert_array_equal(label_weights(LABELS, 3, (3,)), ONE_HOT)
    np.testing.assert_array_equal(label_weights([2, 0, 2], 3, (3,)), ONE_HOT)
    np.testing.assert_array_equal(label_weights(ONE_HOT.astype(float), 3, (3,)), ONE_HOT)
    assert label_weights(np.zeros(0, int), 0, (3,)).shape == (0, 3)


def test_weights_of_several_labels_stand_one_after_the_other():
    second = np.float32([[0, 1], [1, 0], [0, 1]])
    np.testing.assert_array_equal(label_weights(TWO, 3, (3, 2)),
                                  np.concatenate([ONE_HOT, second], axis=1))


def test_a_single_number_is_the_first_label_and_the_others_are_0():
    expected = label_weights(np.column_stack([LABELS, [0, 0, 0]]), 3, (3, 2))
    np.testing.assert_array_equal(label_weights(LABELS, 3, (3, 2)), expected)


@pytest.mark.parametrize('y', [[0, 1], [0, 1, 3], [-1, 0, 1], [0.0, 1.0, 2.0], [[0, 1, 2]] * 3,
                               [[0.5, 0.5]] * 3, [[np.nan, 0.5, 0.5]] * 3, 1, ['a', 'b', 'c']],
                         ids=str)
def test_labels_that_do_not_fit_are_refused(y):
    with pytest.raises(UsageError, match='labels .* 0 to 2'):
        label_weights(y, 3, (3,))


def test_a_second_label_that_is_too_large_is_refused():
    with pytest.raises(UsageError, match='labels from 0 to 2: expected 0 to 1'):
        label_weights([[0, 0], [1, 2]], 2, (3, 2))


def test_other_labels_are_those_of_the_picture_s_number():
    found = with_other_labels([1, 1, 1], [4, 5, 4], (3, 100, 7))
    assert found.shape == (3, 3) and found[:, 0].tolist() == [1, 1, 1]
    assert found[0].tolist() == found[2].tolist() != found[1].tolist()
    np.testing.assert_array_equal(with_other_labels([1, 2], [4, 5], (3,)), [1, 2])
    every = with_other_labels(np.zeros(300, int), np.arange(300), (3, 4))[:, 1]
    assert np.bincount(every, minlength=4).min() > 50
    none = with_other_labels(np.zeros(0, int), [], (3, 2))
    assert none.shape == (0, 2) and none.dtype == int


def test_weights_become_labels_again():
    for labels, sizes in ((LABELS, (3,)), (TWO, (3, 2))):
        found = label_numbers(label_weights(labels, 3, sizes), sizes)
        np.testing.assert_array_equal(found, labels)
        assert found.dtype == np.int32


def test_the_first_label():
    assert first_label(None) is None
    assert first_label(LABELS).tolist() == first_label(TWO).tolist() == [2, 0, 2]
    assert with_first_label(LABELS, 1).tolist() == [1, 1, 1]
    assert with_first_label(TWO, 1).tolist() == [[1, 1], [1, 0], [1, 1]]
    assert TWO[0, 0] == 2
