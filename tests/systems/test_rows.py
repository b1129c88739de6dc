"""Every row of every table: builds with each family, trains, stays finite, resumes to the bit."""

import numpy as np
import pytest

from dcgan_tf.config import AUGMENTS, NORMS, OBJECTIVES, PENALTIES, PRESETS, TYPES
from dcgan_tf.errors import UsageError
from tests.families import MAPS, NEEDS, PLAIN, enlarged, every_family, every_preset
from tests.helpers import assert_same, assert_trains, boxes, values
from tests.pool import build

ROWS = [
    *({'objective': name} for name in OBJECTIVES),
    *({'penalty': name} for name in PENALTIES if name != 'none'),
    *({'norm': name} for name in NORMS), {'g_norm': 'none'},
    *({'diff_augment': name} for name in AUGMENTS),
]
# What goes its own way through the graph, several rows in one GAN. Each of ROWS alone is slow.
# Objectives that are missing here are functions of D's outputs: tests/losses/test_objectives.py.
TOGETHER = [         # rows, and the boxes that TensorBoard shows for them
    ({'name': 'folder_classic', 'objective': 'softmax', 'norm': 'instance',
      'diff_augment': 'color'},
     {'augmented'}),
    ({'name': 'folder_classic', 'objective': 'relativistic_average', 'penalty': 'lipschitz_penalty',
      'norm': 'layer', 'g_norm': 'none'}, {'Discriminator_penalty'}),
    ({'name': 'main1', 'objective': 'loss_sensitive', 'penalty': 'mode_regularised',
      'norm': 'none'},
     {'Encoder', 'Encoder_real', 'Encoder_encode', 'encode', 'Generator_rebuilt',
      'Discriminator_rebuilt'}),
    ({'name': 'main1', 'objective': 'wgan', 'penalty': 'r1', 'penalty_every': 2},
     set()),                                           # r1 takes the D at hand
    ({'name': 'folder_classic', 'objective': 'ebgan', 'penalty': 'gradient_penalty',
      'norm': 'spectral'},
     {'Discriminator_penalty', 'spectral_norm'}),
]
DISTURBED = {'label_smoothing': 0.1, 'label_flip': 0.2, 'instance_noise': 0.3,
             'instance_noise_steps': 5, 'diff_augment': 'color,translation,cutout', 'flip': True,
             'd_learning_rate': 4e-4, 'g_learning_rate': 1e-4, 'learning_rate_half_life': 2,
             'penalty': 'dragan', 'penalty_weight': 3.0, 'norm': 'spectral'}


def row_id(row):
    return '-'.join(map(str, row.values()))


@pytest.mark.parametrize(('row', 'more'), [
    pytest.param(*each, id=row_id(each[0]), marks=[pytest.mark.slow] * (i in (0, 3)))
    for i, each in enumerate(TOGETHER)])
def test_rows_together(one_layer, images, pool, row, more):
    """What no row brings is left away: an average of weights."""
    config = one_layer(**{'ema': 0.0, **row})
    assert_trains(pool, config, images)
    with pool.gan(config) as gan:
        assert boxes(gan) == more
        assert gan.train_op.name == (
            'train_G/with_penalty/step' if config.lazy_penalty else 'train_G/step')


def test_everything_that_disturbs_d_resumes_to_the_bit(one_layer, images, pool, tmp_path):
    """All draws are functions of the step; spectral norm's u is remembered."""
    assert_trains(pool, one_layer(**DISTURBED), images, tmp_path)


def test_the_default_preset_with_its_own_penalty_and_rates(one_layer, images, pool, tmp_path):
    """Stopped between two steps with R1, gone on with beyond the second; the rate halves."""
    config = one_layer(**{name: PRESETS['dcgan28'][name] for name in PLAIN})
    assert (config.penalty, config.penalty_every) == ('r1', 4)
    assert_trains(pool, config, images, tmp_path)
    with pool.gan(config.replace(epochs=6)) as gan:
        gan.load_model(tmp_path)
        gan.fit(images, progress=False)
        resumed = values(gan)
    with pool.gan(config.replace(epochs=6)) as gan:
        gan.fit(images, progress=False)
        assert_same(values(gan), resumed)
    assert all(np.isfinite(value).all() for value in resumed.values())


@pytest.mark.slow
@every_preset
@pytest.mark.parametrize('row', ROWS, ids=row_id)
def test_every_row_with_every_preset(tiny, images, pool, tmp_path, name, row):
    """Enlarged: where a map of one pixel has a norm of its own, nothing is left to learn from."""
    larger = enlarged(images, name)
    height, width = larger.shape[1:3]
    options = {'ema': 0.9, 'image_height': height, 'image_width': width, **row}
    if 'objective' in row and 'gate' in PRESETS[name]:         # which needs D's probabilities
        options['gate'] = 0.0
    gan_type = PRESETS[name].get('type', 'gan')
    if set(row) - TYPES[gan_type].takes:
        with pytest.raises(UsageError, match=f'--type {gan_type} does not take it'):
            tiny(name, **options)
        return
    if set(row.items()) & set(TYPES[gan_type].refuses):
        with pytest.raises(UsageError, match=f'--type {gan_type} cannot use it'):
            tiny(name, **options)
        return
    if name == 'ali_cifar10' and row == {'g_norm': 'none'}:
        pytest.skip('no norm at all, weights of 0.01: the squares of the gradients are below 1e-45')
    labels = np.arange(len(larger)) % 3 if name in NEEDS else None
    assert_trains(pool, tiny(name, **options), larger, tmp_path, labels)


def test_every_preset_is_tried():
    assert set(MAPS) == set(PRESETS)


@pytest.mark.slow
@pytest.mark.parametrize('penalty', PENALTIES)
@pytest.mark.parametrize('objective', OBJECTIVES)
def test_every_objective_with_every_penalty(tiny, images, pool, tmp_path, objective, penalty):
    assert_trains(pool, tiny(ema=0.9, objective=objective, penalty=penalty), images, tmp_path)


@pytest.mark.slow
@every_family
@pytest.mark.parametrize('row', [
    {'objective': 'ebgan', 'penalty': 'gradient_penalty', 'norm': 'spectral'},
    {'objective': 'wgan', 'penalty': 'r1', 'penalty_every': 2}], ids=row_id)
def test_the_hardest_rows_with_every_family(tiny, images, pool, name, row):
    """Second-order gradients through every op of a family, an energy and a spectral norm."""
    assert_trains(pool, tiny(name, **row), images)


@pytest.mark.slow
def test_steps_of_several_batches_resume_to_the_bit(tiny, images, pool, tmp_path):
    assert_trains(pool, tiny(ema=0.9, d_steps=2, g_steps=2, gradient_accumulate=2, penalty='r1',
                             penalty_every=2, norm='spectral', flip=True), images, tmp_path)


LABELLED = [{'objective': 'ebgan', 'penalty': 'dragan'}, {'penalty': 'mode_regularised'},
            {'norm': 'spectral', 'diff_augment': 'cutout', 'd_steps': 2}]


@pytest.mark.parametrize('row', LABELLED[:2], ids=row_id)
def test_labels_enter_every_network(one_layer, row):
    """The encoder, the decoder and D under a penalty, too."""
    graph = build(one_layer(type='cgan', class_names=('a', 'b'), ema=0.0, **row))
    graph.loss()
    entered = {op.name.split('/')[0] for op in graph.graph.get_operations()
               if op.type == 'OneHot'} - {'inputs'}
    assert {'Generator_train', 'Discriminator_real', 'Discriminator_fake'} <= entered
    assert ('Encoder_real' in entered) == (row.get('penalty') == 'mode_regularised')
    assert ('Discriminator_penalty' in entered) == (row.get('penalty') == 'dragan')


@pytest.mark.slow
@pytest.mark.parametrize('row', LABELLED, ids=row_id)
def test_rows_with_labels_stay_finite(tiny, images, finished, row):
    gan = finished(tiny(type='cgan', class_names=('a', 'b'), **row))
    gan.fit(images, labels=np.arange(10, dtype=np.int32) % 2, progress=False)
    for value in gan.session.run(gan.variables()):
        assert np.isfinite(value).all()
