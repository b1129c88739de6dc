"""Distances in slices: all pairs, exact zeros, and never all of them in memory."""

import tracemalloc

import literal
import numpy as np
import pytest

from dcgan_tf.metrics import distances
from tests.cases import cases

RNG = np.random.default_rng(3)


@cases('chunk', [1, 30, 2 ** 20])
def test_against_loops(monkeypatch, chunk):
    monkeypatch.setattr(distances, 'CHUNK', chunk)
    a, b = RNG.normal(size=(13, 3)), RNG.normal(5, 2, size=(7, 3))
    slices = list(distances.squared_distances(a, b))
    assert [i for rows, _ in slices for i in range(rows.start, rows.stop)] == list(range(13))
    assert max(len(squared) for _, squared in slices) <= max(1, chunk // 7)
    expected = [[literal.distance(x, y) ** 2 for y in b] for x in a]
    np.testing.assert_allclose(np.concatenate([squared for _, squared in slices]), expected)


@cases('shift', [0, 1e6])
def test_a_copy_is_at_0_exactly(shift):
    """Also far from the origin, and a neighbour 1e-5 away in each feature is none."""
    x = RNG.normal(size=(200, 64)) + shift
    (_, squared), = distances.squared_distances(x, x[::-1].copy())
    assert (squared[np.arange(200), np.arange(200)[::-1]] == 0).all()
    assert np.count_nonzero(squared == 0) == 200
    (_, squared), = distances.squared_distances(x[:1] + 1e-5, x)
    assert squared[0, 0] == pytest.approx(64e-10, rel=1e-2)


def test_radii_against_loops():
    x = RNG.integers(0, 4, size=(30, 2))                    # many copies, many ties
    ks = [5, 1, 2, 29]
    expected = [[literal.radius(x, i, k) ** 2 for i in range(30)] for k in ks]
    np.testing.assert_allclose(distances.squared_radii(x, ks), expected, atol=1e-12)


def test_the_slices_are_let_go(monkeypatch):
    """All distances at once would be 32 MB."""
    monkeypatch.setattr(distances, 'CHUNK', 2 ** 15)
    x = RNG.normal(size=(2000, 2))
    tracemalloc.start()
    distances.squared_radii(x, [3])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4e6
