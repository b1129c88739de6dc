"""`unroll`: the D that G looks ahead to is the D that would come, and G learns how to move it."""

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf.fit.feed import BatchFeeder
from tests.families import FAMILIES, ONE
from tests.helpers import assert_trains, boxes, first_step, put
from tests.pool import build

v1 = tf.compat.v1
LABELS = np.arange(10) % 2
HARD = {'type': 'cgan', 'class_names': ('a', 'b'), 'objective': 'hinge',
        'penalty': 'gradient_penalty', 'norm': 'spectral'}
EASY = [
    {'objective': 'ebgan'},
    {'objective': 'loss_sensitive', 'penalty': 'r1', 'penalty_every': 2},
    {'penalty': 'mode_regularised', 'label_flip': 0.3, 'instance_noise': 0.1},
    {'norm': 'spectral'},
]


def rows(*quick, slow):
    """Parametrises by a `row` of options."""
    return pytest.mark.parametrize(
        'row', [*quick, *(pytest.param(row, marks=pytest.mark.slow) for row in slow)],
        ids=lambda row: '-'.join(map(str, row.values())) or 'plain')


@pytest.fixture
def config(tiny):
    """config(**changes): D learns fast, and has one layer."""
    return lambda name='dcgan28', **changes: tiny(name, **{
        'd_learning_rate': 1e-3, 'ema': 0.0, **(ONE if name == 'dcgan28' else {}), **changes})


@pytest.fixture
def gan(config, finished):
    """gan(**changes) -> a finished model from the pool."""
    return lambda name='dcgan28', **changes: finished(config(name, **changes))


def _gradients(gan):
    """D's and G's."""
    return [learner.gradients for learner in first_step(gan).player_steps]


@rows({}, slow=[HARD, *EASY])
def test_the_d_ahead_is_the_one_that_two_steps_of_d_make(gan, images, row):
    """G's loss two steps ahead = G's loss after D alone has made them, on the same batch.

    G alone learns from that: D's own gradient is what it is without.
    """
    looking, moving = gan(unroll=2, **row), gan(d_steps=2, **row)
    ahead, d, g = looking.session.run([looking.g_loss, *_gradients(looking)],
                                      BatchFeeder(looking, images, LABELS)(0))
    feed, d_alone = BatchFeeder(moving, images, LABELS)(0), first_step(moving).train_ops[0]
    before, same_d, other_g = moving.session.run([moving.g_loss, *_gradients(moving)], feed)
    for a, b in zip(d, same_d, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-7)
    assert not all(np.allclose(a, b, rtol=1e-2) for a, b in zip(g, other_g, strict=True))
    inner = {op.name.rsplit('/', 2)[0] for op in looking.graph.get_operations()}
    assert {f'unrolled/step{i}/Discriminator_{use}' for use in ('real', 'fake')
            for i in (1, 2)} <= inner
    assert boxes(looking) - boxes(moving) == {'unrolled'}
    for _ in range(2):
        moving.session.run(d_alone.op, feed)
    after = moving.session.run(moving.g_loss, feed)
    assert abs(ahead - before) > 1e-4 * abs(before)
    assert ahead == pytest.approx(after, rel=1e-4, abs=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize('name', FAMILIES)
def test_g_learns_how_d_will_answer(gan, images, name):
    """The slope of G's loss along its own gradient, by central differences; D's steps included."""
    made = gan(name, unroll=2, epochs=20)
    made.fit(images, progress=False)           # before, Adam's moments are 0 and its steps flat
    _, g = first_step(made).player_steps
    feed, weights = BatchFeeder(made, images)(20), g.optimizer.weights
    slopes, start = made.session.run((g.gradients, weights), feed)
    length = np.sqrt(sum((s ** 2).sum() for s in slopes))
    ends = []
    for sign in (1, -1):
        for w, w0, s in zip(weights, start, slopes, strict=True):
            put(made.session, w, w0 + sign * 1e-4 * s / length)
        ends.append(made.session.run(made.g_loss, feed))
    assert (ends[0] - ends[1]) / 2e-4 == pytest.approx(length, rel=0.1)


def test_weights_are_clipped_ahead_as_they_will_be(config):
    with build(config(objective='wgan')) as made:
        made.model()
        with tf.Graph().as_default(), v1.Session() as session:
            ahead = made.built.net.D.one_step_on({'w': tf.constant([-1.0, 0.005, 0.02])})
            np.testing.assert_allclose(session.run(ahead._weights['w']), [-0.01, 0.005, 0.01])


@pytest.mark.slow
def test_the_graph_grows_by_as_much_for_every_step(config):
    """A gradient that went through the steps before would make it explode."""
    sizes = []
    for steps in (1, 2, 3):
        with build(config(unroll=steps)) as made:
            made.loss()
            sizes.append(len(made.graph.get_operations()))
    growth = np.diff(sizes)
    assert growth.max() < 1.2 * growth.min()


@pytest.mark.slow
@rows(HARD, {}, *EASY, slow=[])
def test_every_row_resumes_to_the_bit(config, images, pool, tmp_path, row):
    assert_trains(pool, config(unroll=2, **row), images, tmp_path, labels=LABELS)


@pytest.mark.slow
def test_with_labels_and_several_batches(gan, images):
    made = gan(type='cgan', class_names=('a', 'b'), unroll=1, d_steps=2, gradient_accumulate=2)
    made.fit(images, labels=np.arange(10) % 2, progress=False)
    for value in made.session.run(made.variables()):
        assert np.isfinite(value).all()
    assert boxes(made) == {'sums', 'unrolled'}
