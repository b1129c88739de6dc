"""Figures of class probabilities against loops, at both ends, and what is refused."""

import literal
import numpy as np
import pytest

from dcgan_tf.errors import UsageError
from dcgan_tf.metrics import (
    class_accuracy,
    class_diversity,
    class_entropy,
    class_histogram,
    classes,
    classifier_score,
    modes,
    modes_kl,
)
from tests.cases import cases

RNG = np.random.default_rng(6)
P = RNG.dirichlet(np.full(4, 0.4), 50)
P[0] = [0, 0, 1, 0]                                         # 0 log 0


def test_score_against_loops():
    assert classifier_score(P, splits=1).value == pytest.approx(literal.classifier_score(P))


def test_score_of_parts(monkeypatch):
    """Every row is in one part, and the error is that of their mean."""
    parts, score = [], classes._score
    monkeypatch.setattr(classes, '_score', lambda p: parts.append(p) or score(p))
    value, error = classifier_score(P, splits=5)
    np.testing.assert_allclose(np.sort(np.concatenate(parts)[:, 0]), np.sort(P[:, 0]))
    scores = [literal.classifier_score(part) for part in parts]
    assert (len(scores), {len(part) for part in parts}) == (5, {10})
    assert value == pytest.approx(np.mean(scores))
    assert error == pytest.approx(np.std(scores, ddof=1) / 5 ** 0.5)


def test_score_is_1_where_images_say_nothing():
    """Unclear images, or all of one class."""
    assert classifier_score(np.full((20, 5), 0.2)) == pytest.approx((1, 0))
    assert classifier_score(np.repeat(np.eye(5)[:1], 20, axis=0)) == pytest.approx((1, 0))


def test_score_is_k_of_clear_images_of_all_classes():
    value, error = classifier_score(np.repeat(np.eye(5), 4, axis=0), splits=1)
    assert value == pytest.approx(5)
    assert np.isnan(error)


def test_rows_in_the_order_of_their_classes_are_shuffled():
    """In that order each of the ten parts would hold one class, and the score be 1."""
    assert classifier_score(np.repeat(np.eye(10), 100, axis=0)).value > 9


def test_the_order_of_rows_is_nothing_to_the_whole():
    assert classifier_score(P[::-1], splits=1).value == pytest.approx(
        classifier_score(P, splits=1).value)


def test_histogram():
    p = [[0.1, 0.9, 0], [0.4, 0.4, 0.2], [0, 1, 0], [0.5, 0.3, 0.2]]
    histogram = class_histogram(p)
    assert histogram.tolist() == [2, 2, 0]                  # of equals the first
    assert histogram.dtype.kind == 'i'


@cases(('labels', 'expected'), [
    ([0, 1, 2, 3], 1), ([0, 0, 3, 3], 0.5), ([2, 2, 2, 2], 0),
    ([0, 0, 0, 1], -(0.75 * np.log(0.75) + 0.25 * np.log(0.25)) / np.log(4)),
])
def test_entropy(labels, expected):
    entropy = class_entropy(np.eye(4)[labels])
    assert entropy == pytest.approx(expected)
    assert np.copysign(1, entropy) == 1


@cases(('labels', 'found', 'expected'), [
    ([0, 1, 2, 3], 4, 0), ([2, 2, 2, 2], 1, np.log(4)),
    ([0, 0, 0, 1], 2, 0.75 * np.log(3)),
])
def test_modes(labels, found, expected):
    """KL(q || uniform) = sum q log(q K)."""
    assert modes(np.eye(4)[labels]) == found
    assert modes_kl(np.eye(4)[labels]) == pytest.approx(expected, abs=1e-12)


def test_samples_of_a_perfect_generator_have_the_divergence_that_is_told():
    """(K - 1) / 2 N, here with K = 100."""
    labels = np.random.default_rng(0).integers(100, size=2_600)
    assert modes(np.eye(100)[labels]) == 100
    assert modes_kl(np.eye(100)[labels]) == pytest.approx(99 / 5_200, rel=0.3)


def test_a_sum_that_was_rounded_is_as_good():
    assert classifier_score(P.astype(np.float32)) == pytest.approx(classifier_score(P), rel=1e-5)
    assert classifier_score(P * 1.0009) == pytest.approx(classifier_score(P), rel=1e-12)
    assert classifier_score(np.eye(4, dtype=np.uint8), splits=1).value == pytest.approx(4)


@cases('function', [classifier_score, class_histogram, class_entropy])
@cases(('p', 'message'), [
    (P * 2, 'a row of sum 2, expected .* of sum 1'),
    (P + np.array([-2, 0, 0, 2]), 'got a minimum of -.* expected 0 or more'),
    (np.ones((30, 1)), 'got 1 class, expected 2 or more'),
    (P[:1], r'probabilities: got the shape \[1, 4\], expected \[N, K\] of 2 or more rows'),
    (P[0], r'got the shape \[4\]'),
    (P * np.nan, 'got NaN'),
])
def test_what_is_refused(function, p, message):
    with pytest.raises(UsageError, match=message):
        function(p)


@cases('splits', [0, 26, 1.5])
def test_splits_out_of_range(splits):
    with pytest.raises(UsageError, match=f'splits = {splits}: expected an integer, 1 to 25'):
        classifier_score(P, splits=splits)


def test_accuracy():
    p = [[0.1, 0.9, 0], [0.4, 0.4, 0.2], [0, 1, 0], [0.5, 0.3, 0.2]]
    value, error = class_accuracy(p, [1, 1, 1, 0])
    assert value == 0.75                                    # of equals the first
    assert error == pytest.approx((0.75 * 0.25 / 3) ** 0.5)


def distance_within(x, labels, k):
    rows = [x[i] for i in range(len(x)) if labels[i] == k]
    pairs = [np.linalg.norm(a - b) for i, a in enumerate(rows) for b in rows[:i]]
    return sum(pairs) / len(pairs)


def test_diversity_within_a_class_against_loops():
    real, fake = RNG.normal(size=(40, 3)), RNG.normal(size=(30, 3))
    real_labels, labels = np.arange(40) % 4, np.arange(30) % 3
    expected = [np.mean([distance_within(x, y, k) for k in range(3)])     # no sample of class 3
                for x, y in ((real, real_labels), (fake, labels))]
    assert class_diversity(real, real_labels, fake, labels) == pytest.approx(
        expected[1] / expected[0])


def test_diversity_at_both_ends():
    """1 for the real images themselves, 0 where a class is one image, and classes may be far."""
    real, labels = RNG.normal(size=(40, 3)) + 50 * np.eye(3)[np.arange(40) % 3], np.arange(40) % 3
    assert class_diversity(real, labels, real, labels) == 1
    assert class_diversity(real, labels, 2 * real, labels) == pytest.approx(2)
    assert class_diversity(real, labels, real[labels], labels) == 0


def test_diversity_of_single_images_is_unknown():
    assert np.isnan(class_diversity(P, np.arange(50), P, np.arange(50)))
    assert np.isnan(class_diversity(np.ones((4, 2)), [0, 0, 1, 1], P[:4, :2], [0, 0, 1, 1]))


@pytest.mark.parametrize('labels', [[0, 1], np.zeros((50, 1), int), [-1] * 50, [0.5] * 50], ids=str)
def test_labels_that_do_not_fit(labels):
    with pytest.raises(UsageError, match='labels: got'):
        class_accuracy(P, labels)
