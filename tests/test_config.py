"""Config: the presets as the systems describe them, ranges, and the way to JSON and back."""

import dataclasses
import inspect
import json

import pytest

from dcgan_tf import DeepConvolutionalGAN, config
from dcgan_tf.config import PRESETS, TYPES, Config, preset
from dcgan_tf.config.types import OPTIONAL
from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.systems import SYSTEMS
from tests.cases import cases


def test_the_default_preset_is_the_one_that_was_proven():
    """docs/experiments.md. A bare Config leaves away what steadies it."""
    made = preset()
    assert made == preset('dcgan28')
    assert (made.penalty, made.penalty_weight, made.penalty_every) == ('r1', 1.0, 4)
    assert (made.learning_rate, made.learning_rate_half_life) == (1e-3, 5_000)
    assert (Config().penalty, Config().norm) == ('none', 'auto')


@cases(('changes', 'weight', 'every'), [
    ({'penalty': 'r1'}, 1.0, 4), ({'penalty': 'r1', 'penalty_weight': 3.0}, 3.0, 4),
    ({'penalty': 'gradient_penalty'}, 0.0, 1), ({'penalty': 'none'}, 0.0, 1),
    ({'penalty': 'dragan', 'penalty_every': 2}, 0.0, 2)])
def test_the_weight_of_a_presets_penalty_is_for_no_other(changes, weight, every):
    made = preset(**changes)
    assert (made.penalty_weight, made.penalty_every) == (weight, every)


@cases(('changes', 'rates'), [
    ({}, (2e-3, 4e-3)), ({'learning_rate': 5e-4}, (0.0, 0.0)),
    ({'learning_rate': 5e-4, 'g_learning_rate': 2e-3}, (0.0, 2e-3)),
    ({'d_learning_rate': 1e-3}, (1e-3, 4e-3))])
def test_a_learning_rate_is_for_both_networks(changes, rates):
    made = preset('folder', **changes)
    assert (made.d_learning_rate, made.g_learning_rate) == rates


@cases(('height', 'width', 'maps'), [
    (64, 64, (48, 96, 192, 384)), (40, 92, (48, 96, 192, 384)), (32, 32, (96, 192, 384)),
    (39, 64, (96, 192, 384)), (128, 160, (48, 96, 192, 384)), (19, 20, (192, 384)), (3, 4, (384,)),
    (1, 1, (384,))])
def test_the_layers_for_pictures_of_another_size(height, width, maps):
    made = preset('folder', image_height=height, image_width=width)
    assert made.discriminator_maps == (3, *maps) and made.generator_maps == (*maps[::-1], 3)


def test_layers_that_stay():
    size = {'image_height': 32, 'image_width': 32}
    assert preset('folder_classic', **size).discriminator_maps == (3, 64, 128, 256)
    few = {'generator_maps': (8, 4, 3), 'discriminator_maps': (3, 4, 8)}
    assert preset('folder', **size, **few).generator_maps == (8, 4, 3)


@cases(('name', 'values'), [
    ('main1', {'objective': 'softmax', 'z_dim': 64, 'prior': 'uniform', 'learning_rate': 1e-4,
               'beta1': 0.5, 'beta2': 0.99, 'batch_size': 32, 'replacement': True,
               'epochs': 20_000, 'generator_maps': (128, 64, 1),
               'discriminator_maps': (1, 64, 128), 'ema': 0.0}),
    ('keras_mnist', {'z_dim': 100, 'prior': 'normal', 'learning_rate': 1e-3, 'batch_size': 128,
                     'epochs': 20_000, 'eval_step': 1_000}),
    ('folder', {'penalty': 'r1', 'penalty_weight': 0.1, 'penalty_every': 4, 'beta2': 0.99,
                'learning_rate_half_life': 1_500, 'epochs': 4_000, 'ema': 0.998}),
    ('upsample_mnist', {'z_dim': 100, 'prior': 'uniform', 'learning_rate': 2e-4, 'beta1': 0.5,
                        'batch_size': 64, 'epochs': 3_000, 'eval_step': 50})])
def test_presets_are_the_systems(name, values):
    made = preset(name)
    assert {field: getattr(made, field) for field in values} == values
    assert made.preset == name


@cases('name', PRESETS)
def test_json_and_back(name):
    made = preset(name, seed=7, z_dim=6)
    assert config.from_dict(json.loads(json.dumps(made.to_dict()))) == made


@pytest.mark.parametrize('name', ['folder', 'cifar10'])
def test_an_older_run_is_one_of_the_classic_preset(name):
    values = preset(f'{name}_classic').to_dict()
    assert config.from_dict({**values, 'preset': name}) == preset(f'{name}_classic')
    new = preset(name, architecture=values['architecture'], beta1=0.25)
    assert config.from_dict(new.to_dict()).preset == name


@pytest.mark.parametrize('name', ['folder', 'cifar10'])
def test_a_type_with_a_rate_of_its_own_has_it_with_every_preset(name):
    assert preset(name).g_learning_rate == 4e-3
    made = preset(name, type='bigan')
    assert (made.learning_rate, made.d_learning_rate, made.g_learning_rate) == (5e-4, 0, 0)


def test_a_plain_vae_has_no_augmentation_unless_it_is_asked_for():
    vae = {'type': 'vae_gan', 'gamma': 1.0, 'feature_layer': 0}
    assert preset('cifar10', type='vae_gan').diff_augment == 'color,translation'
    assert preset('cifar10', **vae).diff_augment == ''
    assert preset('cifar10', **vae, diff_augment='color').diff_augment == 'color'


@cases(('field', 'value', 'words'), [
    ('epochs', 0, r'epochs = 0: expected at least 1 \(--epochs\)'),
    ('epochs', 2.5, r'expected int \(--epochs\)'),
    ('epochs', True, r'expected int'),
    ('batch_size', -1, '--batch-size'),
    ('learning_rate', 0, 'more than 0'),
    ('learning_rate', float('nan'), '--learning-rate'),
    ('learning_rate', float('inf'), '--learning-rate'),
    ('beta1', 1, 'less than 1'),
    ('beta1', 0.99999999999, 'less than 1'),                     # 1 in float32
    ('learning_rate', 1e-60, 'more than 0'),                     # 0 in float32
    ('learning_rate', 1e300, 'less than 10'),
    ('data_dir', 'a\0b', 'null byte'),
    ('beta2', -0.1, 'at least 0'),
    ('seed', -1, '--seed'),
    ('image_height', 0, 'image_height = 0: expected at least 1$'),
    ('generator_maps', (64, 0, 1), 'from 1 to 65,535'),
    ('generator_maps', (), 'one number or more'),
    ('class_names', ('a', 1), 'expected text'),
    ('class_names', ('a', 'b', 'a'), 'all different'),
    ('type', 'wgan', 'expected gan, cgan'),
    ('resize', (64, 0), '--resize'),
    ('file_num', -1, '--file-num'),
    ('generator_maps', (64, 32, 3), 'n_channels = 1'),
    ('discriminator_maps', (3, 64), 'n_channels = 1'),
    ('data_dir', None, 'expected str')])
def test_values_out_of_range_are_refused_by_name(field, value, words):
    with pytest.raises(UsageError, match=words):
        preset(**{field: value})


def test_unknown_names_are_refused():
    with pytest.raises(UsageError, match='expected dcgan28, main1'):
        preset('dcgan29')
    with pytest.raises(UsageError, match='batchsize'):
        preset(batchsize=3)


@cases('values', [None, {'nonsense': 1}, {'epochs': '3'}, {'epochs': 0},
                  {'generator_maps': 'abc'}, {'generator_maps': [[1], 1]}])
def test_a_damaged_record_is_a_run_error_that_names_its_file(values):
    with pytest.raises(RunError, match='config.json is damaged'):
        config.from_dict(values, 'config.json')


def test_every_field_has_help():
    for field in Config.__dataclass_fields__.values():
        assert field.metadata['help']


# ---- types

@pytest.fixture
def other_type(monkeypatch):
    """`cgan` as a type that takes neither an objective nor a penalty, and has a preset."""
    takes = OPTIONAL - {'objective', 'penalty', 'penalty_weight', 'penalty_every'}
    row = TYPES['cgan']._replace(takes=takes, preset='main1')
    monkeypatch.setitem(TYPES, 'cgan', row)


@pytest.mark.usefixtures('other_type')
def test_an_option_that_the_type_does_not_take_is_refused_if_it_was_asked_for():
    with pytest.raises(UsageError, match='--objective: --type cgan does not take it'):
        preset('dcgan28', type='cgan', objective='hinge')
    config = preset('dcgan28', type='cgan', unroll=1)          # its preset has a penalty
    assert (config.penalty, config.penalty_every, config.unroll) == ('none', 1, 1)
    assert config.learning_rate == PRESETS['dcgan28']['learning_rate']


def test_a_preset_of_one_type_is_refused_for_another(monkeypatch):
    monkeypatch.setitem(PRESETS, 'main1', {**PRESETS['main1'], 'type': 'cgan'})
    assert preset('main1').type == 'cgan'
    with pytest.raises(UsageError, match='--preset main1 is for --type cgan, not for --type gan'):
        preset('main1', type='gan')


def test_every_type_has_a_system_and_every_system_a_type():
    assert list(SYSTEMS) == list(TYPES)


@cases(('make', 'words'), [
    (lambda: preset(objectiv='hinge'), 'unknown option objectiv; did you mean objective'),
    (lambda: Config().replace(maps=(1, 2)), 'unknown option maps'),
    (lambda: Config(epocs=3), 'unknown option epocs; did you mean epochs'),
    (lambda: preset(prior='unifrom'), "prior = 'unifrom': .*; did you mean uniform"),
    (lambda: preset(metrics='recall,frechett'), r'\(--metrics\); did you mean frechet\?'),
    (lambda: preset(objective='hinj'), r'\(--objective\); did you mean hinge\?'),
    (lambda: preset('main'), 'did you mean main1'),
    (lambda: preset(penalty='zzz'), r'dragan, .* \(--penalty\)$')])
def test_the_nearest_known_names_are_told(make, words):
    with pytest.raises(UsageError, match=words):
        make()


def test_help_tells_every_option():
    """With its type, default, text and range or choices."""
    text = Config.__doc__
    for field in dataclasses.fields(Config):
        assert f'    {field.name}: ' in text
    assert "objective: str = 'non_saturating'" in text and 'hinge' in text
    assert 'learning_rate: float = 0.0002' in text and 'more than 0, less than 10' in text


def test_what_takes_options_shows_them():
    """`...` is the value of the preset, or the one there is."""
    fields = [field.name for field in dataclasses.fields(Config)]
    for function in (preset, Config.replace, DeepConvolutionalGAN):
        shown = inspect.signature(function).parameters
        assert set(fields) - {'preset'} <= shown.keys()
        assert shown['learning_rate'].default is ... and shown['learning_rate'].annotation is float
    assert inspect.signature(DeepConvolutionalGAN).parameters['epochs'].default == 20_000
