"""A step of several batches: who learns how often, from what, and from which sums."""

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf.fit.feed import BatchFeeder
from tests.helpers import boxes, first_step

v1 = tf.compat.v1
D_MORE = {'d_steps': 3, 'flip': True}
GATHER = {'gradient_accumulate': 3, 'flip': True}
ALL = {'d_steps': 2, 'g_steps': 3, 'gradient_accumulate': 2}


@pytest.fixture
def gan(one_layer, finished):
    """gan(**changes) -> a finished model of one step, from the pool."""
    return lambda **changes: finished(one_layer(epochs=1, **changes))


def moves(gan, network):
    """How many steps an Adam has made: beta1 to that power is kept."""
    variable, = (v for v in gan.variables() if v.op.name == f'train_{network}/beta1_power')
    return round(float(np.log(gan.session.run(variable)) / np.log(gan.config.beta1))) - 1


@pytest.mark.parametrize(('changes', 'd_steps', 'g_steps', 'runs'), [
    (ALL, 2, 3, 8),
    *(pytest.param(*row, marks=pytest.mark.slow)
      for row in (({}, 1, 1, 1), (D_MORE, 3, 1, 3), (GATHER, 1, 1, 3))),
    pytest.param({'g_steps': 3}, 1, 3, 3, marks=pytest.mark.slow),
    pytest.param({'d_steps': 2, 'g_steps': 2}, 2, 2, 3, marks=pytest.mark.slow)], ids=str)
def test_who_moves_how_often(gan, images, changes, d_steps, g_steps, runs):
    made = gan(**changes)
    assert len(first_step(made).train_ops) == made.config.batches_per_step == runs
    assert boxes(made) == ({'sums'} if made.config.gradient_accumulate > 1 else set())
    assert made.config.images_per_step == 4 * runs
    assert made.fit(images, progress=False).step == made.steps_done() == 1
    assert (moves(made, 'D'), moves(made, 'G')) == (d_steps, g_steps)


def test_one_batch_a_step_needs_no_other_op(gan):
    made = gan()
    assert len(first_step(made).train_ops) == 1 and made.built.inputs.batch_in_step_ph is None
    assert not [v for v in made.variables() if v.op.name.startswith('sums/')]


def test_each_batch_is_another_and_has_its_own_noise(gan, images):
    made = gan(**D_MORE)
    feed = BatchFeeder(made, images)
    plain = gan()
    one_by_one, noises = BatchFeeder(plain, images), []
    for i in range(6):
        fed = feed(i // 3, i % 3)
        np.testing.assert_array_equal(fed[made.built.inputs.images_ph],
                                      one_by_one(i)[plain.built.inputs.images_ph])
        batch = {made.built.inputs.batch_in_step_ph: fed[made.built.inputs.batch_in_step_ph]}
        noises.append(made.session.run(made.built.inputs.batch.noise, batch))
        if i == 2:
            made.session.run(made.train_op, fed)                            # counts the step
    assert len(np.unique(noises, axis=0)) == 6


def test_a_move_is_made_of_the_mean_of_all_gradients(gan, images):
    """Adam's first moment after one step is (1 - beta1) times the gradient."""
    made = gan(**GATHER)
    feed, (d, g) = BatchFeeder(made, images), first_step(made).player_steps
    gradients = d.gradients + g.gradients
    batches = [made.session.run(gradients, feed(0, part))
               for part in range(3)]
    made.fit(images, progress=False)
    for learner in (d, g):
        for total in made.session.run(learner.optimizer.gradient_sums):
            assert not total.any()
    for i, weight in enumerate(d.optimizer.weights + g.optimizer.weights):
        slot, = (v for v in made.variables() if v.op.name == f'{weight.op.name}/Adam')
        expected = (1 - made.config.beta1) * np.mean([batch[i] for batch in batches], axis=0)
        np.testing.assert_allclose(made.session.run(slot), expected, rtol=1e-4, atol=1e-8)


def test_gathering_moves_no_weight(gan, images):
    made = gan(**GATHER)
    weights = [v for learner in first_step(made).player_steps for v in learner.optimizer.weights]
    before = made.session.run(weights)
    made.session.run(first_step(made).train_ops[0].op, BatchFeeder(made, images)(0, 0))
    for a, b in zip(before, made.session.run(weights), strict=True):
        np.testing.assert_array_equal(a, b)


def test_the_norm_that_is_shown_is_that_of_the_mean(gan, images):
    made = gan(**GATHER)
    feed, (d, g) = BatchFeeder(made, images), first_step(made).player_steps
    batches = [made.session.run((d.gradients, g.gradients), feed(0, part)) for part in range(3)]
    for part in range(2):
        made.session.run(first_step(made).train_ops[part].op, feed(0, part))
    for i, name in enumerate('dg'):
        means = [np.mean(same, axis=0, dtype=float)
                 for same in zip(*(batch[i] for batch in batches), strict=True)]
        norm = made.session.run(first_step(made).scalars[f'gradient_norm/{name}'], feed(0, 2))
        assert norm == pytest.approx(
            sum((mean ** 2).sum() for mean in means) ** 0.5, rel=1e-4)


def test_the_norm_of_a_d_that_rests_is_that_of_the_batch(gan, images):
    """Behind D's own run its sums are empty; half of the gradient would be shown."""
    made = gan(**ALL)
    feed, (d, _) = BatchFeeder(made, images), first_step(made).player_steps
    for part, run in enumerate(first_step(made).train_ops[:-1]):
        made.session.run(run.op, feed(0, part))
    shown = first_step(made).scalars['gradient_norm/d']
    gradients, norm = made.session.run((d.gradients, shown), feed(0, 7))
    assert norm == pytest.approx(
        sum((g.astype(float) ** 2).sum() for g in gradients) ** 0.5, rel=1e-4)
