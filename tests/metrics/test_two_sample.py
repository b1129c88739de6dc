"""The nearest neighbour as a judge, against loops and where the answer is known."""

import literal
import numpy as np
import pytest

from dcgan_tf.metrics import distances, nearest_neighbour_accuracy
from tests.cases import cases

RNG = np.random.default_rng(5)
REAL, FAKE = RNG.normal(size=(40, 3)), RNG.normal(0.5, 1, size=(25, 3))
GRIDS = RNG.integers(0, 3, size=(20, 2)), RNG.integers(0, 4, size=(30, 2))


@cases(('real', 'fake'), [(REAL, FAKE), GRIDS])
@cases('chunk', [150, 2 ** 20])
def test_against_loops(monkeypatch, real, fake, chunk):
    monkeypatch.setattr(distances, 'CHUNK', chunk)
    actual, expected = nearest_neighbour_accuracy(real, fake), literal.one_nn(real, fake)
    assert (actual.real, actual.fake) == pytest.approx(expected)
    assert actual.accuracy == pytest.approx(np.mean(expected))


def test_by_hand():
    """The nearest of real 0 and 3: 1 and 1, fake. Of fake 1, 9, 10: 0, real; 10 and 9, fake."""
    assert nearest_neighbour_accuracy([[0], [3]], [[1], [9], [10]]) == pytest.approx(
        (1 / 3, 0, 2 / 3))


def test_a_tie_is_shared():
    """The neighbours of 0 are a real -1 and a fake 1; all others have one nearest."""
    actual = nearest_neighbour_accuracy([[0], [-1], [-1.5]], [[1], [1.5]])
    assert actual.real == pytest.approx((1 / 2 + 1 + 1) / 3)
    assert actual.fake == 1.0


@cases('width', [2, 64])
def test_copies_are_0(width):
    x = RNG.normal(size=(50, width))
    assert nearest_neighbour_accuracy(x, x[::-1]) == (0, 0, 0)


def test_one_image_again_and_again():
    """All rows are at 0 from all others: of 2 + 3 rows, 1 of 4 is real's own, 2 of 4 fake's."""
    assert nearest_neighbour_accuracy(np.ones((2, 4)), np.ones((3, 4))) == (0.375, 0.25, 0.5)


def test_sets_far_apart_are_told():
    assert nearest_neighbour_accuracy(REAL, FAKE + 50) == (1, 1, 1)


def test_a_collapse_is_seen_in_the_parts():
    """All fakes in one place, among the real ones: 1 of the fakes, most of the real ones."""
    _, real, fake = nearest_neighbour_accuracy(REAL, FAKE * 1e-3)
    assert fake == 1.0
    assert 0.3 < real < 1.0


@cases(('n', 'm'), [(40, 40), (60, 15)])
def test_one_distribution_is_a_half(n, m):
    """Whatever the sizes: (N + M - 2) / (2 (N + M - 1)) in the mean."""
    drawn = [nearest_neighbour_accuracy(RNG.normal(size=(n, 2)), RNG.normal(size=(m, 2))).accuracy
             for _ in range(300)]
    expected = (n + m - 2) / (2 * (n + m - 1))
    assert abs(np.mean(drawn) - expected) < 4 * np.std(drawn) / 300 ** 0.5


def test_rotation_and_order_change_nothing():
    turn, order = literal.rotation(3), RNG.permutation(40)
    assert nearest_neighbour_accuracy((REAL @ turn)[order], FAKE @ turn) == pytest.approx(
        nearest_neighbour_accuracy(REAL, FAKE))
