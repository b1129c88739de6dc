"""What the graph makes of the tables: targets, penalties, norms, rates and bounds."""

import itertools

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf import DeepConvolutionalGAN
from dcgan_tf.errors import UsageError


@pytest.fixture
def gan(tiny):
    """gan(**changes) -> a finished model, closed at the end."""
    made = []

    def make(name='dcgan28', **changes):
        made.append(DeepConvolutionalGAN.from_config(tiny(name, batch_size=10, **changes)))
        made[-1].steps_done()
        return made[-1]
    yield make
    for each in made:
        each.close()


def run(gan, what, images):
    return gan.session.run(what, {gan.images_ph: images})


def scalars(gan, images):
    return run(gan, gan.scalars, images)


def literal(gan, real, fake, **options):
    """D's and G's loss from D's outputs, by the row of the table."""
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        return session.run((gan.objective.d_loss(tf.constant(real), tf.constant(fake), **options),
                            gan.objective.g_loss(tf.constant(real), tf.constant(fake))))


@pytest.mark.parametrize('name', ['hinge', 'relativistic_average', 'softmax'])
def test_the_losses_are_those_of_the_row(gan, images, name):
    made = gan(objective=name)
    real, fake = run(made, (made.real_logits, made.fake_logits), images)
    seen = scalars(made, images)
    np.testing.assert_allclose((seen['losses/d'], seen['losses/g']), literal(made, real, fake),
                               rtol=1e-5)
    assert seen['losses/sum'] == pytest.approx(seen['losses/d'] + seen['losses/g'], rel=1e-6)
    assert seen['d_accuracy'] == pytest.approx(
        (seen['d_accuracy/real'] + seen['d_accuracy/fake']) / 2)


def test_smoothed_targets(gan, images):
    made = gan(label_smoothing=0.25)
    real, fake = run(made, (made.real_logits, made.fake_logits), images)
    expected, _ = literal(made, real, fake, smooth=0.25)
    assert scalars(made, images)['losses/d'] == pytest.approx(expected, rel=1e-5)


def test_an_objective_without_targets_has_none_to_smooth(gan):
    with pytest.raises(UsageError, match='--objective wgan has no target to smooth; these have: '):
        gan(objective='wgan', label_smoothing=0.1)


def test_flipped_labels_swap_pairs_by_the_step(gan, images):
    """Each of the ten pairs is swapped or not: the loss is one of the 1,024 that this gives."""
    made = gan(label_flip=0.4, objective='wgan', learning_rate=1e-9, epochs=9)
    seen = []
    for _ in range(3):
        real, fake, d_loss = run(made, (made.real_logits, made.fake_logits, made.d_loss), images)
        gaps = (fake - real)[:, 0]
        signs = np.array(list(itertools.product([1, -1], repeat=10)))
        nearest = np.abs((signs * gaps).mean(axis=1) - d_loss).argmin()
        assert (signs[nearest] * gaps).mean() == pytest.approx(d_loss, abs=1e-7)
        seen.append(tuple(signs[nearest]))
        run(made, made.train_op, images)
    assert len(set(seen)) > 1 and -1 in seen[0]


def test_the_margin_of_a_loss_sensitive_gan_is_the_distance_of_the_images(gan, images):
    made = gan(objective='loss_sensitive')
    real, fake, x, y = run(made, (made.real_logits, made.fake_logits, made.real, made.fake), images)
    apart = np.abs(x - y).mean(axis=(1, 2, 3))
    assert scalars(made, images)['losses/d'] == pytest.approx(
        literal(made, real, fake, apart=apart)[0], rel=1e-5)


def test_an_energy_is_the_error_of_a_reconstruction(gan, images):
    made = gan(objective='ebgan')
    energies = run(made, made.real_logits, images)
    assert energies.shape == (10, 1) and (energies >= 0).all()
    names = {v.op.name.split('/')[1] for v in made.variables()
             if v.op.name.startswith('Discriminator/')}
    assert {'d1_conv', 'g0_linear', 'g2_deconv'} <= names


def test_wgan_keeps_all_of_d_in_its_bounds(gan, images):
    made = gan(objective='wgan', learning_rate=0.05, epochs=3)
    made.fit(images, progress=False)
    with made.graph.as_default():
        weights = tf.compat.v1.trainable_variables('Discriminator/')
    values = made.session.run(weights)
    assert max(np.abs(v).max() for v in values) == pytest.approx(made.objective.clip)


@pytest.mark.parametrize(('penalty', 'weight', 'used'), [
    ('gradient_penalty', 0.0, 10.0), ('r1', 0.5, 0.5), ('mode_regularised', 0.0, 0.2)])
def test_the_penalty_is_added_with_its_weight(gan, images, penalty, weight, used):
    made = gan(penalty=penalty, penalty_weight=weight)
    real, fake = run(made, (made.real_logits, made.fake_logits), images)
    d_loss, g_loss = literal(made, real, fake)
    seen = scalars(made, images)
    extra = used * seen['penalty']
    assert extra > 0
    of_d = penalty != 'mode_regularised'
    assert seen['losses/d'] == pytest.approx(d_loss + of_d * extra, rel=1e-4)
    assert seen['losses/g'] == pytest.approx(g_loss + (not of_d) * extra, rel=1e-4)


def test_a_lazy_penalty_comes_seldom_and_weighs_more(gan, images):
    lazy, always = gan(penalty='r1', penalty_every=3, epochs=9), gan(penalty='r1', epochs=9)
    first = scalars(lazy, images)['penalty']
    assert first == pytest.approx(3 * scalars(always, images)['penalty'], rel=1e-4)
    seen = []
    for _ in range(4):
        seen.append(scalars(lazy, images)['penalty'] > 0)
        run(lazy, lazy.train_op, images)
    assert seen == [True, False, False, True]


@pytest.mark.parametrize(('changes', 'norm'), [
    ({}, 'batch'), ({'penalty': 'gradient_penalty'}, 'layer'), ({'objective': 'wgan'}, 'none'),
    ({'objective': 'wgan', 'penalty': 'r1'}, 'layer'), ({'norm': 'instance'}, 'instance'),
    ({'penalty': 'r1', 'norm': 'spectral'}, 'spectral'),
    ({'objective': 'wgan', 'norm': 'batch'}, 'batch')], ids=str)
def test_batch_norm_gives_way_where_it_spoils_the_objective_and_that_is_said(gan, changes, norm):
    made = gan(**changes)
    assert made.architecture.d_norm == norm
    assert (f"D's norm is {norm}, not batch, for --" in made.summary()) == (
        norm != 'batch' and 'norm' not in changes)


def test_batch_norm_that_is_asked_for_and_spoils_the_penalty_is_refused(gan):
    with pytest.raises(UsageError, match='--penalty dragan looks at each alone'):
        gan(penalty='dragan', norm='batch')


def test_a_family_without_batch_norm_in_d_keeps_its_own(gan):
    assert gan('upsample_mnist', penalty='r1').architecture.d_norm == 'none'


def test_rates_of_their_own_that_halve(gan, images):
    made = gan(d_learning_rate=0.4, learning_rate=0.1, learning_rate_half_life=2, epochs=9)
    rates = []
    for _ in range(3):
        rates.append(run(made, [made.shown['learning_rate/d'], made.shown['learning_rate/g']],
                         images))
        run(made, made.train_op, images)
    np.testing.assert_allclose(rates, [[0.4 * f, 0.1 * f] for f in (1, 0.5 ** 0.5, 0.5)],
                               rtol=1e-5)


def test_noise_on_what_d_sees_fades(gan, images):
    made = gan(instance_noise=0.5, instance_noise_steps=2, epochs=9)
    spread = []
    for _ in range(3):
        seen, real = run(made, (made.seen_real, made.real), images)
        spread.append((seen - real).std())
        run(made, made.train_op, images)
    np.testing.assert_allclose(spread, [0.5, 0.25, 0], atol=0.05)


def test_real_and_fake_are_augmented_apart_and_samples_are_not(gan, images, latents):
    made, plain = gan(diff_augment='color,cutout'), gan()
    seen, real = run(made, (made.seen_real, made.real), images)
    assert np.abs(seen - real).max(axis=(1, 2, 3)).min() > 0.01
    np.testing.assert_array_equal(made.generate_images(latents), plain.generate_images(latents))


def test_what_tensorboard_shows(gan, images):
    made = gan(penalty='r1')
    summary = tf.compat.v1.Summary.FromString(run(made, made.summaries.scalars, images))
    assert {value.tag for value in summary.value} == {
        'losses/d', 'losses/g', 'losses/sum', 'd_accuracy', 'd_accuracy/real', 'd_accuracy/fake',
        'penalty', 'gradient_norm/d', 'gradient_norm/g', 'learning_rate/d', 'learning_rate/g'}
