"""ALI: a BiGAN whose encoder returns a distribution, of which the code is drawn."""

import math

import numpy as np
import pytest

from dcgan_tf.config import Config, preset
from dcgan_tf.errors import UsageError
from dcgan_tf.fit.feed import BatchFeeder
from tests.helpers import assert_trains, boxes, changed_by_players, enlarge_weights, put
from tests.systems.pairs import assert_losses_of_pairs


@pytest.fixture
def ali(one_layer):
    """ali(**changes) -> Config of an ALI with one layer a network."""
    return lambda **changes: one_layer(type='ali', **{'penalty': 'none', 'ema': 0.9, **changes})


def test_the_losses_by_hand(ali, finished, images):
    """Both 2 ln 2 where D knows nothing, and E's codes are then N(0, 1), like the latents."""
    gan = finished(ali())
    batch = BatchFeeder(gan, images)(0)
    log_deviation = gan.session.run(gan.built.out.distribution.log_deviation, batch)
    assert np.abs(log_deviation).max() < 0.1
    assert_losses_of_pairs(gan, batch)


def test_a_code_is_the_mean_plus_noise_that_depends_on_the_step(ali, finished, images):
    gan = finished(ali())
    gan.fit(images, progress=False)
    feeder, noises = BatchFeeder(gan, images), []
    for step in (3, 3, 7):
        put(gan.session, gan.built.inputs.step, step)
        out, sigma = gan.session.run(
            [gan.built.out, gan.steps.variants[0].scalars['code_sigma']], feeder(0))
        mean, log_deviation = out.distribution
        noises.append((out.encoded.code - mean) / np.exp(log_deviation))
        assert sigma == pytest.approx(np.exp(log_deviation).mean(), rel=1e-5)
    np.testing.assert_allclose(noises[0], noises[1], rtol=1e-4)
    assert np.abs(noises[2] - noises[0]).max() > 0.1


def test_the_noise_of_codes_is_normal(ali, finished, images):
    """1,024 numbers: two moments by five standard errors; the largest is as no uniform one is."""
    gan = finished(ali(z_dim=128, batch_size=8))
    out = gan.session.run(gan.built.out, BatchFeeder(gan, images)(0))
    mean, log_deviation = out.distribution
    noise = (out.encoded.code - mean) / np.exp(log_deviation)
    assert noise.shape == (8, 128)
    assert abs(noise.mean()) < 5 / 32
    assert noise.std() == pytest.approx(1, abs=5 / 32 / math.sqrt(2))
    assert 2.5 < np.abs(noise).max() < 6


def test_the_tools_get_the_means(ali, finished, images):
    """Which are no matter of chance."""
    gan = finished(ali())
    enlarge_weights(gan)
    one, other = gan.encode(images), gan.encode(images[:4])
    assert one.shape == (10, 3)
    np.testing.assert_allclose(one[:4], other, rtol=1e-5, atol=1e-6)
    assert one.std() > 0


def test_it_resumes_to_the_bit_and_every_weight_learns(ali, images, pool, tmp_path):
    assert_trains(pool, ali(), images, tmp_path)
    with pool.gan(ali()) as gan:
        assert boxes(gan) == {'Encoder', 'Encoder_train', 'Generator_rebuilt', 'Encoder_ema',
                              'Encoder_encode', 'encode', 'codes'}


def test_each_player_changes_its_own_variables(ali, finished, images):
    gan = finished(ali())
    assert changed_by_players(gan, BatchFeeder(gan, images)(0)) == {
        'D': {'Discriminator', 'train_D'}, 'G': {'Generator', 'Encoder', 'train_G'}}


def test_its_latents_are_normal_with_any_preset():
    assert preset('dcgan28').prior == 'uniform'
    assert preset('dcgan28', type='ali').prior == 'normal'
    with pytest.raises(UsageError, match='^--latent-prior uniform: --type ali cannot use it'):
        Config(type='ali')
