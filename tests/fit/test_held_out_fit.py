"""Held-out pictures in a training: D's scores of them, no bit that they change, what is refused."""

import math

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf.data.dataset import Dataset
from dcgan_tf.errors import UsageError
from dcgan_tf.fit.feed import BatchFeeder
from dcgan_tf.fit.held_out import check_held_out
from dcgan_tf.run_folder import run_folder
from dcgan_tf.run_folder.tables import metrics_csv
from tests.cases import cases
from tests.helpers import assert_same, enlarge_weights, values

LABELS = np.arange(10, dtype=np.int32) % 3
CLASSES = ('a', 'b', 'c')
RATES = {'learning_rate': 0.02, 'g_learning_rate': 1e-6}    # D soon finds the samples less real
TYPES = {'gan': RATES, 'cgan': {'type': 'cgan', 'class_names': CLASSES},
         'acgan': {'type': 'acgan', 'class_names': CLASSES},
         'infogan': {'type': 'infogan', 'codes': (2, 3)},
         'energy': {'objective': 'ebgan', 'norm': 'none', 'penalty': 'mode_regularised'}}
held = Dataset('npz', np.random.default_rng(8).integers(0, 256, (7, 8, 8, 1), np.uint8),
               np.arange(7, dtype=np.int32) % 3, CLASSES, None)


def in_training(gan, images, labels):
    """The score of each real image of the first batch in a training step, and its index."""
    feeder = BatchFeeder(gan, images, labels)
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        found = session.run(gan.system.objective.score(tf.constant(
            gan.session.run(gan.built.out.r, feeder(0)))))
    return found, feeder._batches.indices(0)


@pytest.mark.parametrize('name', TYPES)
def test_d_is_read_as_in_a_step(finished, one_layer, images, name):
    """D has no batch norm here, so only the reading can differ."""
    gan = finished(one_layer(hold_out=0.3, **TYPES[name]))
    enlarge_weights(gan)
    found, indices = in_training(gan, images, LABELS)
    np.testing.assert_allclose(gan.discriminator_scores(images[indices], LABELS[indices]), found,
                               rtol=1e-5, atol=1e-6)
    assert np.ptp(found) > 0


def test_averages_normalise_and_not_the_other_images(finished, one_layer, images):
    gan = finished(one_layer('folder_classic', hold_out=0.3))
    alone = np.concatenate([gan.discriminator_scores(images[i:i + 1]) for i in range(10)])
    np.testing.assert_allclose(alone, gan.discriminator_scores(images), rtol=1e-5, atol=1e-6)
    assert np.ptp(alone) > 0


@pytest.mark.parametrize('more', [
    {}, TYPES['cgan'], pytest.param(TYPES['acgan'], marks=pytest.mark.slow)],
    ids=['gan', 'cgan', 'acgan'])
def test_the_first_batch_normalises_where_there_are_no_averages(finished, one_layer, images, more):
    """So a picture of that batch has the score that it has in the first step: of two logits."""
    gan = finished(one_layer('main1', hold_out=0.3, **more))
    enlarge_weights(gan)
    found, first = in_training(gan, images, LABELS)
    reference = images[first], LABELS[first]
    np.testing.assert_allclose(gan.discriminator_scores(images[first], LABELS[first], reference),
                               found, rtol=1e-4, atol=1e-5)
    alone = [gan.discriminator_scores(images[i:i + 1], LABELS[i:i + 1], reference)[0]
             for i in first]
    np.testing.assert_allclose(alone, found, rtol=1e-4, atol=1e-5)
    with pytest.raises(UsageError, match='reference: D of the preset main1 .* expected 4'):
        gan.discriminator_scores(images, LABELS)


@pytest.mark.parametrize(('name', 'changes'), [
    ('folder_classic', {}), ('main1', {}), pytest.param('dcgan28', {
        'norm': 'spectral', 'diff_augment': 'color', 'flip': True, **TYPES['cgan']},
        marks=pytest.mark.slow)], ids=['averages', 'no averages', 'spectral'])
def test_no_bit_of_the_training_changes(pool, one_layer, images, name, changes):
    found = []
    for share in (0.0, 0.3):
        with pool.gan(one_layer(name, hold_out=share, eval_step=2, epochs=5, **changes)) as gan:
            gan.fit(images, labels=LABELS, held_out=held if share else None, progress=False)
            found.append(values(gan))
    assert_same(*found)


def test_the_values_of_a_run_and_of_a_resumed_one(pool, one_layer, images, tmp_path, no_plot):
    """The checkpoint of step 4 comes before its value, so the value may be missing."""
    config = one_layer(hold_out=0.3, eval_step=2, epochs=6, **RATES)

    def fit(run, last, gan):
        gan.config = config.replace(epochs=last)
        run.keep(gan.config)
        gan.fit(images, run, held_out=held, progress=False)
        return values(gan)

    def rows(run):
        return [(row['step'], row['value'], row['samples'], row['real'], row['split'])
                for row in metrics_csv.read(run.metrics) if row['figure'] == 'overfitting']
    whole, parts = (run_folder.create(str(tmp_path), name, config, {}) for name in ('a', 'b'))
    with pool.gan(config) as gan:
        wanted = fit(whole, 6, gan)
    with pool.gan(config) as gan:
        fit(parts, 4, gan)
    lines = parts.metrics.read_text().splitlines(keepends=True)
    parts.metrics.write_text(''.join(line for line in lines if not line.startswith('4,')))
    with pool.gan(config) as gan:
        assert gan.load_model(parts.checkpoints) == 4
        assert_same(fit(parts, 6, gan), wanted)
    assert rows(whole) == rows(parts)
    assert [row[0] for row in rows(whole)] == [2, 4, 6]
    assert {row[2:] for row in rows(whole)} == {(7, 7, 'held-out pictures')}
    assert len({value for _, value, *_ in rows(whole) if math.isfinite(value)}) == 3


@cases(('changes', 'given', 'problem'), [
    ({'hold_out': 0.2}, None, r'hold_out = 0.2: fit .* needs held_out = a Dataset'),
    ({}, held, 'hold_out = 0: fit .* needs held_out = None'),
    ({'hold_out': 0.2}, Dataset('npz', held.images[:, :7], None, (), None), 'images uint8'),
    ({'hold_out': 0.2, **TYPES['cgan']}, Dataset('npz', held.images, None, (), None),
     r'held_out has the classes \(\): expected those of'),
])
def test_the_config_and_the_pictures_belong_together(one_layer, changes, given, problem):
    with pytest.raises(UsageError, match=problem):
        check_held_out(one_layer(**changes), given)


def test_fit_refuses_what_does_not_belong_together(finished, one_layer, images):
    with pytest.raises(UsageError, match='hold_out = 0.3: fit .* needs held_out = a Dataset'):
        finished(one_layer(hold_out=0.3, **RATES)).fit(images, progress=False)
