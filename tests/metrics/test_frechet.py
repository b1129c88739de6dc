"""The Frechet distance against the eigenvalues of A B and against closed forms."""

import literal
import numpy as np
import pytest

from dcgan_tf.metrics import frechet_distance, frechet_of_moments
from tests.cases import cases

RNG = np.random.default_rng(1)
REAL = RNG.normal(size=(60, 5)) * [1, 2, 3, 0.5, 1]
FAKE = RNG.normal(0.5, 1.5, size=(45, 5))


def test_against_the_literal_form():
    assert frechet_distance(REAL, FAKE) == pytest.approx(literal.frechet(REAL, FAKE), rel=1e-9)


def test_of_one_feature():
    """(m_a - m_b)^2 + (s_a - s_b)^2; the variances of these are 2 and 18, unbiased."""
    assert frechet_distance([[0], [2]], [[10], [16]]) == pytest.approx(
        12 ** 2 + (18 ** 0.5 - 2 ** 0.5) ** 2)


def test_of_diagonal_covariances():
    a, b = np.array([1.0, 4.0, 0.0]), np.array([9.0, 1.0, 2.0])
    expected = 3 * 0.25 + np.sum((np.sqrt(a) - np.sqrt(b)) ** 2)
    actual = frechet_of_moments(np.zeros(3), np.diag(a), np.full(3, 0.5), np.diag(b))
    assert actual == pytest.approx(expected)


def test_of_rotated_covariances():
    """Both turned alike, they keep their distance; one turned by 90 degrees swaps its axes."""
    a, b, zero = np.diag([1.0, 4.0]), np.diag([9.0, 16.0]), np.zeros(2)
    turn = literal.rotation(2)
    both = frechet_of_moments(zero, turn @ a @ turn.T, zero, turn @ b @ turn.T)
    assert both == pytest.approx((3 - 1) ** 2 + (4 - 2) ** 2)
    assert frechet_of_moments(zero, a, zero, np.diag([16.0, 9.0])) == pytest.approx(3 ** 2 + 1)


def test_of_covariances_that_do_not_commute():
    """In two dimensions tr (A B)^1/2 = sqrt(tr A B + 2 sqrt(det A B))."""
    a, b = np.array([[2.0, 1.0], [1.0, 3.0]]), np.array([[5.0, -2.0], [-2.0, 1.0]])
    root = np.sqrt(np.trace(a @ b) + 2 * np.sqrt(np.linalg.det(a) * np.linalg.det(b)))
    actual = frechet_of_moments(np.zeros(2), a, np.zeros(2), b)
    assert actual == pytest.approx(np.trace(a) + np.trace(b) - 2 * root)


@cases('n', [60, 3])
def test_equal_sets_are_at_0(n):
    """Never below, though about half of them round that way."""
    for x in RNG.normal(size=(20, n, 20)):
        assert 0 <= frechet_distance(x, x[::-1]) < 1e-6


def test_singular_covariances():
    """6 and 4 rows of 30 features: ranks 5 and 3; the root is no complex number."""
    real, fake = RNG.normal(size=(6, 30)), RNG.normal(size=(4, 30))
    actual = frechet_distance(real, fake)
    assert type(actual) is float
    assert actual == pytest.approx(literal.frechet(real, fake), abs=1e-4)
    assert actual == pytest.approx(frechet_distance(fake, real), abs=1e-5)


def test_constant_features():
    """No variance at all: what is left is the distance of the means, and the fakes' variance."""
    flat = np.full((5, 4), 2.0)
    assert frechet_distance(flat, flat + 3) == pytest.approx(4 * 9)
    assert frechet_distance(flat, REAL[:, :4]) == pytest.approx(
        np.sum((2 - REAL[:, :4].mean(axis=0)) ** 2) + np.trace(np.cov(REAL[:, :4].T)))


def test_rotation_and_order_change_nothing():
    turn, order = literal.rotation(5), RNG.permutation(60)
    assert frechet_distance((REAL @ turn)[order], FAKE @ turn) == pytest.approx(
        frechet_distance(REAL, FAKE))


def test_a_shift_adds_its_square():
    shift = np.array([3.0, 0, 0, 4.0, 0])
    assert frechet_distance(REAL, REAL + shift) == pytest.approx(25)
