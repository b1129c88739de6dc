"""Every objective against its literal formula, and its stable form where the literal one fails."""

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf import objectives
from dcgan_tf.errors import UsageError
from tests import reference as ref

v1 = tf.compat.v1


def value(tensor_of, *arrays):
    with tf.Graph().as_default(), v1.Session() as session:
        return session.run(tensor_of(*(tf.constant(a, tf.float32) for a in arrays)))


def probability(logits):
    """D(x): the sigmoid of one logit, or class 1 of a softmax over two."""
    if logits.shape[1] == 1:
        return 1 / (1 + np.exp(-logits[:, 0]))
    return np.exp(logits[:, 1]) / np.exp(logits).sum(axis=1)


@pytest.mark.parametrize('name', objectives.OBJECTIVES)
def test_losses_are_their_formula(name):
    row = objectives.get(name)
    real, fake = np.random.default_rng(1).normal(0, 3, (2, 50, row.logits))
    d_loss = -np.mean(np.log(probability(real))) - np.mean(np.log(1 - probability(fake)))
    g_loss = -np.mean(np.log(probability(fake)))
    ref.assert_close(value(row.d_loss, real, fake), d_loss)
    ref.assert_close(value(row.g_loss, fake), g_loss)


@pytest.mark.parametrize('name', objectives.OBJECTIVES)
def test_the_score_is_the_log_odds(name):
    row = objectives.get(name)
    logits = np.random.default_rng(2).normal(0, 3, (50, row.logits))
    p = probability(logits)
    ref.assert_close(value(row.score, logits), np.log(p / (1 - p)))


@pytest.mark.parametrize('name', objectives.OBJECTIVES)
def test_losses_and_gradients_stay_finite_far_out(name):
    row = objectives.get(name)

    def far(x):
        losses = [row.d_loss(x, -x), row.d_loss(-x, x), row.g_loss(x), row.g_loss(-x)]
        return [losses, tf.gradients(losses, x)]

    x = np.full((4, row.logits), 1e4) * np.array([-1, 1])[-row.logits:]
    for array in tf.nest.flatten(value(far, x)):
        assert np.isfinite(array).all()


def test_accuracy_counts_both_kinds():
    scores = [2.0, -1.0, 3.0, 0.5], [-1.0, -2.0, 4.0, 0.0]
    assert value(objectives.accuracy, *scores) == pytest.approx(5 / 8)


def test_number_of_logits_names_an_objective():
    assert objectives.with_logits(1) == 'non_saturating'
    assert objectives.with_logits(2) == 'softmax'
    with pytest.raises(UsageError, match='expected 1 .* or 2'):
        objectives.with_logits(3)
    with pytest.raises(UsageError, match='expected softmax'):
        objectives.get('nonsense')
