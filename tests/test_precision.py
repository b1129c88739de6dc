"""--precision: what auto stands for, and that a training in bfloat16 is as repeatable as any."""

import json

import numpy as np
import pytest
import tensorflow as tf

import main1
from dcgan_tf import preset
from dcgan_tf.config import chosen, precision
from dcgan_tf.errors import CollapseError, UsageError
from dcgan_tf.fit.feed import BatchFeeder
from dcgan_tf.optimizers.loss_scale import LossScale
from dcgan_tf.train_ops.ancestors import float_ancestors
from tests.helpers import assert_same, first_step, put, values


@pytest.mark.parametrize(('words', 'expected'), [
    ('flags : fpu amx_bf16 avx512f\n', 'bfloat16'), ('flags : fpu avx512f\n', 'float32'),
    (None, 'float32')], ids=str)
def test_auto_is_bfloat16_with_amx(tmp_path, monkeypatch, words, expected):
    path = tmp_path / 'cpuinfo'
    if words:
        path.write_text(words)
    monkeypatch.setattr(precision, 'CPUINFO', path)
    assert chosen('auto') == expected
    assert [chosen(name) for name in ('float32', 'bfloat16')] == ['float32', 'bfloat16']


@pytest.mark.parametrize('amx', [False, True])
def test_a_run_says_what_auto_meant(monkeypatch, capsys, amx):
    monkeypatch.setattr(precision, 'has_amx', lambda: amx)
    assert main1.main(['--precision', 'auto', '--dataset', 'digits', '--dry-run', '--quiet']) == 0
    config = json.loads(capsys.readouterr().out)
    assert config['precision'] == ('bfloat16' if amx else 'float32')


def test_another_word_is_refused():
    with pytest.raises(UsageError, match='expected float32, bfloat16, float16, auto'):
        main1.main(['--precision', 'float8', '--dataset', 'digits', '--dry-run'])


CONFIG = preset('dcgan28', batch_size=8, image_height=8, image_width=8, generator_maps=(16, 1),
                penalty_every=2, discriminator_maps=(1, 16), precision='bfloat16', epochs=5)
PLAIN = CONFIG.replace(penalty='none', penalty_every=1)
HALF = PLAIN.replace(precision='float16')
IMAGES = np.random.default_rng(0).integers(0, 256, (64, 8, 8, 1), np.uint8)


@pytest.mark.parametrize('config', [
    PLAIN, pytest.param(CONFIG, marks=pytest.mark.slow)], ids=lambda config: config.penalty)
def test_a_training_in_bfloat16_resumes_to_the_bit_and_keeps_float32_weights(pool, tmp_path,
                                                                             config):
    def trained(stop, load=False):
        with pool.gan(config.replace(epochs=stop)) as gan:
            if load:
                gan.load_model(tmp_path)
            gan.fit(IMAGES, progress=False)
            if stop == 2:
                gan.save_model(tmp_path)
            return values(gan)
    trained(2)
    whole, parts = trained(5), trained(5, load=True)
    assert_same(whole, parts)
    assert {value.dtype.name for value in whole.values()} == {'float32', 'int64'}


def cosine(a, b):
    """Of the angle between two lists of arrays."""
    a, b = (np.concatenate([x.ravel() for x in each]).astype(float) for each in (a, b))
    return a @ b / np.linalg.norm(a) / np.linalg.norm(b)


def test_its_gradients_are_those_of_float32_but_for_rounding(finished):
    found = []
    for name in ('float32', 'bfloat16'):
        gan = finished(PLAIN.replace(precision=name))
        gradients = [g for player in first_step(gan).player_steps for g in player.gradients]
        found.append(gan.session.run(gradients, BatchFeeder(gan, IMAGES)(1)))
    assert 0.99 < cosine(*found) < 1


PRODUCTS = ('Conv2D', 'Conv2DBackpropInput', 'Conv2DBackpropFilter', 'MatMul')


@pytest.mark.parametrize('name', ['float32', 'bfloat16', 'float16'])
def test_products_are_of_it_but_for_pictures_and_the_slopes_of_weights(finished, name):
    gan = finished(PLAIN.replace(precision=name))
    needed = float_ancestors([g for variant in gan.steps.variants for side in variant.player_steps
                       for g in side.gradients] + [gan.built.samples])
    for part, expected in (('Generator_train', {name}), ('Discriminator', {name}),
                           ('train_D', {name, 'float32'}), ('train_G', {name, 'float32'}),
                           ('Generator_sample', {'float32'})):
        found = [t.dtype.name for t in needed if t.op.type in PRODUCTS
                 and t.op.name.startswith(part)]
        assert set(found) == expected, part
    slopes = [t for t in needed if t.op.type == 'Conv2DBackpropFilter']
    assert {t.dtype for t in slopes if t.op.name.startswith('train_')} == {tf.float32}
    assert {w.dtype.base_dtype.name for w in gan.built.net.D.weights + gan.built.net.G.weights} == {
        'float32'}


@pytest.mark.slow
def test_the_loop_of_many_steps_rounds_as_often(finished):
    one, three = (finished(PLAIN.replace(steps_per_run=n)) for n in (1, 3))
    for gan in (one, three):
        gan.fit(IMAGES, progress=False)
    assert_same(values(one), values(three))


# ---- float16 and its scaled losses

def scales(gan):
    """D's and G's, as variables."""
    return [v for v in gan.variables() if v.op.name.endswith('/loss_scale')]


def scaled(gan, *first):
    """The GAN, with these scales at the beginning."""
    for variable, value in zip(scales(gan), first, strict=True):
        put(gan.session, variable, value)
    return gan


def test_its_slopes_are_those_of_float32_but_for_rounding(finished):
    """With a larger scale they overflow at first."""
    pair = [finished(PLAIN.replace(precision='float32')), scaled(finished(HALF), 256.0, 256.0)]
    found = [gan.session.run([g for side in first_step(gan).player_steps for g in side.gradients],
                             BatchFeeder(gan, IMAGES)(0)) for gan in pair]
    assert 0.999 < cosine(*found) < 1


@pytest.mark.parametrize('more', [
    {}, *(pytest.param(more, marks=pytest.mark.slow)
          for more in ({'d_steps': 2}, {'gradient_accumulate': 2}))], ids=str)
def test_a_step_that_overflows_is_left_out_and_halves_the_scale(finished, more):
    """With 2^24 gradients are infinite; of d_steps 2 D has two tries in a step."""
    gan = scaled(finished(HALF.replace(epochs=2, **more)), 2.0 ** 24, 2.0 ** 24)
    watched = {v.op.name: v for v in gan.built.net.D.weights + gan.built.net.G.weights}
    watched |= {v.op.name: v for v in gan.variables() if 'Adam' in v.op.name}
    before = gan.session.run(watched)
    gan.fit(IMAGES, progress=False)
    assert_same(gan.session.run(watched), before)
    assert gan.session.run(scales(gan)) == [2.0 ** (24 - 2 * more.get('d_steps', 1)), 2.0 ** 22]
    assert gan.steps_done() == 2


def test_what_no_scale_can_help_ends_the_training(built, monkeypatch):
    """Gradients are infinite whatever the scale: it goes from 4 to 2 to 1, and step 3 fails."""
    plain = LossScale.gradients
    monkeypatch.setattr(LossScale, 'gradients', lambda self, *more, **names: [
        tf.multiply(g, np.inf, 'planted') for g in plain(self, *more, **names)])
    gan = scaled(built(HALF.replace(epochs=9)), 4.0, 4.0)
    with pytest.raises(CollapseError, match='step 3: NaN or infinity out of train_D.gradients'):
        gan.fit(IMAGES, progress=False)
    assert gan.steps_done() == 2


def test_the_scale_of_one_network_does_not_bind_the_other(finished):
    """D's is at its least, 1, and does well; G's is too large."""
    gan = scaled(finished(HALF.replace(epochs=1)), 1.0, 2.0 ** 24)
    before = gan.session.run(gan.built.net.D.weights)
    gan.fit(IMAGES, progress=False)
    assert gan.session.run(scales(gan)) == [1.0, 2.0 ** 23]
    assert not np.array_equal(before[0], gan.session.run(gan.built.net.D.weights[0]))
