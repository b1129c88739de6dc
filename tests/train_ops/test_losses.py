"""What the graph makes of the tables: targets, penalties, norms, rates and bounds."""

import contextlib
import itertools

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf import DeepConvolutionalGAN, networks
from dcgan_tf.errors import CollapseError, UsageError
from dcgan_tf.losses import penalties
from tests.helpers import first_step, put

v1 = tf.compat.v1
R1 = {'penalty': 'r1', 'penalty_every': 3, 'penalty_weight': 2.0, 'learning_rate': 1e-9}
WGAN_GP = {'objective': 'wgan', 'penalty': 'gradient_penalty', 'learning_rate': 0.05}
FADING = {'d_learning_rate': 0.4, 'learning_rate': 0.1, 'learning_rate_half_life': 2,
          'instance_noise': 0.5, 'instance_noise_steps': 2}
CLIPPED = {'objective': 'wgan', 'label_flip': 0.4, **FADING}


@pytest.fixture
def config(one_layer):
    """config(**changes): ten images a batch, networks of one layer."""
    return lambda name='dcgan28', **changes: one_layer(name, **{'batch_size': 10, **changes})


@pytest.fixture
def gan(config, finished):
    """gan(**changes) -> a finished model from the pool."""
    return lambda name='dcgan28', **changes: finished(config(name, **changes))


@pytest.fixture
def looked(config):
    """looked(**changes) -> a model of its own with its losses, without train ops, never finished.

    networks: True = it has not even losses.
    """
    with contextlib.ExitStack() as made:
        def make(name='dcgan28', networks=False, **changes):
            model = made.enter_context(DeepConvolutionalGAN.from_config(config(name, **changes)))
            (model.model if networks else model.loss)()
            with model.graph.as_default():
                model.session.run(v1.global_variables_initializer())
            return model
        yield make


@pytest.fixture
def named(config):
    """named(**changes) -> a model that has its networks alone."""
    def make(name='dcgan28', **changes):
        with DeepConvolutionalGAN.from_config(config(name, **{'ema': 0.0, **changes})) as model:
            model.model()
            return model
    return make


def run(gan, what, images):
    return gan.session.run(what, {gan.built.inputs.images_ph: images})


def outputs(gan):
    """D's outputs for real and fake images, and these images."""
    out = gan.built.out
    return out.r, out.f, gan.built.inputs.batch.images, out.fake


def reconstructed(gan):
    """G(E(x)) of mode_regularised."""
    return gan.built.out.encoded.reconstructed


def scalars(gan, images):
    return run(gan, first_step(gan).scalars, images)


def literal(gan, real, fake, **options):
    """D's and G's loss from D's outputs, by the row of the table."""
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        row, r, f = gan.system.objective, tf.constant(real), tf.constant(fake)
        return session.run((row.d_loss(r, f, **options), row.g_loss(r, f)))


@pytest.mark.parametrize(('name', 'smooth'), [
    ('relativistic_average', {}), ('softmax', {'smooth': 0.25}),
    pytest.param('hinge', {}, marks=pytest.mark.slow)], ids=str)
def test_the_losses_are_those_of_the_row(looked, images, name, smooth):
    """And of smoothed targets, where it has some."""
    made = looked(objective=name, label_smoothing=smooth.get('smooth', 0.0))
    made.optimizer()                             # makes the scalars, and no variable
    real, fake = run(made, (made.built.out.r, made.built.out.f), images)
    seen = scalars(made, images)
    np.testing.assert_allclose((seen['losses/d'], seen['losses/g']),
                               literal(made, real, fake, **smooth), rtol=1e-5)
    assert seen['losses/sum'] == pytest.approx(seen['losses/d'] + seen['losses/g'], rel=1e-6)
    assert seen['d_accuracy'] == pytest.approx(
        (seen['d_accuracy/real'] + seen['d_accuracy/fake']) / 2)


def test_an_objective_without_targets_has_none_to_smooth(looked):
    with pytest.raises(UsageError, match='--objective wgan .*: '):
        looked(objective='wgan', label_smoothing=0.1)


def test_flipped_labels_swap_pairs_by_the_step(gan, images):
    """Each of the ten pairs is swapped or not: the loss is one of the 1,024 that this gives."""
    made = gan(**CLIPPED, epochs=9)
    seen = []
    for _ in range(3):
        real, fake, d_loss = run(made, (made.built.out.r, made.built.out.f, made.d_loss), images)
        gaps = (fake - real)[:, 0]
        signs = np.array(list(itertools.product([1, -1], repeat=10)))
        nearest = np.abs((signs * gaps).mean(axis=1) - d_loss).argmin()
        assert (signs[nearest] * gaps).mean() == pytest.approx(d_loss, rel=1e-3, abs=1e-7)
        seen.append(tuple(signs[nearest]))
        run(made, made.train_op, images)
    assert len(set(seen)) > 1 and -1 in seen[0]


def test_the_margin_of_a_loss_sensitive_gan_is_the_distance_of_the_images(looked, images):
    made = looked(objective='loss_sensitive')
    real, fake, x, y = run(made, outputs(made), images)
    margin = np.abs(x - y).mean(axis=(1, 2, 3))
    assert run(made, made.d_loss, images) == pytest.approx(
        literal(made, real, fake, margin=margin)[0], rel=1e-5)


def in_ranges(x, width=2.0):
    """A difference of pixels, as if their range were (-1, 1). width: of the range that it is in."""
    return 2.0 / width * x.astype(float)


def test_pixels_are_compared_alike_in_either_range(looked, images, monkeypatch):
    """main1's are in (0, 1): half as wide as (-1, 1). The same images give the same numbers."""
    margin = looked('main1', objective='loss_sensitive')
    r, f, x, y = run(margin, outputs(margin), images)
    apart = np.abs(in_ranges(x - y, 1.0)).mean(axis=(1, 2, 3)).astype(np.float32)
    assert run(margin, margin.d_loss, images) == pytest.approx(
        literal(margin, r, f, margin=apart)[0], rel=1e-5)

    compared = []
    monkeypatch.setattr(penalties, 'mode_regulariser',
                        lambda x, y, score: compared.append(x - y) or tf.reduce_mean((x - y) ** 2))
    modes = looked('main1', penalty='mode_regularised')
    x, y, difference = run(
        modes, (modes.built.inputs.batch.images, reconstructed(modes), compared[0]), images)
    np.testing.assert_allclose(difference, in_ranges(x - y, 1.0), atol=1e-6)


@pytest.mark.parametrize(('name', 'last', 'width'), [
    ('dcgan28', 'Tanh', 2.0), ('main1', 'Sigmoid', 1.0)])
def test_an_energy_is_the_error_of_a_reconstruction(looked, images, name, last, width):
    """One number an image, of what D sees; noise and error are the same in either range."""
    made = looked(name, networks=True, objective='ebgan', instance_noise=0.1)
    out, real = made.built.out, made.built.inputs.batch.images
    rebuilt = next(op.outputs[0] for op in reversed(made.graph.get_operations())
                   if op.name.startswith('Discriminator_real/') and op.type == last)
    seen, real, energies, rebuilt = run(made, (out.augmented_real, real, out.r, rebuilt), images)
    assert in_ranges(seen - real, width).std() == pytest.approx(0.1, rel=0.2)
    error = in_ranges(seen - rebuilt, width)
    np.testing.assert_allclose(energies, (error ** 2).mean(axis=(1, 2, 3))[:, None], rtol=1e-4)
    names = {w.op.name.split('/')[1] for w in made.built.net.D.weights}
    assert {'d1_conv', 'g0_linear', 'g1_deconv'} <= names


def test_wgan_keeps_all_of_d_in_its_bounds(gan, images):
    made = gan(**CLIPPED)
    made.fit(images, progress=False)
    with made.graph.as_default():
        weights = tf.compat.v1.trainable_variables('Discriminator/')
    values = made.session.run(weights)
    assert max(np.abs(v).max() for v in values) == pytest.approx(made.system.objective.clip)
    assert 'weights are clipped to 0.01' in made.summary()


@pytest.mark.slow
@pytest.mark.parametrize('row', [WGAN_GP, {**CLIPPED, 'norm': 'spectral'}], ids=str)
def test_what_keeps_d_smooth_by_itself_needs_no_clipping(gan, images, row):
    made = gan(**row)
    made.fit(images, progress=False)
    values = made.session.run(made.built.net.D.weights)
    assert max(np.abs(v).max() for v in values) > 10 * made.system.objective.clip
    assert 'clipped' not in made.summary()


@pytest.mark.parametrize(('changes', 'used'), [
    (WGAN_GP, 10.0), (R1, 2.0), ({'penalty': 'mode_regularised'}, 0.2)], ids=str)
def test_the_penalty_is_added_with_its_weight(gan, images, changes, used):
    made = gan(**changes)
    assert made.config.penalty_weight == changes.get('penalty_weight', 0.0)
    real, fake = run(made, (made.built.out.r, made.built.out.f), images)
    d_loss, g_loss = literal(made, real, fake)
    seen = scalars(made, images)
    extra = used * seen['penalty']
    assert extra > 0
    of_d = changes['penalty'] != 'mode_regularised'
    assert seen['losses/d'] == pytest.approx(d_loss + of_d * extra, rel=1e-4)
    assert seen['losses/g'] == pytest.approx(g_loss + (not of_d) * extra, rel=1e-4)


def test_a_lazy_penalty_comes_seldom_and_weighs_more(gan, images):
    """What is minimised has it three times as heavy in every third step; what is shown, always."""
    lazy = gan(**R1)
    added, shown = [], []
    for index in range(4):
        variant = lazy.steps.variant_of(index)
        seen, d_loss = run(lazy, (variant.scalars, variant.player_steps[0].loss), images)
        added.append(d_loss - seen['losses/d_objective'])
        shown.append(seen['penalty'])
        assert seen['losses/d'] == pytest.approx(seen['losses/d_objective'] + 2 * seen['penalty'])
        run(lazy, variant.train_ops[-1].op, images)
    np.testing.assert_allclose(added, [6 * shown[0], 0, 0, 6 * shown[3]], atol=1e-5)
    np.testing.assert_allclose(shown[1:3], shown[0], rtol=1e-6)
    assert shown[0] > 0


@pytest.mark.parametrize(('changes', 'same'), [
    (R1, 'g'), pytest.param({'penalty': 'mode_regularised', 'penalty_every': 2}, 'd',
                              marks=pytest.mark.slow)], ids=str)
def test_a_lazy_penalty_makes_no_second_side_for_who_has_none(gan, looked, changes, same):
    made = gan(**changes) if changes is R1 else looked(**changes)
    made.optimizer()
    with_it, without = made.steps.variants
    assert [a is b for a, b in zip(with_it.player_steps, without.player_steps, strict=True)] == [
        same == 'd', same == 'g']


def test_r1_is_the_slope_of_the_d_at_hand(gan, images):
    """Of real images, by differences; and no other use of D is made for it."""
    made = gan(**R1)
    out, batch, shown = made.built.out, made.built.inputs.batch, first_step(made).scalars
    real, penalty = run(made, (batch.images, shown['penalty']), images)
    uses = {op.name.split('/')[0] for op in made.graph.get_operations()
            if op.name.startswith('Discriminator_')}
    assert uses == {'Discriminator_real', 'Discriminator_fake'}
    step, total = 1e-2, 0.0
    rng = np.random.default_rng(0)
    for _ in range(400):                      # E (g . u)^2 = |g|^2 for signs u
        u = rng.choice([-1.0, 1.0], images.shape).astype(np.float32)
        ends = [made.session.run(out.r, {out.augmented_real: real + sign * step * u})
                for sign in (1, -1)]
        total += (((ends[0] - ends[1])[:, 0] / (2 * step)) ** 2).mean()
    assert penalty == pytest.approx(total / 400 / 2, rel=0.15)


def test_batch_norm_gives_way_where_it_spoils_the_objective(config):
    found = [(changes, networks.build(config(**changes)).norms.d) for changes in (
        {}, {'penalty': 'gradient_penalty'}, {'objective': 'wgan'}, {'penalty': 'r1'},
        {'objective': 'wgan', 'penalty': 'dragan'}, {'norm': 'instance'},
        {'penalty': 'dragan', 'norm': 'spectral'}, {'objective': 'wgan', 'norm': 'batch'})]
    assert [norm for _, norm in found] == [
        'batch', 'layer', 'batch', 'batch', 'layer', 'instance', 'spectral', 'batch'], found


@pytest.mark.parametrize(('changes', 'words', 'missing'), [
    ({}, (), ("D's norm", 'goes with no batch norm', 'penalty', 'clipped')),
    ({'norm': 'instance', 'penalty': 'r1', 'penalty_weight': 0.5, 'penalty_every': 4,
      'objective': 'wgan'},
     ('; penalty r1, weight 0.5, every 4 steps; ', "D's norm is instance, not batch",
      "; D's weights are clipped to 0.01"), ('goes with no batch norm',)),
    ({'objective': 'wgan', 'penalty': 'dragan'},
     ('; penalty dragan, weight 10, every step; ', "D's norm is layer, not batch",
      'goes with no batch norm'), ('clipped',)),
    ({'objective': 'wgan', 'norm': 'spectral'}, ("D's norm is spectral, not batch",),
     ('goes with no batch norm', 'clipped'))], ids=str)
def test_penalty_norm_and_clipping_are_said(named, changes, words, missing):
    summary = named(**changes).summary()
    assert [word in summary for word in words] == [True] * len(words)
    assert not [word for word in missing if word in summary]


def test_batch_norm_that_is_asked_for_and_spoils_the_penalty_is_refused(config):
    with pytest.raises(UsageError, match='--norm batch .* --penalty dragan'):
        networks.build(config(penalty='dragan', norm='batch'))


def test_a_family_without_batch_norm_in_d_keeps_its_own(tiny):
    assert networks.build(tiny('upsample_mnist', penalty='dragan')).norms.d == 'none'


def test_rates_of_their_own_that_halve(gan, images):
    made = gan(**CLIPPED)
    rates = []
    for _ in range(3):
        shown = first_step(made).scalars
        rates.append(run(made, [shown['learning_rate/d'], shown['learning_rate/g']], images))
        run(made, made.train_op, images)
    np.testing.assert_allclose(rates, [[0.4 * f, 0.1 * f] for f in (1, 0.5 ** 0.5, 0.5)],
                               rtol=1e-5)


def test_noise_on_what_d_sees_fades(gan, images):
    made = gan(**CLIPPED)
    spread = []
    for _ in range(3):
        seen, real = run(made, (made.built.out.augmented_real, made.built.inputs.batch.images),
                         images)
        spread.append((seen - real).std())
        run(made, made.train_op, images)
    np.testing.assert_allclose(spread, [0.5, 0.25, 0], atol=0.05)


@pytest.mark.parametrize('row', [
    {'diff_augment': 'color,cutout'},
    pytest.param({'instance_noise': 0.5}, marks=pytest.mark.slow)], ids=str)
def test_all_that_d_sees_is_disturbed_each_in_its_own_way_and_samples_are_not(gan, looked, images,
                                                                            latents, row):
    made, plain = looked(penalty='mode_regularised', **row), gan(penalty='mode_regularised')
    out, real = made.built.out, made.built.inputs.batch.images
    pairs = [(out.augmented_real, real), (out.augmented_fake, out.fake)]
    changes = [seen - x for seen, x in run(made, pairs, images)]
    for change in changes:
        assert np.abs(change).max(axis=(1, 2, 3)).min() > 0.01
    assert not np.allclose(*changes)
    for use, undisturbed in (('real', real), ('fake', out.fake), ('rebuilt', reconstructed(made))):
        first = next(op for op in made.graph.get_operations()
                     if op.type == 'Conv2D' and op.name.startswith(f'Discriminator_{use}/'))
        assert first.inputs[0] is not undisturbed, use
    samples = made.session.run(made.built.samples, {made.built.inputs.z_ph: latents})
    np.testing.assert_array_equal(samples, plain.session.run(plain.built.samples,
                                                             {plain.built.inputs.z_ph: latents}))


def test_the_penalty_gets_the_images_in_their_places_and_fresh_draws(looked, images, monkeypatch):
    got = []

    def spy(d, real, fake, random):
        got.extend([real, fake, random(tf.shape(real)),
                    random([tf.shape(real)[0], 1, 1, 1], 'share')])
        return tf.reduce_mean(d(real))
    row = penalties.PENALTIES['dragan']._replace(d_penalty=spy)
    monkeypatch.setitem(penalties.PENALTIES, 'dragan', row)
    made = looked(penalty='dragan', instance_noise=0.5)
    assert got[0] is made.built.out.augmented_real and got[1] is made.built.out.augmented_fake
    draws = [run(made, got[2:], images), run(made, got[2:], images)]
    put(made.session, made.built.inputs.step, 1)
    draws.append(run(made, got[2:], images))
    for (first, again, later), shape in zip(zip(*draws, strict=True),
                                            (images.shape, (10, 1, 1, 1)), strict=True):
        np.testing.assert_array_equal(first, again)
        assert first.shape == shape and len(np.unique(first)) > 0.9 * min(first.size, 100)
        assert 0 < first.min() and first.max() < 1 and not np.allclose(first, later)
    random, share = draws[0]
    assert not np.isclose(share, random).any()            # draws of its own


@pytest.mark.parametrize(('every', 'check_numerics'), [
    (1, True), *(pytest.param(every, check, marks=pytest.mark.slow)
                 for every, check in ((1, False), (2, True), (2, False)))])
def test_a_nan_in_a_penalty_is_caught_and_blamed(built, config, images, monkeypatch, every,
                                                 check_numerics):
    def planted(d, *_):
        return tf.reduce_mean(tf.math.log(-tf.exp(d(images.astype('f4'))), name='planted'))
    row = penalties.PENALTIES['r1']._replace(d_penalty=planted)
    monkeypatch.setitem(penalties.PENALTIES, 'r1', row)
    made = built(config(penalty='r1', penalty_every=every, check_numerics=check_numerics))
    variables = [v for v in made.variables() if '/' in v.op.name]
    before = made.session.run(variables)
    with pytest.raises(CollapseError, match='step 1: NaN') as caught:
        made.fit(images, progress=False)
    assert 'losses/penalty/planted' in str(caught.value) or not check_numerics
    for a, b in zip(before, made.session.run(variables), strict=True):
        np.testing.assert_array_equal(a, b)


def test_norms_of_gradients_and_accuracies_are_shown_as_they_are(gan, images):
    made = gan(**R1, epochs=30)
    made.fit(images, progress=False)
    shown, real, fake, *gradients = run(
        made, (first_step(made).scalars, made.built.out.r, made.built.out.f,
               *(learner.gradients for learner in first_step(made).player_steps)), images)
    for name, of in zip('dg', gradients, strict=True):
        norm = sum((g.astype(float) ** 2).sum() for g in of) ** 0.5
        assert shown[f'gradient_norm/{name}'] == pytest.approx(norm, rel=1e-4)
    assert shown['d_accuracy/real'] == pytest.approx((real > 0).mean())
    assert shown['d_accuracy/fake'] == pytest.approx((fake < 0).mean())


def test_what_tensorboard_shows(gan, images):
    made = gan(**R1)
    assert set(run(made, first_step(made).values['scalars'], images)) == {
        'losses/d', 'losses/g', 'losses/sum', 'd_accuracy', 'd_accuracy/real', 'd_accuracy/fake',
        'penalty', 'losses/d_objective', 'gradient_norm/d', 'gradient_norm/g', 'learning_rate/d',
        'learning_rate/g'}
