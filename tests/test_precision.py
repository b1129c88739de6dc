"""--precision: what auto stands for, and that a training in bfloat16 is as repeatable as any."""

import json

import numpy as np
import pytest
import tensorflow as tf

import main1
from dcgan_tf import DeepConvolutionalGAN, ops, preset
from dcgan_tf.config import chosen, precision
from dcgan_tf.errors import CollapseError, UsageError
from dcgan_tf.model.feed import Feed
from dcgan_tf.training.numerics import upstream


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


CONFIG = preset('dcgan28', batch_size=16, generator_maps=(32, 16, 1), penalty_every=2,
                discriminator_maps=(1, 16, 32), precision='bfloat16', epochs=5)
IMAGES = np.random.default_rng(0).integers(0, 256, (64, 28, 28, 1), np.uint8)


def trained(folder, stops):
    """All variables after the last of these steps; gone on with from a checkpoint in between."""
    for stop in stops:
        with DeepConvolutionalGAN.from_config(CONFIG.replace(epochs=stop)) as gan:
            if stop != stops[0]:
                gan.load_model(folder)
            gan.fit(IMAGES, progress=False)
            gan.save_model(folder)
            values = gan.session.run({v.op.name: v for v in gan.variables()})
    return values


def test_a_training_in_bfloat16_resumes_to_the_bit_and_keeps_float32_weights(tmp_path):
    whole, parts = trained(tmp_path / 'a', [5]), trained(tmp_path / 'b', [2, 5])
    for name, value in whole.items():
        np.testing.assert_array_equal(value, parts[name], err_msg=name)
        assert value.dtype in (np.float32, np.int64)


def test_its_gradients_are_those_of_float32_but_for_rounding():
    found = []
    for name in ('float32', 'bfloat16'):
        with DeepConvolutionalGAN.from_config(CONFIG.replace(precision=name)) as gan:
            assert gan.steps_done() == 0
            kind = gan.kind_of(1)
            found.append(gan.session.run([g for side in kind.learners for g in side.gradients],
                                         Feed(gan, IMAGES)(1)))
    exact, rounded = (np.concatenate([g.ravel() for g in each]).astype(float) for each in found)
    cosine = exact @ rounded / np.linalg.norm(exact) / np.linalg.norm(rounded)
    assert cosine > 0.99
    assert np.isfinite(rounded).all()


PRODUCTS = ('Conv2D', 'Conv2DBackpropInput', 'Conv2DBackpropFilter', 'MatMul')


@pytest.mark.parametrize('name', ['float32', 'bfloat16', 'float16'])
def test_products_are_of_it_but_for_pictures_and_the_slopes_of_weights(name):
    config = CONFIG.replace(precision=name, penalty='none', penalty_every=1)
    with DeepConvolutionalGAN.from_config(config) as gan:
        gan.optimizer()
        needed = upstream([g for kind in gan.kinds for side in kind.learners
                           for g in side.gradients] + [gan.samples])
        for part, expected in (('Generator_train', {name}), ('Discriminator', {name}),
                               ('train_D', {name, 'float32'}), ('train_G', {name, 'float32'}),
                               ('Generator_sample', {'float32'})):
            found = [t.dtype.name for t in needed if t.op.type in PRODUCTS
                     and t.op.name.startswith(part)]
            assert set(found) == expected, part
        slopes = [t for t in needed if t.op.type == 'Conv2DBackpropFilter']
        assert {t.dtype for t in slopes if t.op.name.startswith('train_')} == {tf.float32}
        assert {w.dtype.base_dtype.name for w in gan.d_adam.weights + gan.g_adam.weights} == {
            'float32'}


def test_the_loop_of_many_steps_rounds_as_often():
    states = []
    for n in (1, 3):
        with DeepConvolutionalGAN.from_config(CONFIG.replace(steps_per_run=n)) as gan:
            gan.fit(IMAGES, progress=False)
            states.append(gan.session.run({v.op.name: v for v in gan.variables()}))
    for name, value in states[0].items():
        np.testing.assert_array_equal(value, states[1][name], err_msg=name)


# ---- float16 and its scaled losses

HALF = CONFIG.replace(precision='float16', penalty='none', penalty_every=1)


@pytest.fixture
def first(monkeypatch):
    """first(value): what the scale begins with."""
    return lambda value: monkeypatch.setattr('dcgan_tf.ops.loss_scale.FIRST', value)


def scales(gan):
    return gan.session.run([v for v in gan.variables() if v.op.name.endswith('/loss_scale')])


def test_its_slopes_are_those_of_float32_but_for_rounding(first):
    first(256.0)                                  # with more they overflow at first
    found = []
    for name in ('float32', 'float16'):
        with DeepConvolutionalGAN.from_config(HALF.replace(precision=name)) as gan:
            assert gan.steps_done() == 0
            found.append(gan.session.run([g for side in gan.learners for g in side.gradients],
                                         Feed(gan, IMAGES)(0)))
    exact, rounded = (np.concatenate([g.ravel() for g in each]).astype(float) for each in found)
    assert exact @ rounded / np.linalg.norm(exact) / np.linalg.norm(rounded) > 0.999


@pytest.mark.parametrize('more', [{}, {'gradient_accumulate': 2}, {'d_steps': 2}], ids=str)
def test_a_step_that_overflows_is_left_out_and_halves_the_scale(first, more):
    """With 2^24 gradients are infinite; of d_steps 2 D has two tries in a step."""
    first(2.0 ** 24)
    with DeepConvolutionalGAN.from_config(HALF.replace(epochs=2, **more)) as gan:
        assert gan.steps_done() == 0
        watched = {v.op.name: v for v in gan.d_adam.weights + gan.g_adam.weights}
        watched |= {v.op.name: v for v in gan.variables() if 'Adam' in v.op.name}
        before = gan.session.run(watched)
        gan.fit(IMAGES, progress=False)
        for name, value in gan.session.run(watched).items():
            np.testing.assert_array_equal(value, before[name], err_msg=name)
        assert scales(gan) == [2.0 ** (24 - 2 * more.get('d_steps', 1)), 2.0 ** 22]
        assert gan.steps_done() == 2


def test_what_no_scale_can_help_ends_the_training(first, monkeypatch):
    """Gradients are infinite whatever the scale: it goes from 4 to 2 to 1, and step 3 fails."""
    first(4.0)
    plain = ops.LossScale.gradients
    monkeypatch.setattr(ops.LossScale, 'gradients', lambda self, *more: [
        tf.multiply(g, np.inf, 'planted') for g in plain(self, *more)])
    with DeepConvolutionalGAN.from_config(HALF.replace(epochs=9)) as gan:
        with pytest.raises(CollapseError, match='step 3: NaN or infinity out of .*planted'):
            gan.fit(IMAGES, progress=False)
        assert gan.steps_done() == 2


def test_the_scale_of_one_network_does_not_bind_the_other(first):
    """D's is at its least, 1, and does well; G's is too large."""
    first(1.0)
    with DeepConvolutionalGAN.from_config(HALF.replace(epochs=1)) as gan:
        assert gan.steps_done() == 0
        scale, = (v for v in gan.variables() if v.op.name == 'train_G/loss_scale')
        gan.session.run(scale.initializer, {scale.initializer.inputs[1]: 2.0 ** 24})
        before = gan.session.run(gan.d_adam.weights)
        gan.fit(IMAGES, progress=False)
        assert scales(gan) == [1.0, 2.0 ** 23]
        assert not np.array_equal(before[0], gan.session.run(gan.d_adam.weights[0]))
