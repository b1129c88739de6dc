"""ops.diff_augment: what each change does to the pixels, and that all are differentiable."""

import numpy as np
import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.config import AUGMENTS as HELP
from dcgan_tf.ops import AUGMENTS
from tests.cases import cases

brightness, saturation, contrast = AUGMENTS['color']
(translation,), (cutout,) = AUGMENTS['translation'], AUGMENTS['cutout']
v1 = tf.compat.v1
X = np.random.default_rng(0).uniform(-1, 1, [40, 16, 8, 3]).astype(np.float32)


def augmented(evaluate, kinds, x=X, seed=1, step=0):
    return evaluate(lambda x_ph: ops.diff_augment(x_ph, kinds, seed, step), x)


def given(evaluate, change, u):
    """One change with a draw u for every image."""
    return evaluate(lambda x_ph: change(x_ph, lambda shape, rows=0: tf.fill(shape, u)), X)


@cases('u', [-1.0, 0.0, 0.6])
def test_the_three_changes_of_colour(evaluate, u):
    np.testing.assert_allclose(given(evaluate, brightness, u), X + u / 2, atol=1e-6)
    grey = X.mean(axis=3, keepdims=True)
    np.testing.assert_allclose(given(evaluate, saturation, u), grey + (X - grey) * (u + 1),
                               atol=1e-5)
    mean = X.mean(axis=(1, 2, 3), keepdims=True)
    np.testing.assert_allclose(given(evaluate, contrast, u), mean + (X - mean) * (1 + u / 2),
                               atol=1e-5)


@cases(('u', 'rows', 'columns'), [(1.0, 2, 1), (-1.0, -2, -1), (0.0, 0, 0)])
def test_translation_moves_by_an_eighth_and_lets_zeros_in(evaluate, u, rows, columns):
    expected = np.zeros_like(X)
    for i in range(16):
        for j in range(8):
            if 0 <= i + rows < 16 and 0 <= j + columns < 8:
                expected[:, i, j] = X[:, i + rows, j + columns]
    np.testing.assert_array_equal(given(evaluate, translation, u), expected)


def test_cutout_blanks_a_rectangle_of_half_the_sides(evaluate):
    middle = given(evaluate, cutout, 0.0)
    assert (middle[:, 4:12, 2:6] == 0).all()
    middle[:, 4:12, 2:6] = X[:, 4:12, 2:6]
    np.testing.assert_array_equal(middle, X)


@cases('kinds', HELP)
def test_every_image_changes_in_its_own_way_by_seed_and_step(evaluate, kinds):
    same = np.repeat(X[:1], 40, axis=0)
    out = augmented(evaluate, kinds, same)
    assert len(np.unique(out, axis=0)) > 10
    np.testing.assert_array_equal(out, augmented(evaluate, kinds, same))
    for change in ({'seed': 2}, {'step': 1}):
        assert not np.array_equal(out, augmented(evaluate, kinds, same, **change))


def test_rows_and_columns_move_apart(evaluate):
    """A single bright pixel in the middle: its places are not on one diagonal."""
    x = np.zeros([60, 32, 32, 1], np.float32)
    x[:, 16, 16] = 1
    _, rows, columns, _ = np.nonzero(augmented(evaluate, 'translation', x))
    assert len(set(rows)) > 4 and len(set(columns)) > 4
    assert abs(np.corrcoef(rows, columns)[0, 1]) < 0.5


def test_changes_follow_each_other(evaluate):
    both = augmented(evaluate, 'color,cutout')
    assert 0.1 < (both == 0).mean() < 0.3                  # a quarter, less what lies outside
    np.testing.assert_array_equal(augmented(evaluate, ''), X)


@cases('kinds', HELP)
def test_gradients_reach_the_images(kinds):
    with tf.Graph().as_default(), v1.Session() as session:
        x = tf.constant(X)
        slope, = tf.gradients(tf.reduce_sum(ops.diff_augment(x, kinds, 1, 0) ** 2), x)
        slope = session.run(slope)
    assert np.isfinite(slope).all()
    assert (np.abs(slope).max(axis=(1, 2, 3)) > 0).all()


def test_the_tables_agree():
    assert list(AUGMENTS) == list(HELP)
