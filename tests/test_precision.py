"""--precision: what auto stands for, and that a training in bfloat16 is as repeatable as any."""

import json

import numpy as np
import pytest

import main1
from dcgan_tf import DeepConvolutionalGAN, preset
from dcgan_tf.config import chosen, precision
from dcgan_tf.errors import UsageError
from dcgan_tf.model.feed import Feed


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
    with pytest.raises(UsageError, match='expected float32, bfloat16, auto'):
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
