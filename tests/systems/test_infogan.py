"""The InfoGAN: a network Q tells the codes from the image, and G learns to show them."""

import math

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf import data, preset
from dcgan_tf.errors import UsageError
from dcgan_tf.fit.feed import BatchFeeder
from dcgan_tf.gan import GAN
from dcgan_tf.run_folder.sample_grids import code_sweep, sample_grids
from dcgan_tf.systems.base import Player
from dcgan_tf.systems.infogan import Found, InfoGAN
from tests.helpers import assert_trains, boxes, enlarge_weights, first_step, put
from tests.pool import build
from tests.reference import softmax_cross_entropy, softplus

CODES, U = (3, 4), 2
KNOWN = [                       # variance, mean of Q, log of its deviation, information of one code
    ('fixed', 'nothing', 0.0, 0.0), ('fixed', 'all', 0.0, 1 / 6),
    ('learnt', 'nothing', math.log(3 ** -0.5), math.log(2) - 0.8696),
    ('learnt', 'all', -3.0, math.log(2) - 0.9189 + 3.0)]


@pytest.fixture
def several(one_layer):
    """several(**changes) -> Config of an InfoGAN with two categorical and two continuous codes."""
    return lambda **changes: one_layer(type='infogan', **{'codes': CODES, 'continuous': U,
                                                          **changes})


@pytest.fixture
def gan(several, finished):
    """gan(**changes) -> that GAN from the pool."""
    return lambda **changes: finished(several(**{'penalty': 'none', **changes}))


def run(gan, what, images):
    return gan.session.run(what, BatchFeeder(gan, images)(0))


def log_normal(u, mean, log_deviation):
    z = (u - mean) / np.exp(log_deviation)
    return -0.5 * z ** 2 - log_deviation - 0.5 * math.log(2 * math.pi)


@pytest.mark.parametrize(('weight', 'of_u', 'variance'), [(1.0, 1.0, 'fixed'),
                                                          (0.5, 3.0, 'learnt')])
def test_the_losses_by_hand(gan, images, weight, of_u, variance):
    made = gan(info_weight=weight, continuous_weight=of_u, code_variance=variance)
    enlarge_weights(made)
    out, z, d, g = run(made, [made.built.out, made.built.inputs.batch.noise, made.d_loss,
                              made.g_loss], images)
    u, found = z[:, -U:], out.found
    known = sum(math.log(size) - softmax_cross_entropy(logits, code).mean()
                for size, logits, code in zip(CODES, found.logits, out.codes, strict=True))
    if variance == 'fixed':
        prior, q = log_normal(u, 0.0, 0.0), log_normal(u, found.mean, 0.0)
    else:
        prior, q = -math.log(2), log_normal(u, found.mean, found.log_deviation)
        assert np.abs(found.log_deviation).max() > 0.01
    known += of_u * (q - prior).sum(axis=1).mean()
    assert d == pytest.approx(softplus(-out.r).mean() + softplus(out.f).mean() - weight * known,
                              rel=1e-5)
    assert g == pytest.approx(softplus(-out.f).mean() - weight * known, rel=1e-5)
    assert abs(known) > 0.1


@pytest.mark.parametrize(('variance', 'mean', 'log_deviation', 'expected'), KNOWN)
def test_the_information_of_a_continuous_code(several, variance, mean, log_deviation, expected):
    """0 where Q knows nothing and 1/6 at best; with a learnt variance -0.176, where Q ignores x."""
    system = InfoGAN(several(codes=(10,), continuous=1, code_variance=variance))
    u = np.linspace(-1, 1, 20_001, dtype=np.float32)[:, None]
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        found = Found((tf.zeros([len(u), 10]),), tf.constant(u if mean == 'all' else 0 * u),
                      tf.fill(u.shape, log_deviation))
        (code,), continuous = session.run(system.information(
            (tf.zeros([len(u)], tf.int32),), tf.constant(u), found))
    assert continuous == pytest.approx(expected, abs=2e-3)
    assert code == pytest.approx(0.0, abs=1e-5)


def test_the_information_of_a_code_that_q_knows(several):
    """ln 10 = 2.303 where Q is always right and sure."""
    system = InfoGAN(several(codes=(10,), continuous=0))
    code = np.arange(10, dtype=np.int32)
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        empty = tf.zeros([10, 0])
        (found,), continuous = session.run(system.information(
            (tf.constant(code),), empty, Found((100.0 * tf.one_hot(code, 10),), empty, empty)))
    assert (found, continuous) == (pytest.approx(math.log(10)), 0.0)


def test_the_deviation_has_a_limit(gan, images):
    """Without it the information of a learnt variance would grow for ever."""
    made = gan(info_weight=0.5, continuous_weight=3.0, code_variance='learnt')
    bias = next(v for v in made.built.net.Q.weights if v.op.name.endswith('q2_linear/bias'))
    put(made.session, bias, np.full(bias.shape, -50.0))
    out = run(made, made.built.out, images)
    assert (out.found.log_deviation == -3.0).all() and np.isfinite(out.information.continuous)


def test_codes_are_uniform_and_new_in_each_step(gan):
    made, drawn = gan(), []
    for step in range(300):
        put(made.session, made.built.inputs.step, step)
        drawn.append(np.stack(made.session.run(made.built.out.codes)))
    put(made.session, made.built.inputs.step, 0)
    drawn = np.stack(drawn)                                                   # [steps, codes, N]
    for k, size in enumerate(CODES):
        counts = np.bincount(drawn[:, k].ravel(), minlength=size)
        assert len(counts) == size and abs(counts / counts.sum() - 1 / size).max() < 0.04
    assert len(np.unique(drawn.reshape(300, -1), axis=0)) > 290
    assert abs(np.corrcoef(drawn[:, 0].ravel(), drawn[:, 1].ravel())[0, 1]) < 0.1


def test_who_learns_what(gan, images):
    """Q moves with D, G with its own optimizer; a step moves every weight."""
    made = gan()
    net, before = made.built.net, {}
    learnt = {step.player.name: {w.op.name for w in step.optimizer.weights}
              for step in first_step(made).player_steps}
    assert learnt == {'D': {w.op.name for network in (net.D, net.Q) for w in network.weights},
                      'G': {w.op.name for w in net.G.weights}}
    enlarge_weights(made)
    for network in net:
        before.update({w.op.name: made.session.run(w) for w in network.weights})
    made.fit(images, progress=False)
    for network in net:
        for w in network.weights:
            assert (made.session.run(w) != before[w.op.name]).any(), w.op.name


def test_codes_of_an_image_depend_on_no_other_image(several, finished, images):
    """Batch norm of main1 keeps no averages: reference images normalise D and Q."""
    made = finished(several(name='main1', penalty='none'), classes=True)
    enlarge_weights(made)
    reference = images[:made.config.batch_size]
    found = made.class_probabilities(images, reference)
    again = made.class_probabilities(images[::-1], reference)[::-1]
    np.testing.assert_allclose(found, again, atol=1e-5)
    assert np.abs(np.diff(found, axis=0)).max() > 1e-3
    np.testing.assert_allclose(found[:, :CODES[0]].sum(axis=1), 1, rtol=1e-5)


def test_reference_codes_are_drawn_each_on_its_own(several):
    with build(several(name='main1', codes=(4, 4), batch_size=40, penalty='none')) as made:
        made.model()
        _, weights = made.session.run(made.built.inputs.reference)
        first, second = weights[:, :4].argmax(axis=1), weights[:, 4:].argmax(axis=1)
        assert 0 < np.mean(first == second) < 0.6 and len({*zip(first, second, strict=True)}) > 8


@pytest.mark.slow
def test_without_the_information_q_learns_nothing(gan, images):
    found = {}
    for weight in (0.0, 1.0):
        made = gan(info_weight=weight)
        enlarge_weights(made)
        d, g = first_step(made).player_steps
        names = [v.op.name for network in d.player.networks for v in network.weights]
        found[weight] = dict(zip(names, run(made, d.gradients, images), strict=True)), run(
            made, g.gradients, images)
    none, some = found[0.0], found[1.0]
    for name, gradient in some[0].items():
        if name.startswith('Recognition'):
            assert not none[0][name].any() and (gradient.any() or 'bias' in name)
    assert not any(np.allclose(a, b, rtol=1e-3) for a, b in zip(none[1], some[1], strict=True)
                   if a.ndim > 1)


def test_no_label_is_needed(gan, images):
    made = gan()
    assert made.built.inputs.labels_ph is None and not made.config.learns_classes
    assert made.config.label_names == ('0', '1', '2') and made.config.label_sizes == CODES
    ones = {op.name.partition('/')[0] for op in made.graph.get_operations() if op.type == 'OneHot'}
    assert ones == {'inputs'}


def test_codes_change_the_picture(gan):
    """The first code, the second one, and a continuous one, which is at the end of the latent."""
    made = gan()
    enlarge_weights(made)
    z = np.random.default_rng(0).uniform(-1, 1, (1, made.config.latent_dim))
    assert z.shape[1] == made.config.z_dim + U
    moved = z.copy()
    moved[0, -1] += 0.5
    pictures = [made.generate_images(*inputs)[0] for inputs in (
        (z, [0]), (z, [[0, 0]]), (z, [1]), (z, [[0, 1]]), (moved, [0]))]
    np.testing.assert_array_equal(pictures[0], pictures[1])
    for a, b in ((0, 2), (0, 3), (0, 4), (2, 3)):
        assert np.abs(pictures[a] - pictures[b]).max() > 1e-3
    weights = np.float32([[0.5, 0.5, 0, 0, 0, 0, 1]])
    assert made.generate_images(z, weights).shape == (1, *pictures[0].shape)
    with pytest.raises(UsageError, match='labels from 3 to 3: expected 0 to 2'):
        made.generate_images(z, [3])
    with pytest.raises(UsageError, match='one label for each latent'):
        made.generate_images(z)


@pytest.mark.parametrize('change', [
    {}, pytest.param({'name': 'main1', 'objective': 'softmax', 'unroll': 1, 'penalty': 'none'},
                     marks=pytest.mark.slow),
    pytest.param({'objective': 'wgan', 'penalty': 'gradient_penalty', 'codes': (2,),
                  'continuous': 0}, marks=pytest.mark.slow),
    pytest.param({'objective': 'hinge', 'norm': 'spectral', 'd_steps': 2, 'penalty': 'none',
                  'code_variance': 'learnt', 'prior': 'normal'}, marks=pytest.mark.slow)], ids=str)
def test_it_trains_and_resumes_to_the_bit(several, images, pool, tmp_path, change):
    config = several(**change)
    assert_trains(pool, config, images, tmp_path)
    with pool.gan(config) as gan:
        assert 'information' in first_step(gan).columns
        assert 'Recognition_fake' in boxes(gan)


def test_features_are_those_of_a_gan_with_the_same_d(several, one_layer, finished, images):
    """They need no label, and Q has no part in them. First weights depend on their names alone."""
    gans = [finished(each, training=False, features=True) for each in (several(), one_layer())]
    found, expected = (gan.discriminator_features(images) for gan in gans)
    np.testing.assert_allclose(found, expected, rtol=1e-5)
    assert np.abs(np.diff(found, axis=0)).max(axis=1).min() > 1e-3


def test_the_sweep_has_a_block_for_each_code(several):
    """A row changes one code only, and a column has one draw of the others."""
    config = several()
    grid = code_sweep(config, columns=5)
    assert grid.blocks == (3, 4, 10, 10) and len(grid.z) == 5 * sum(grid.blocks)
    ends = np.cumsum(grid.blocks) * 5
    z, labels = np.split(grid.z, ends[:-1]), np.split(grid.labels, ends[:-1])
    for code, size in enumerate(CODES):
        block = labels[code].reshape(size, 5, 2)
        assert (block[..., code] == np.arange(size)[:, None]).all()
        assert (block[..., 1 - code] == block[:1, :, 1 - code]).all()
        assert (z[code].reshape(size, 5, -1) == grid.z[:5]).all()
    for k in (2, 3):
        block, number = z[k].reshape(10, 5, -1), config.z_dim + k - 2
        np.testing.assert_allclose(block[:, 0, number], np.linspace(-2, 2, 10), rtol=1e-6)
        others = np.delete(block, number, axis=2)
        assert (others == others[:1]).all()
    assert list(sample_grids(config)) == ['fake1', 'codes', 'fake2']


@pytest.mark.parametrize(('options', 'message'), [
    ({'objective': 'ebgan'}, '--objective ebgan: --type infogan cannot use it'),
    ({'penalty': 'mode_regularised'}, '--penalty mode_regularised: --type infogan cannot use it'),
    ({'codes': (1,)}, r'codes = \(1,\): expected whole numbers from 2'),
    ({'codes': ()}, r'codes = \(\): expected one number or more'),
    ({'continuous': -1}, 'continuous = -1: expected at least 0'),
    ({'code_variance': 'some'}, "code_variance = 'some': expected fixed, learnt"),
    ({'class_weight': 2.0}, '--class-weight: --type infogan does not take it')])
def test_what_it_refuses(options, message):
    with pytest.raises(UsageError, match=message):
        preset('dcgan28', type='infogan', **options)


@pytest.mark.parametrize('name', ['gan', 'cgan', 'acgan'])
def test_others_have_no_codes(name):
    with pytest.raises(UsageError, match=f'--codes: --type {name} does not take it'):
        preset('dcgan28', type=name, codes=(10,))


def test_its_preset_is_for_no_other_type():
    with pytest.raises(UsageError, match='is for --type infogan, not for --type gan'):
        preset('infogan_mnist', type='gan')
    made = preset('infogan_mnist')
    assert (made.type, made.latent_dim, made.label_sizes) == ('infogan', 64, (10,))
    assert (made.d_learning_rate, made.g_learning_rate, made.beta1) == (2e-4, 1e-3, 0.5)
    assert (made.batch_size, made.epochs, made.prior) == (128, 5_000, 'uniform')


class Detached(InfoGAN):
    """Q learns, but D's features do not, and G does not try to show the codes."""

    critics = ('D', 'Q')

    def players(self, net, batch, out):
        found = net.Q(tf.stop_gradient(net.D(out.augmented_fake, use='fake')[1]), use='detached')
        u = batch.noise[:, self.config.z_dim:]
        (known,), _ = self.information(out.codes, u, found)
        return [Player('D', [net.D], self.d_loss(batch, out)), Player('Q', [net.Q], -known),
                Player('G', [net.G], self.objective.g_loss(out.r, out.f))]


@pytest.mark.slow
@pytest.mark.parametrize(('system', 'least', 'most'), [(InfoGAN, 1.5, 2.31), (Detached, -1, 0.5)])
def test_g_shows_the_codes_only_if_it_is_paid_for_it(system, least, most):
    """After 400 steps: figure 1 of the paper, in which a plain GAN with a Q stays near 0."""
    digits = data.load('digits', '')
    config = preset('dcgan28', type='infogan', epochs=400, continuous=0, penalty='none')
    with GAN(config, system=system(config)) as made:
        made.fit(digits.images, progress=False)
        known = np.mean([run_at(made, digits.images, index) for index in range(20)])
    assert least < known < most


def run_at(gan, images, index):
    return gan.session.run(gan.built.out.information.categorical[0],
                           BatchFeeder(gan, images)(index))
