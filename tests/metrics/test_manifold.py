"""Precision, recall, density and coverage against loops and by hand."""

import literal
import numpy as np
import pytest

from dcgan_tf.errors import UsageError
from dcgan_tf.metrics import METRICS, distances, manifold, results
from tests.cases import cases

RNG = np.random.default_rng(4)
REAL, FAKE = RNG.normal(size=(40, 2)), RNG.normal(0.7, 0.6, size=(30, 2))
GRIDS = RNG.integers(0, 5, size=(25, 2)), RNG.integers(1, 6, size=(35, 2))


def precision_recall(real, fake, **k):
    return tuple(manifold.metrics(['precision', 'recall'], real, fake, **k).values())


def density_coverage(real, fake, **k):
    return tuple(manifold.metrics(['density', 'coverage'], real, fake, **k).values())


@cases(('real', 'fake'), [(REAL, FAKE), (FAKE, REAL), GRIDS])
@cases('k', [1, 3])
@cases('chunk', [100, 2 ** 20])
def test_against_loops(monkeypatch, real, fake, k, chunk):
    monkeypatch.setattr(distances, 'CHUNK', chunk)
    assert precision_recall(real, fake, k=k) == pytest.approx(
        (literal.precision(real, fake, k), literal.precision(fake, real, k)))
    assert density_coverage(real, fake, k=k) == pytest.approx(
        (literal.density(real, fake, k), literal.coverage(real, fake, k)))


def test_by_hand():
    """k = 1, radii 1 1 2 of the balls round 0, 1, 3; the fake 1 is in all three, 9 in none."""
    real, fake = [[0], [1], [3]], [[1], [9]]
    assert density_coverage(real, fake, k=1) == (3 / 2, 1.0)
    assert precision_recall(real, fake, k=1) == (1 / 2, 1.0)
    assert density_coverage(real, [[4.5], [9]], k=1) == (1 / 2, 1 / 3)
    assert precision_recall(real, [[4.5], [5]], k=1) == (1.0, 0.0)


def test_the_k_of_the_papers():
    assert precision_recall(REAL, FAKE) == precision_recall(REAL, FAKE, k=3)
    assert density_coverage(REAL, FAKE) == density_coverage(REAL, FAKE, k=5)


@cases('width', [1, 2, 40])
def test_identical_sets(width):
    """A ball holds its centre and k others: density (k + 1) / k, if none lies on two surfaces."""
    x = RNG.normal(size=(50, width))
    assert precision_recall(x, x[::-1]) == (1.0, 1.0)
    assert density_coverage(x, x[::-1], k=5) == pytest.approx((6 / 5, 1.0))


def test_sets_far_apart():
    assert precision_recall(REAL, FAKE + 100) == (0.0, 0.0)
    assert density_coverage(REAL, FAKE + 100) == (0.0, 0.0)


def test_one_distribution():
    """Density 1, coverage 1 - (N-1)...(N-k) / (2N-1)...(2N-k), in the mean."""
    n, k = 60, 2
    drawn = [density_coverage(*RNG.normal(size=(2, n, 2)), k=k) for _ in range(150)]
    expected = 1 - (n - 1) * (n - 2) / ((2 * n - 1) * (2 * n - 2))
    errors = np.std(drawn, axis=0) / 150 ** 0.5
    assert (np.abs(np.mean(drawn, axis=0) - (1, expected)) < 4 * errors).all()


def test_a_collapsed_generator():
    """One real image again and again is precise, and recalls that image alone."""
    fake = np.repeat(REAL[:1], 20, axis=0)
    assert precision_recall(REAL, fake) == (1.0, 1 / 40)
    assert density_coverage(REAL, fake)[1] < 0.5


def test_rotation_and_order_change_nothing():
    turn, order = literal.rotation(2), RNG.permutation(30)
    for figures in (precision_recall, density_coverage):
        assert figures(REAL @ turn, (FAKE @ turn)[order]) == pytest.approx(figures(REAL, FAKE))


@cases('k', [0, 30, 2.0])
def test_a_k_out_of_range(k):
    with pytest.raises(UsageError, match=f'k = {k}: expected an integer, 1 to 29'):
        precision_recall(FAKE, FAKE, k=k)
    with pytest.raises(UsageError, match=f'k = {k}: expected'):
        density_coverage(FAKE, REAL, k=k)


def test_every_distance_is_worked_out_once_for_all_four(monkeypatch):
    """Real to real, fake to fake, real to fake."""
    calls = []

    def counted(*sets):
        calls.append([len(x) for x in sets])
        return squared_distances(*sets)
    squared_distances = distances.squared_distances
    for module in (distances, manifold):
        monkeypatch.setattr(module, 'squared_distances', counted)
    names = ['coverage', 'precision', 'density', 'recall']
    found = results(names, real=REAL, fake=FAKE)
    assert sorted(calls) == [[30, 30], [40, 30], [40, 40]]
    assert list(found.items()) == [
        (name, METRICS[name].of(REAL, FAKE)) for name in names]
