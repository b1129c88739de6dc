"""ops.dropout: the scaling rule, and a mask that is a function of the seed alone."""

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf import ops
from tests import reference as ref
from tests.cases import cases

SEED = np.array([3, 14], dtype=np.int32)


def drop(evaluate, x, rate, seed=SEED, training=True):
    return evaluate(lambda x_ph: ops.dropout(x_ph, rate, seed=seed, training=training), x)


@cases('shape', [[1, 1], [7, 5], [7, 3, 4, 2]])
@cases('rate', [0.0, 0.25, 0.5, 0.9])
def test_what_is_kept_is_scaled(evaluate, rng, shape, rate):
    x = rng.uniform(1, 2, size=shape)
    y = drop(evaluate, x, rate)
    ref.assert_close(y, ref.dropout(x, y != 0, rate))


@cases('rate', [0.0, 0.25, 0.5, 0.9])
def test_the_share_dropped_is_the_rate(evaluate, rate):
    y = drop(evaluate, np.ones([100, 200]), rate)
    assert np.mean(y == 0) == pytest.approx(rate, abs=0.02)    # 20 000 draws: 5 sigma and more


def test_the_mask_follows_the_seed(evaluate):
    x = np.ones([7, 20])
    mask = drop(evaluate, x, 0.5)
    np.testing.assert_array_equal(mask, drop(evaluate, x, 0.5))
    for other in [3, 15], [4, 14], [14, 3]:
        assert np.any(mask != drop(evaluate, x, 0.5, np.array(other, dtype=np.int32)))


def test_the_mask_is_not_moved_by_the_graph(evaluate):
    def build(x_ph, seed_ph):
        tf.random.normal([3])
        seed = tf.reshape(seed_ph, [2])
        return [ops.dropout(x_ph, 0.5, seed=seed, training=True) for _ in range(2)]

    x = np.ones([7, 20])
    first, second = evaluate(build, x, SEED, seed=99)
    np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(first, drop(evaluate, x, 0.5))


def test_rows_are_dropped_apart(evaluate):
    mask = drop(evaluate, np.ones([2, 100]), 0.5)
    assert np.any(mask[0] != mask[1])


def test_without_training_it_is_the_identity(evaluate, rng):
    x = rng.normal(size=[7, 5]).astype(np.float32)
    np.testing.assert_array_equal(drop(evaluate, x, 0.5, training=False), x)


@cases('training', [True, False])
@cases('rate', [-0.1, 1, 1.5])
def test_an_impossible_rate_is_refused(rate, training):
    with tf.Graph().as_default(), pytest.raises(ValueError, match=str(rate)):
        ops.dropout(tf.zeros([2, 3]), rate, seed=SEED, training=training)
