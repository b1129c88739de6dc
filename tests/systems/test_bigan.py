"""The BiGAN: D tells pairs (image, code) from (image, latent), and G and E make them alike."""

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf.config.choices import PRIORS
from dcgan_tf.errors import UsageError
from dcgan_tf.fit.feed import BatchFeeder
from dcgan_tf.images import read_png
from dcgan_tf.networks.codes import to_support
from tests.helpers import assert_trains, boxes, changed_by_players, put
from tests.systems.pairs import assert_losses_of_pairs


@pytest.fixture
def bigan(one_layer):
    """bigan(**changes) -> Config of a BiGAN with one layer a network."""
    return lambda **changes: one_layer(type='bigan', **{'penalty': 'none', **changes})


def test_the_losses_by_hand(bigan, finished, images):
    """D's loss, and G's: the same with real and fake exchanged. Both 2 ln 2 where D knows nothing.
    """
    gan = finished(bigan())
    assert_losses_of_pairs(gan, BatchFeeder(gan, images)(0))


def test_the_d_of_the_paper_says_nothing_before_the_first_step(tiny, finished, images):
    """Its last layer starts at 0, so both losses are 2 ln 2. That of E does not: codes differ."""
    gan = finished(tiny('bigan_mnist'))
    losses, code = gan.session.run([(gan.d_loss, gan.g_loss), gan.built.out.encoded.code],
                                   BatchFeeder(gan, images)(0))
    assert np.allclose(losses, 2 * np.log(2), rtol=1e-6, atol=0)
    assert code.std(axis=0).min() > 1e-4


@pytest.mark.parametrize('options', [{'penalty': 'mode_regularised'}, {'objective': 'ebgan'}])
def test_the_networks_of_the_paper_learn_in_a_gan(options, tiny, pool, images):
    """A D of images does not start at 0, nor do E and the coder that are made of its layers."""
    assert_trains(pool, tiny(architecture='bigan_mnist', **options), images)


def test_codes_lie_where_latents_lie(bigan, finished, images):
    gan = finished(bigan())
    for v in gan.built.net.E.weights:
        put(gan.session, v, 1e3 * gan.session.run(v))
    codes = gan.session.run(gan.built.out.encoded.code, BatchFeeder(gan, images)(0))
    assert 0.9 < np.abs(codes).max() <= 1


@pytest.mark.parametrize('prior', PRIORS)
def test_what_brings_numbers_to_the_latents_of_a_prior(prior, session, rng):
    """Uniform: 2 sigmoid(h) - 1, as in the program. The others but the sphere: nothing."""
    h = rng.normal(size=(4, 3))
    expected = {'uniform': 2 / (1 + np.exp(-h)) - 1,
                'sphere': h / np.linalg.norm(h, axis=1, keepdims=True)}.get(prior, h)
    np.testing.assert_allclose(session.run(to_support(tf.constant(h, tf.float32), prior)), expected,
                               rtol=1e-5, atol=1e-6)


def test_each_player_changes_its_own_variables(bigan, finished, images):
    gan = finished(bigan())
    assert changed_by_players(gan, BatchFeeder(gan, images)(0)) == {
        'D': {'Discriminator', 'train_D'}, 'G': {'Generator', 'Encoder', 'train_G'}}


def test_it_resumes_to_the_bit_and_every_weight_learns(bigan, images, pool, tmp_path):
    config = bigan(penalty='r1', penalty_weight=1.0, penalty_every=2, ema=0.9)
    assert_trains(pool, config, images, tmp_path)
    with pool.gan(config) as gan:
        assert boxes(gan) == {'Encoder', 'Encoder_train', 'Generator_rebuilt', 'Encoder_ema',
                              'Encoder_encode', 'encode'}


@pytest.mark.parametrize(('option', 'value'), [
    ('objective', 'ebgan'), ('objective', 'f_gan_kl'), ('penalty', 'dragan'),
    ('penalty', 'mode_regularised')])
def test_what_no_pair_can_have_is_refused(bigan, option, value):
    with pytest.raises(UsageError, match=f'--{option} {value}: --type bigan cannot use it'):
        bigan(**{option: value})


def test_pictures_of_images_and_their_reconstructions(bigan, pool, images, tmp_path):
    """A row of images, a row of reconstructions; resumed, it is the same picture."""
    with pool.gan(bigan(epochs=2, eval_step=1, scale=1)) as gan:
        gan.fit(images, run=tmp_path / 'run', progress=False)
        picture = read_png(tmp_path / 'run/images/rebuilt_000002.png')
        again = gan.reconstruct(images[:8])
    h, w, c = images.shape[1:]
    assert picture.shape == (4 * h, 8 * w, c)
    assert (picture[:h, :w] == images[0]).all() and (picture[2 * h:3 * h, :w] == images[8]).all()
    np.testing.assert_allclose(picture[h:2 * h, :w] / 255, again[0], atol=1 / 255)
