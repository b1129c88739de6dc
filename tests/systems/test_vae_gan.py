"""The VAE/GAN: an autoencoder whose error is that of D's features, and whose decoder is G."""

import math

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.config import preset
from dcgan_tf.errors import UsageError
from dcgan_tf.fit.feed import BatchFeeder
from dcgan_tf.gan import GAN
from dcgan_tf.systems import encoding, equilibrium
from dcgan_tf.systems.encoding import half_squared_distance
from dcgan_tf.systems.vae_gan import VAEGAN, kl_from_normal
from dcgan_tf.train_ops.inputs import inputs
from tests.helpers import assert_trains, boxes, enlarge_weights, first_step, put, values
from tests.pool import build
from tests.reference import softplus

LN_2 = math.log(2)


@pytest.fixture
def vae_gan(one_layer):
    """vae_gan(**changes) -> Config of a VAE/GAN with one layer a network."""
    return lambda **changes: one_layer(
        **{'type': 'vae_gan', 'penalty': 'none', 'gamma': 0.1, 'feature_layer': 1, **changes})


def computed(build, *arrays):
    """What a function of tensors returns for these arrays."""
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        return session.run(build(*(tf.constant(x, tf.float32) for x in arrays)))


def test_the_divergence_of_codes(rng):
    """A half for each number whose mean is 1, and 0 for the prior itself."""
    zeros = np.zeros((4, 3))
    assert computed(kl_from_normal, zeros, zeros) == 0.0
    assert computed(kl_from_normal, zeros + 1, zeros) == pytest.approx(3 * 0.5)
    mean, log_variance = rng.normal(size=(2, 4, 3))
    expected = sum(m * m + math.exp(v) - 1 - v for m, v in zip(
        mean.ravel(), log_variance.ravel(), strict=True)) / 2 / 4
    assert computed(kl_from_normal, mean, log_variance) == pytest.approx(expected, rel=1e-5)


def test_the_error_of_features_is_a_sum_over_them(rng):
    a, b = rng.normal(size=(2, 4, 3, 3, 2))
    assert computed(half_squared_distance, a, a) == 0.0
    assert computed(half_squared_distance, a, a + 1) == pytest.approx(18 / 2)
    assert computed(half_squared_distance, a, b) == pytest.approx(((a - b) ** 2).sum() / 2 / 4,
                                                                  rel=1e-5)


def test_the_losses_by_hand(vae_gan, finished, images):
    """Fakes of both kinds count a half each: D's loss is 2 ln 2 where it knows nothing."""
    gan = finished(vae_gan(gate=0.1))
    batch, minimised = BatchFeeder(gan, images)(0), gan.losses[0].minimised
    assert gan.session.run(minimised['D'], batch) == pytest.approx(2 * LN_2, abs=0.05)
    enlarge_weights(gan)
    out, loss = gan.session.run([gan.built.out, minimised], batch)
    assert out.f.shape == (2 * len(out.r), 1) and out.error > 0.1 and out.kl > 0
    assert loss['D'] == pytest.approx(softplus(-out.r).mean() + softplus(out.f).mean(), rel=1e-5)
    assert loss['E'] == pytest.approx(out.kl + out.error, rel=1e-5)
    assert loss['G'] == pytest.approx(0.1 * out.error + 0.9 * softplus(-out.f).mean(), rel=1e-5)


def test_g_s_loss_by_hand_with_the_objective_of_the_presets(vae_gan, finished, images):
    """minimax: G maximises D's loss of fakes."""
    gan = finished(vae_gan(objective='minimax', gate=0.1))
    enlarge_weights(gan)
    out, loss = gan.session.run([gan.built.out, gan.losses[0].minimised],
                                BatchFeeder(gan, images)(0))
    assert loss['G'] == pytest.approx(0.1 * out.error - 0.9 * softplus(out.f).mean(), rel=1e-4)


def test_an_image_and_its_reconstruction_are_normalised_together(tiny, graph, session):
    """D's second layer has batch norm, which would hide another contrast if it saw them apart."""
    system = VAEGAN(tiny('dcgan28', type='vae_gan', feature_layer=2, norm='batch'))
    real = tf.random.stateless_normal([4, 8, 8, 1], [0, 1])
    _, (one, other) = system.seen(system.networks(), real, 2.0 * real)
    session.run(tf.compat.v1.global_variables_initializer())
    a, b = session.run([one, other])
    assert np.abs(a - b).max() > 0.1 * np.abs(a).max()


def test_whose_gradient_is_whose(vae_gan, images):
    """E gets none of the GAN, D none of the error, although both losses depend on its weights."""
    made = build(vae_gan())
    with made as gan:
        gan.optimizer()
        net, out, minimised = gan.built.net, gan.built.out, gan.losses[0].minimised
        with gan.graph.as_default():
            of_e, of_d, gan_in_e, error_in_d = (
                tf.gradients(loss, network.weights) for loss, network in (
                    (out.kl + out.error, net.E), (minimised['D'], net.D), (minimised['G'], net.E),
                    (out.error, net.D)))
        players = {step.player.name: step for step in first_step(gan).player_steps}
        gan.steps_done()                                                 # finishes it
        batch = BatchFeeder(gan, images)(0)
        found = gan.session.run([players['E'].gradients, of_e, players['D'].gradients, of_d], batch)
        for actual, expected in (found[:2], found[2:]):
            for a, b in zip(actual, expected, strict=True):
                np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)
        others = gan.session.run([gan_in_e, [g for g in error_in_d if g is not None]], batch)
        assert all(np.abs(g).max() > 0 for gradients in others for g in gradients)
        assert {name: step.player.networks for name, step in players.items()} == {
            'D': [net.D], 'E': [net.E], 'G': [net.G]}


@pytest.mark.parametrize(('real', 'fake', 'moves'), [
    (0.0, 0.0, (True, True)),                   # both costs are ln 2
    (2.0, 0.0, (False, True)),                  # D is too good, at real images alone
    (0.0, -2.0, (False, True)),
    (-2.0, 0.0, (True, False)),                 # D is too bad
    (2.0, 2.0, (True, True))])                  # too good and too bad: both would be left out
def test_the_gate_of_the_authors_program(vae_gan, real, fake, moves):
    system = VAEGAN(vae_gan(gate=0.35))
    assert computed(lambda r, f: equilibrium.gates(system, r, f), np.full((4, 1), real),
                    np.full((8, 1), fake)) == moves
    assert equilibrium.gates(VAEGAN(vae_gan()), None, None) == (None, None)


def test_a_player_that_is_left_out_does_not_change(vae_gan, finished, images):
    """D finds all images a bit real: too bad for G to learn from, by a narrow gate."""
    gan = finished(vae_gan(gate=0.1, epochs=1))
    bias = next(v for v in gan.built.net.D.weights if v.op.name.endswith('linear/bias'))
    put(gan.session, bias, [0.2])
    before = values(gan)
    gan.fit(images, progress=False)
    after = values(gan)
    moved = {network: [v.op.name for v in network.weights
                       if (before[v.op.name] != after[v.op.name]).any()]
             for network in gan.built.net}
    assert {network.name: len(names) for network, names in moved.items()} == {
        'Generator': 0, **{n.name: len(n.weights) for n in gan.built.net[1:]}}


@pytest.mark.parametrize('layer', [0, 1])
def test_without_the_gan_it_is_an_autoencoder(vae_gan, pool, images, layer):
    """gamma = 1: no D with pixels, and with features a D that stays as it is."""
    with pool.gan(vae_gan(gamma=1.0, feature_layer=layer, gate=0.35)) as gan:
        assert [player.name for player in gan.losses[0].players] == ['E', 'G']
        assert not [op for op in gan.graph.get_operations() if 'Generator_train' in op.name]
        assert 'Generator_rebuilt' in boxes(gan)
        enlarge_weights(gan)
        (encoded, kl, error), loss = gan.session.run(
            [gan.built.out[:3], gan.losses[0].minimised], BatchFeeder(gan, images)(0))
        assert loss == {'E': pytest.approx(kl + error, rel=1e-5), 'G': error}
        of_pixels = ((encoded.real - encoded.reconstructed) ** 2).sum() / 2 / len(encoded.code)
        assert (error == pytest.approx(of_pixels, rel=1e-5)) == (layer == 0)
        before = values(gan)
        assert len([name for name in before if name.startswith('Discriminator/')]) == 4 * layer
        gan.fit(images, progress=False)
        for name, value in values(gan).items():
            assert (value != before[name]).any() == (not name.startswith('Discriminator/')), name
        with pytest.raises(UsageError, match='with --gamma 1 trains no D, so it has no features'):
            gan.system.features(gan.built.net, None, None)


@pytest.mark.parametrize('change', [
    {'penalty': 'r1', 'penalty_weight': 1.0, 'penalty_every': 2, 'gate': 0.35, 'ema': 0.9},
    pytest.param({'objective': 'hinge', 'feature_layer': 0, 'norm': 'spectral', 'd_steps': 2,
                  'diff_augment': 'translation', 'instance_noise': 0.1}, marks=pytest.mark.slow),
    pytest.param({'unroll': 1, 'gate': 0.35}, marks=pytest.mark.slow),
    pytest.param({'gamma': 1.0, 'feature_layer': 0, 'ema': 0.9}, marks=pytest.mark.slow)], ids=str)
def test_it_resumes_to_the_bit_and_every_weight_learns(vae_gan, images, pool, tmp_path, change):
    config = vae_gan(**change)
    assert_trains(pool, config, images, tmp_path)
    with pool.gan(config) as gan:
        assert {'Encoder_train', 'Generator_rebuilt', 'train_E'} <= boxes(gan)
        assert {'kl', 'likelihood_error', 'reconstruction_error'} < {*first_step(gan).columns}


def test_g_looks_ahead_to_a_d_that_moves(vae_gan, finished, images):
    """While D's gate is closed it stays as it is, and G's loss is that without --unroll."""
    gan = finished(vae_gan(unroll=1, gate=0.35))
    enlarge_weights(gan)
    batch, out = BatchFeeder(gan, images)(0), gan.built.out
    losses = {}
    for moves in (False, True):
        found, loss = gan.session.run([out, gan.losses[0].minimised['G']],
                                      {**batch, out.gates[0]: moves})
        losses[moves] = loss
    gamma = gan.config.gamma
    plain = gamma * found.error + (1 - gamma) * softplus(-found.f).mean()
    assert losses[False] == pytest.approx(plain, rel=1e-5)
    assert losses[True] != pytest.approx(plain, rel=1e-3)


def test_an_image_and_its_reconstruction_get_the_same_changes(vae_gan, graph, session, images):
    """Otherwise D would see a difference that G cannot make good."""
    system = VAEGAN(vae_gan(diff_augment='color,translation,cutout', instance_noise=0.5))
    made = inputs(system, ops.BatchShard())
    pair = system.pair_seen_by_d(made.batch, encoding.Encoded(
        made.batch.images, None, tf.identity(made.batch.images)))
    session.run(tf.compat.v1.global_variables_initializer())
    real, other = session.run(pair, {made.images_ph: images[:4]})
    np.testing.assert_array_equal(real, other)
    assert np.abs(real - (images[:4] / 127.5 - 1)).max() > 0.1


@pytest.mark.parametrize(('options', 'message'), [
    ({'objective': 'loss_sensitive'}, '--objective loss_sensitive: --type vae_gan cannot use it'),
    ({'penalty': 'mode_regularised'}, '--penalty mode_regularised: --type vae_gan cannot use it'),
    ({'prior': 'uniform'}, 'prior uniform: --type vae_gan cannot use it'),
    ({'label_flip': 0.1}, '--label-flip: --type vae_gan does not take it'),
    ({'type': 'gan', 'gamma': 0.1}, '--gamma: --type gan does not take it'),
    ({'gamma': 0.0}, 'gamma = 0.0: expected more than 0'),
    ({'gate': 0.7}, 'gate = 0.7: expected less than 0.68'),
    ({'gate': 0.35, 'objective': 'hinge'}, '--gate 0.35: D has no probabilities with --objective'),
    ({'feature_layer': 4}, '--feature-layer 4: D has 3 convolutions: expected -1 to 3')])
def test_what_it_refuses(options, message):
    with pytest.raises(UsageError, match=message):
        preset('dcgan28', **{'type': 'vae_gan', **options})


def test_a_d_of_ones_own_may_have_fewer_layers(vae_gan, graph):
    system = VAEGAN(vae_gan(feature_layer=1))
    system.architecture.feature_maps = lambda x, y, training: []
    with pytest.raises(UsageError, match='--feature-layer 1: D has 0 convolutions: expected -1'):
        system.networks().D(tf.zeros([2, 8, 8, 1]), use='real')


class Linear:
    """Networks for the toy: E and G are linear, with no D."""

    def __init__(self, architecture):
        self.value_range, self.norms = architecture.value_range, architecture.norms
        self.beside_reference = architecture.beside_reference

    def encoder(self, x, y, *, training, numbers):
        return ops.linear(x, 'e_linear', numbers)

    def generator(self, z, y, *, training):
        return tf.reshape(ops.linear(z, 'g_linear', 64), [-1, 8, 8, 1])

    def sample(self, z, y, reference_z, reference_y):
        return self.generator(z, y, training=False)


def test_a_linear_autoencoder_finds_its_known_optimum(tiny):
    """Images m + t u of one brightness t, whose 64 pixels together have the variance s.

    Tipping and Bishop 1999: the best G has |slope|^2 = s - 1. Then KL = ln(s) / 2, and of the error
    1 / 2 is left, whatever s is.
    """
    config = tiny(type='vae_gan', gamma=1.0, feature_layer=0, z_dim=1, batch_size=64,
                  learning_rate=0.02, beta1=0.9, ema=0.0, epochs=400)
    brightness = np.random.default_rng(0).normal(128, 40, (64, 1, 1, 1)).clip(0, 255).round()
    images = np.broadcast_to(brightness, (64, 8, 8, 1)).astype(np.uint8)
    s = 64 * (images[:, 0, 0, 0] / 127.5).var()
    system = VAEGAN(config)
    system.architecture = Linear(system.architecture)
    with GAN(config, system=system) as gan:
        gan.fit(images, progress=False)
        kl, error = (gan.history[name][-10:].mean() for name in ('kl', 'likelihood_error'))
        slope = gan.session.run(gan.built.net.G.weights[0])
    assert kl == pytest.approx(math.log(s) / 2, abs=0.05)
    assert error == pytest.approx(0.5, abs=0.1)
    assert (slope ** 2).sum() == pytest.approx(s - 1, rel=0.1)
