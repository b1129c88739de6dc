"""ops.random_flip: mirrored or not, as a function of (seed, step)."""

import numpy as np

from dcgan_tf import ops
from tests.cases import cases

X = np.random.default_rng(0).normal(size=[200, 3, 5, 2]).astype(np.float32)


def flip(evaluate, x=X, seed=1, step=0):
    return evaluate(lambda x_ph: ops.random_flip(x_ph, seed, step), x)


def mirrored(x, out):
    """Which images were mirrored; every image must be itself or its mirror image."""
    same = (out == x).all(axis=(1, 2, 3))
    other = (out == x[:, :, ::-1]).all(axis=(1, 2, 3))
    assert (same ^ other).all()
    return other


def test_about_half_are_mirrored_left_to_right(evaluate):
    assert 70 < mirrored(X, flip(evaluate)).sum() < 130


def test_it_is_a_function_of_seed_and_step(evaluate):
    first = flip(evaluate)
    np.testing.assert_array_equal(first, flip(evaluate))
    for change in ({'seed': 2}, {'step': 1}):
        assert 70 < (mirrored(X, first) != mirrored(X, flip(evaluate, **change))).sum() < 130


@cases('n', [0, 1])
def test_small_batches(evaluate, n):
    assert flip(evaluate, X[:n]).shape == (n, 3, 5, 2)
