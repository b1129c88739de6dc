"""The auxiliary classifier GAN: D tells classes and gets none, G is asked for one."""

import numpy as np
import pytest

from dcgan_tf import data, preset
from dcgan_tf.errors import UsageError
from dcgan_tf.fit.feed import BatchFeeder
from tests.helpers import assert_trains, boxes, enlarge_weights, first_step, put
from tests.reference import softmax_cross_entropy, softplus

CLASSES, K = ('a', 'b', 'c'), 3
LABELS = np.int32([0, 1, 2, 0, 1, 2, 0, 1, 2, 0])
OTHERS = np.int32([2, 2, 1, 1, 0, 0, 2, 2, 1, 1])


@pytest.fixture
def three(one_layer):
    """three(**changes) -> Config of three classes."""
    return lambda **changes: one_layer(type='acgan', class_names=CLASSES, **changes)


@pytest.fixture
def gan(three, finished):
    """gan(**changes) -> that GAN from the pool."""
    return lambda **changes: finished(three(**{'penalty': 'none', **changes}))


def run(gan, what, images, labels=LABELS):
    return gan.session.run(what, BatchFeeder(gan, images, labels)(0))


@pytest.mark.parametrize(('weight', 'of'), [(1.0, 'both'), (0.5, 'real')])
def test_the_losses_by_hand(gan, images, weight, of):
    made = gan(class_weight=weight, class_loss=of)
    enlarge_weights(made)
    out, d, g = run(made, [made.built.out, made.d_loss, made.g_loss], images)
    real = softmax_cross_entropy(out.real_classes, out.y).mean()
    fake = softmax_cross_entropy(out.fake_classes, out.c).mean()
    expected = softplus(-out.r).mean() + softplus(out.f).mean() + weight * (
        real + fake if of == 'both' else real)
    assert d == pytest.approx(expected, rel=1e-5)
    assert g == pytest.approx(softplus(-out.f).mean() + weight * fake, rel=1e-5)
    assert real > 0.1 and fake > 0.1


def test_the_first_losses(gan, images):
    """2 ln 2 + 2 ln K for D and ln 2 + ln K for G, where nothing is known yet."""
    made = gan()
    step = first_step(made).scalars
    d, g = run(made, [step['losses/d'], step['losses/g']], images)
    assert d == pytest.approx(2 * np.log(2) + 2 * np.log(K), rel=0.02)
    assert g == pytest.approx(np.log(2) + np.log(K), rel=0.02)


def test_d_gets_no_label_and_g_no_label_of_a_real_image(gan, images):
    """The classes of fakes are uniform, and other ones in each step."""
    made, drawn = gan(), []
    enlarge_weights(made)
    out = made.built.out
    tensors = [out.r, out.f, out.real_classes, out.fake_classes, out.fake, out.c]
    ph = made.built.inputs.labels_ph
    feed = BatchFeeder(made, images, LABELS)(0)
    for a, b in zip(made.session.run(tensors, feed),
                    made.session.run(tensors, {**feed, ph: (feed[ph] + 1) % K}), strict=True):
        np.testing.assert_array_equal(a, b)
    for step in range(200):
        put(made.session, made.built.inputs.step, step)
        drawn.append(made.session.run(out.c))
    counts = np.bincount(np.concatenate(drawn), minlength=K)
    assert len(counts) == K and abs(counts / counts.sum() - 1 / K).max() < 0.06
    put(made.session, made.built.inputs.step, 0)


def test_g_learns_from_the_class(gan, images):
    """With a weight of 0, G and D have the gradients of the objective alone."""
    weights = [gan(class_weight=weight) for weight in (0.0, 1.0)]
    found = []
    for made in weights:
        enlarge_weights(made)
        found.append(run(made, [step.gradients for step in first_step(made).player_steps], images))
    for none, some in zip(*found, strict=True):
        assert not any(np.allclose(a, b, rtol=1e-3) for a, b in zip(none, some, strict=True)
                       if a.ndim > 1)
    last = found[0][0][-2]                    # of D's last weights: no class learns
    assert last.shape[-1] == 1 + K and not last[:, 1:].any() and last[:, :1].any()


def test_the_asked_class_comes_with_the_same_latent(gan, latents):
    made = gan()
    enlarge_weights(made)
    first = made.generate_images(latents, [0, 1, 2, 1, 0])
    other = made.generate_images(latents, [1, 0, 2, 0, 1])
    assert np.abs(first - other).reshape(5, -1).max(axis=1).astype(bool).tolist() == [
        True, True, False, True, True]


@pytest.mark.parametrize('change', [
    {}, pytest.param({'objective': 'wgan', 'penalty': 'gradient_penalty'}, marks=pytest.mark.slow),
    pytest.param({'objective': 'softmax', 'unroll': 1, 'penalty': 'none'}, marks=pytest.mark.slow),
    pytest.param({'objective': 'hinge', 'norm': 'spectral', 'd_steps': 2, 'penalty': 'none'},
                 marks=pytest.mark.slow)], ids=str)
def test_it_trains_and_resumes_to_the_bit(three, images, pool, tmp_path, change):
    config = three(**change)
    assert_trains(pool, config, images, tmp_path, LABELS)
    with pool.gan(config) as gan:
        assert 'head_accuracy' in first_step(gan).columns
        assert 'Encoder_real' not in boxes(gan)


def test_features_need_no_label(three, finished, images):
    """And the graph has a label in the boxes of G alone."""
    made = finished(three(), training=False, features=True)
    found = made.discriminator_features(images)
    assert found.shape[0] == len(images) and np.isfinite(found).all()
    boxes = {op.name.partition('_')[0] for op in made.graph.get_operations()
             if op.type == 'OneHot'}
    assert boxes == {'Generator'}


def test_tensorboard_shows_each_head_by_name(gan):
    assert list(first_step(gan()).values['flow'].outputs) == [
        f'Discriminator_{use}/heads/{head}' for use in ('real', 'fake')
        for head in ('real_or_fake', 'classes')]


@pytest.mark.parametrize(('options', 'message'), [
    ({'objective': 'ebgan'}, '--objective ebgan: --type acgan cannot use it'),
    ({'penalty': 'mode_regularised'}, '--penalty mode_regularised: --type acgan cannot use it'),
    ({'class_loss': 'fake'}, "class_loss = 'fake': expected both, real"),
    ({'class_weight': -1.0}, 'class_weight = -1.0: expected at least 0')])
def test_what_it_refuses(options, message):
    with pytest.raises(UsageError, match=message):
        preset('dcgan28', type='acgan', class_names=CLASSES, **options)


@pytest.mark.parametrize('name', ['gan', 'cgan'])
def test_others_have_no_class_head(name):
    with pytest.raises(UsageError, match=f'--class-weight: --type {name} does not take it'):
        preset('dcgan28', type=name, class_weight=2.0)


@pytest.mark.slow
def test_it_makes_the_digits_that_it_is_asked_for(built):
    """After 300 steps a D of its own recognises real digits and the classes of fakes."""
    digits = data.load('digits', '')
    made = built(preset('dcgan28', type='acgan', class_names=digits.class_names, epochs=300))
    made.fit(digits.images, labels=digits.labels, progress=False)
    step = first_step(made).scalars
    real, fake = np.mean([made.session.run(
        [step['head_accuracy/real'], step['head_accuracy/fake']],
        BatchFeeder(made, digits.images, digits.labels)(index)) for index in range(20)], axis=0)
    assert real > 0.95 and fake > 0.9
