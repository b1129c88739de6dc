"""The adversarial generator-encoder network: no D, and codes on a sphere."""

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf import latent, ops, preset
from dcgan_tf.commands import features
from dcgan_tf.data.dataset import Dataset
from dcgan_tf.errors import UsageError
from dcgan_tf.fit.feed import BatchFeeder
from dcgan_tf.gan import GAN
from dcgan_tf.networks.network import Network
from dcgan_tf.run_folder import run_folder
from dcgan_tf.show.inversion import InversionOptions
from dcgan_tf.systems.age import AGE, Networks
from tests.cases import cases
from tests.helpers import assert_trains, boxes, enlarge_weights, first_step, put, values

# How many numbers a code has, and the least divergence on the sphere: exact, and as published.
LEAST = {2: (0.0966, 0.3181), 64: (1.5873, 3.6590), 128: (1.9299, 4.3521)}
WAYS = ('exact', 'published')


@pytest.fixture
def age(one_layer):
    """age(**changes) -> Config of an AGE with one layer a network."""
    return lambda **changes: one_layer(type='age', **changes)


@pytest.fixture
def divergence(session):
    """divergence(codes, way) -> what the graph makes of codes [N, Z]."""
    code_ph = tf.compat.v1.placeholder(tf.float32, [None, None])
    found = {way: AGE(preset(type='age', divergence=way)).divergence(code_ph, way) for way in WAYS}
    return lambda codes, way='exact': session.run(found[way], {code_ph: codes})


def literal_kl(code, way):
    """The mean over the numbers of a code of KL, as the paper and its program write it."""
    mean, variance = code.mean(axis=0), code.var(axis=0)
    deviation = variance if way == 'published' else np.sqrt(variance)
    return ((deviation ** 2 + mean ** 2) / 2 - np.log(deviation) - 0.5).mean()


@cases(('mean', 'deviation', 'expected'), [(0, 1, 0.0), (1, 1, 0.5), (0, 2, 0.8069),
                                           (0, 0.5, 0.3181)])
def test_the_divergence_of_a_normal_distribution(divergence, mean, deviation, expected):
    codes = np.float64([[mean - deviation], [mean + deviation]])
    assert divergence(codes) == pytest.approx(expected, abs=1e-4)
    assert literal_kl(codes, 'exact') == pytest.approx(expected, abs=1e-4)


def test_the_least_divergence_of_codes_on_the_sphere(divergence):
    """That of uniform codes; 64 of them have 1/64 more by chance, as published 2/64."""
    for z_dim, least in LEAST.items():
        axes = np.concatenate([np.eye(z_dim), -np.eye(z_dim)])
        for way, expected in zip(WAYS, least, strict=True):
            assert divergence(axes, way) == pytest.approx(expected, abs=1e-4)
    batches = np.split(latent.draw('sphere', 64 * 50, 64, seed=0), 50)
    for way, expected, times in zip(WAYS, LEAST[64], (1, 2), strict=True):
        found = np.mean([divergence(codes, way) for codes in batches])
        assert found - expected == pytest.approx(times / 64, abs=2e-3)


def test_codes_that_are_all_equal_have_a_large_divergence_and_a_gradient(session):
    code = tf.constant(np.eye(8)[[3] * 5], tf.float32)
    found = AGE(preset(type='age')).divergence(code, 'equal')
    kl, slope = session.run([found, tf.gradients(found, code)[0]])
    assert 5 < kl < 10 and np.isfinite(slope).all()


@cases(('way', 'half', 'options'), [
    ('exact', 1.0, {}),
    ('published', 0.5, {'name': 'main1', 'divergence': 'published', 'image_weight': 3.0,
                        'code_weight': 70.0})])
def test_the_losses_by_hand(age, finished, images, way, half, options):
    """As the paper and its program write them; half of the range of pixels, 1 with dcgan28."""
    gan = finished(age(**options))
    c = gan.config
    enlarge_weights(gan)
    out, found = gan.session.run([gan.built.out, gan.losses[0].minimised],
                                 BatchFeeder(gan, images)(0))
    real, fake = (literal_kl(np.float64(code), way) for code in (out.encoded.code, out.fake_code))
    l1 = np.abs(out.encoded.real - out.encoded.reconstructed).mean() / half
    assert found['E'] == pytest.approx(real - fake + c.image_weight * l1, rel=1e-4)
    program = fake + c.code_weight * (2 - (out.z * out.fake_code).mean())
    known = 2 - 1 / c.latent_dim                    # of the second term, where E(G(z)) is z
    assert found['G'] == pytest.approx(program - c.code_weight * known, rel=1e-4)
    assert l1 > 0.1 and abs(out.cosine) < 0.99
    for codes in (out.z, out.fake_code, out.encoded.code):
        np.testing.assert_allclose(np.linalg.norm(codes, axis=1), 1, rtol=1e-5)


def test_who_moves_when_and_who_stays(age, finished, images):
    """E once, then G twice, each on images and latents of its own; moving averages likewise."""
    gan = finished(age())
    runs, feed = first_step(gan).train_ops, BatchFeeder(gan, images)
    assert gan.config.g_steps == 2 and gan.config.batches_per_step == len(runs) == 3
    noise = []
    for index, moves in enumerate('EGG'):
        before = values(gan)
        noise.append(gan.session.run([gan.built.inputs.batch.noise, runs[index].op],
                                     feed(0, index))[0])
        after = values(gan)
        for field, network in gan.built.net._asdict().items():
            for name in network.variables:
                same = np.array_equal(before[name], after[name])
                assert same == (field != moves), (name, index)
    assert len(np.unique(np.concatenate(noise), axis=0)) == 3 * gan.config.batch_size


def test_gradients_are_those_of_each_players_loss_and_its_own_weights(age, finished, images):
    """By differences: E's pass through G, and G's through E. G's do not depend on real images."""
    gan = finished(age())
    enlarge_weights(gan, by=4)
    feed = BatchFeeder(gan, images)(0)
    for player in first_step(gan).player_steps:
        weights, before = player.optimizer.weights, gan.session.run(player.optimizer.weights)
        slopes = gan.session.run(player.gradients, feed)
        length = np.sqrt(sum((slope ** 2).sum() for slope in slopes))
        found = []
        for step in (2e-4, -2e-4):
            for w, value, slope in zip(weights, before, slopes, strict=True):
                put(gan.session, w, value + step * slope / length)
            found.append(gan.session.run(player.loss, feed))
        for w, value in zip(weights, before, strict=True):
            put(gan.session, w, value)
        assert (found[0] - found[1]) / 4e-4 == pytest.approx(length, rel=0.03)
    e, g = first_step(gan).player_steps
    others = {**feed, gan.built.inputs.images_ph: 255 - feed[gan.built.inputs.images_ph]}
    for a, b in zip(*(gan.session.run(g.gradients, each) for each in (feed, others)), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)
    one, other = (gan.session.run(e.gradients[0], each) for each in (feed, others))
    assert np.abs(one - other).max() > 1e-3


def test_it_resumes_to_the_bit_and_every_weight_learns(age, images, pool, tmp_path):
    config = age()
    assert_trains(pool, config, images, tmp_path)
    with pool.gan(config) as gan:
        assert boxes(gan) == {'Encoder', 'Encoder_real', 'Encoder_fake', 'Generator_rebuilt',
                              'Encoder_ema', 'Encoder_encode', 'encode', 'train_E'}
        assert first_step(gan).columns == [
            'e_loss', 'g_loss', 'kl_real', 'kl_fake', 'cosine', 'reconstruction_error',
            'code_mean', 'code_deviation', 'e_gradient', 'g_gradient']


def test_what_it_has_of_its_own_in_place_of_the_presets():
    """Also in a preset of a data set; its own presets keep theirs."""
    for name in ('dcgan28', 'cifar10', 'main1'):
        made = preset(name, type='age')
        assert (made.prior, made.batch_size, made.g_steps) == ('sphere', 64, 2)
        assert (made.penalty, made.images_per_step) == ('none', 3 * 64)
    assert preset(type='age', batch_size=100, g_steps=1).images_per_step == 200
    made = preset('age64')
    assert (made.type, made.g_steps, made.divergence) == ('age', 3, 'published')


@cases(('options', 'message'), [
    ({'objective': 'hinge'}, '--objective: --type age does not take it'),
    ({'penalty': 'r1'}, '--penalty: --type age does not take it'),
    ({'diff_augment': 'color'}, '--diff-augment: --type age does not take it'),
    ({'unroll': 1}, '--unroll: --type age does not take it'),
    ({'prior': 'normal'}, '--latent-prior normal: --type age cannot use it: expected sphere'),
    ({'batch_size': 1}, '--batch-size 1: --type age cannot use it: expected another --'),
    ({'norm': 'spectral'}, '--norm spectral: --type age cannot use it'),
    ({'type': 'gan', 'code_weight': 1.0}, '--code-weight: --type gan does not take it'),
    ({'type': 'infogan', 'prior': 'sphere'}, '--type infogan cannot use it')])
def test_what_it_refuses(options, message):
    with pytest.raises(UsageError, match=message):
        preset(**{'type': 'age', **options})


def test_what_needs_a_d_is_refused_or_done_without(age, finished, images):
    gan = finished(age(), training=False, inversion=True)
    assert gan.d_loss is None and gan.encode(images).shape == (10, 3)
    assert [*features.functions_of(gan, None, None)] == ['codes', 'raw pixels']
    with pytest.raises(UsageError, match='--type age has no features of images'):
        gan.discriminator_features(images)
    with pytest.raises(UsageError, match='--type age has no network that tells real'):
        gan.discriminator_scores(images)
    with pytest.raises(UsageError, match='features = 0.1: --type age has no features'):
        gan.invert(images[:1], options=InversionOptions(features=0.1))
    found = gan.invert(images[:1], options=InversionOptions(starts=3, steps=5))
    np.testing.assert_allclose(found.loss, found.error ** 2, rtol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(found.z, axis=-1), 1, rtol=1e-5)


def test_pictures_that_are_held_out(age, pool, images, tmp_path, no_plot):
    """The metrics use them, but nothing can tell whether a D has learnt the others by heart."""
    config = age(hold_out=0.2, epochs=2, eval_step=1)
    run = run_folder.create(str(tmp_path), 'a', config, {})
    with pool.gan(config) as gan:
        gan.fit(images, run, held_out=Dataset('digits', images[:3], None, (), None), progress=False)
    assert 'overfitting' not in run.metrics.read_text()


class Toy(AGE):
    """Latents on a circle, images of 2x2 with two numbers: G is linear, E has one hidden layer."""

    def networks(self):
        def generator(z, y, *, training):
            rows = tf.matmul(z, ops.weight([2, 2], ops.truncated_normal(0.4)))
            return tf.tile(rows[:, None, :, None], [1, 2, 1, 1])

        def encoder(x, *, training):
            h = tf.tanh(ops.linear(x, 'first', 32, init=ops.truncated_normal(0.7)))
            return ops.on_sphere(ops.linear(h, 'last', 2, init=ops.truncated_normal(0.5)))
        return Networks(G=Network('Generator', generator), E=Network('Encoder', encoder))

    def sample(self, net, z, y, reference):
        return net.G(z, None, use='sample')


def test_a_toy_whose_optimum_is_known():
    """Images on an ellipse: both divergences become the least one, and E and G inverse.

    By chance a batch of 256 has 1/256 more than the least.
    """
    angle = np.random.default_rng(0).uniform(0, 2 * np.pi, [2000, 1])
    ellipse = np.concatenate([0.8 * np.cos(angle), 0.4 * np.sin(angle)], axis=1)
    images = np.tile(ellipse[:, None, :, None], [1, 2, 1, 1])
    config = preset(type='age', image_height=2, image_width=2, generator_maps=(4, 1), z_dim=2,
                    discriminator_maps=(1, 4), batch_size=256, ema=0.0, epochs=300,
                    code_weight=10.0, learning_rate=0.01, learning_rate_half_life=100, threads=1)
    with GAN(config, system=Toy(config)) as gan:
        gan.fit(np.uint8(np.round(127.5 * (images + 1))), progress=False)
        first, last = ({name: value[k] for name, value in gan.history.items()} for k in (0, -1))
    least = LEAST[2][0] + 1 / 256
    assert (last['kl_real'], last['kl_fake']) == (pytest.approx(least, abs=0.03),) * 2
    assert last['cosine'] > 0.98 > first['cosine']
    assert last['reconstruction_error'] < 0.004 < first['reconstruction_error']
