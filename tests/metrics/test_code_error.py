"""Codes against classes: the table, and the match of both."""

import itertools

import numpy as np
import pytest

from dcgan_tf.errors import UsageError
from dcgan_tf.metrics import cluster_error, code_error, confusion, matching, naming

RNG = np.random.default_rng(3)


def test_the_table_counts_pictures():
    p = np.eye(3)[[0, 0, 1, 2, 1]]
    assert confusion(p, [1, 1, 0, 0, 1]).tolist() == [[0, 2], [1, 1], [1, 0]]
    assert confusion(p, [1, 1, 0, 0, 1], 3).tolist() == [[0, 2, 0], [1, 1, 0], [1, 0, 0]]


def test_the_match_against_all_permutations():
    for _ in range(20):
        table = RNG.integers(0, 50, (5, 5))
        best = max(table[range(5), list(order)].sum() for order in itertools.permutations(range(5)))
        found = matching(table)
        assert found.error == pytest.approx(1 - best / table.sum())
        assert sum(table[v, k] for v, k in enumerate(found.classes)) == best
        assert found.majority_error == pytest.approx(1 - table.max(axis=1).sum() / table.sum())
        assert found.majority_error <= found.error


def test_codes_in_another_order_are_no_error():
    labels = RNG.integers(0, 10, 500)
    order = RNG.permutation(10)
    assert code_error(np.eye(10)[order[labels]], labels) == 0
    assert matching(confusion(np.eye(10)[order[labels]], labels)).classes == np.argsort(
        order).tolist()


def test_two_classes_in_one_code():
    """Three of ten are wrong one to one; by majority the empty code costs nothing."""
    p = np.eye(3)[[0] * 7 + [1] * 3]
    found = matching(confusion(p, [0] * 4 + [2] * 3 + [1] * 3))
    assert found.error == found.majority_error == pytest.approx(0.3)
    merged = matching(np.array([[5, 0], [5, 0], [0, 4]]))
    assert (merged.error, merged.majority_error) == (pytest.approx(5 / 14), 0)
    assert merged.classes.count(None) == 1 and merged.classes[2] == 1


def test_clusters_are_named_by_one_picture():
    """The surest picture of each, and several may have one class. Section 5 of 1511.05644."""
    p = np.array([[0.6, 0.3, 0.1], [0.9, 0.1, 0.0], [0.2, 0.8, 0.0], [0.3, 0.7, 0.0],
                  [0.1, 0.0, 0.9], [0.0, 0.4, 0.6]])
    labels = [1, 0, 1, 2, 0, 1]
    found = naming(p, labels)
    assert found.classes == [0, 1, 0]                 # of the pictures 1, 2 and 4
    assert found.error == cluster_error(p, labels) == pytest.approx(3 / 6)
    assert found.majority_error == pytest.approx(3 / 6)
    assert naming(np.eye(4)[[0, 1, 2, 3, 3]], [1, 0, 1, 0, 0]).error == 0


def test_a_code_that_says_nothing():
    labels = np.arange(1000) % 10
    assert code_error(np.full((1000, 10), 0.1), labels) == pytest.approx(0.9)


@pytest.mark.parametrize(('p', 'labels', 'problem'), [
    (np.ones(3), [0, 1, 2], r'shape \[3\]'), (np.eye(3), [0, 1], 'got 2 numbers'),
    (np.eye(3), [0, 1, -1], 'numbers from -1'), (np.eye(3), [0, 1, 0.5], 'whole numbers')])
def test_what_does_not_fit(p, labels, problem):
    with pytest.raises(UsageError, match=problem):
        confusion(p, labels)
