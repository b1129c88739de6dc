"""Every row of every table: builds with each family, trains, stays finite, resumes to the bit."""


import numpy as np
import pytest

from dcgan_tf import DeepConvolutionalGAN
from dcgan_tf.config import AUGMENTS, NORMS, OBJECTIVES, PENALTIES, PRESETS
from tests.families import MAPS, PLAIN, enlarged, every_preset, some_families

ROWS = [
    *({'objective': name} for name in OBJECTIVES),
    *({'penalty': name} for name in PENALTIES if name != 'none'),
    *({'norm': name} for name in NORMS), {'g_norm': 'none'},
    *({'diff_augment': name} for name in AUGMENTS),
]


def trained(config, images, stops, *, folder=None, resume=None):
    """All variables by name after training to the last of the `stops`, saved after the first."""
    with DeepConvolutionalGAN.from_config(config) as gan:
        if resume:
            gan.load_model(resume)
        for stop in stops:
            gan.config = config.replace(epochs=stop)
            gan.fit(images, progress=False)
            if folder and stop == stops[0]:
                gan.save_model(folder)
        return gan.session.run({v.op.name: v for v in gan.variables()})


def assert_same(a, b):
    assert a.keys() == b.keys()
    for name in a:
        np.testing.assert_array_equal(a[name], b[name], err_msg=name)


def check(config, images, folder, *, resume=True):
    """The third step gives the same, finite numbers after the second and from its checkpoint.

    Every weight (a bias may be of no use) has had a gradient: its second moment is not 0.
    """
    whole = trained(config, images, (2, 3), folder=folder)
    if resume:
        assert_same(whole, trained(config, images, (3,), resume=folder))
    for name, value in whole.items():
        assert np.isfinite(value).all(), name
        assert value.any() or not name.endswith('/weights/Adam_1'), name


def row_id(row):
    return '-'.join(map(str, row.values()))


@pytest.mark.parametrize('row', ROWS, ids=row_id)
def test_every_row(tiny, images, tmp_path, row):
    """Stopped and gone on with here are those rows that bring a state or a draw of their own."""
    stateless = row.get('objective', 'ebgan') != 'ebgan' or row.get('norm') in ('layer', 'none')
    check(tiny(ema=0.9, **row), images, tmp_path, resume=not stateless)


def test_the_default_preset_with_its_own_penalty_and_rates(tiny, images, tmp_path):
    """Stopped between two steps with R1, gone on with beyond the second; the rate halves."""
    config = tiny(**{name: PRESETS['dcgan28'][name] for name in PLAIN})
    assert (config.penalty, config.penalty_every) == ('r1', 4)
    whole = trained(config, images, (2, 6), folder=tmp_path)
    assert_same(whole, trained(config, images, (6,), resume=tmp_path))
    assert whole['penalty'] > 0 and all(np.isfinite(value).all() for value in whole.values())


@pytest.mark.slow
@every_preset
@pytest.mark.parametrize('row', ROWS, ids=row_id)
def test_every_row_with_every_preset(tiny, images, tmp_path, name, row):
    """Enlarged: where a map of one pixel has a norm of its own, nothing is left to learn from."""
    larger = enlarged(images, name)
    height, width = larger.shape[1:3]
    check(tiny(name, ema=0.9, image_height=height, image_width=width, **row), larger, tmp_path)


def test_every_preset_is_tried():
    assert set(MAPS) == set(PRESETS)


@pytest.mark.slow
@pytest.mark.parametrize('penalty', PENALTIES)
@pytest.mark.parametrize('objective', OBJECTIVES)
def test_every_objective_with_every_penalty(tiny, images, tmp_path, objective, penalty):
    check(tiny(ema=0.9, objective=objective, penalty=penalty), images, tmp_path)


@some_families
def test_the_hardest_rows_with_every_family(tiny, images, name):
    """Second-order gradients through every op of a family, an energy and a spectral norm."""
    for row in ({'objective': 'ebgan', 'penalty': 'gradient_penalty', 'norm': 'spectral'},
                {'objective': 'wgan', 'penalty': 'r1', 'penalty_every': 2}):
        for variable, value in trained(tiny(name, **row), images, (3,)).items():
            assert np.isfinite(value).all(), variable


def test_everything_that_disturbs_d_resumes_to_the_bit(tiny, images, tmp_path):
    check(tiny(ema=0.9, label_smoothing=0.1, label_flip=0.2, instance_noise=0.3,
               instance_noise_steps=5, diff_augment='color,translation,cutout', flip=True,
               d_learning_rate=4e-4, g_learning_rate=1e-4, learning_rate_half_life=2,
               penalty='dragan', penalty_every=2, penalty_weight=3.0, norm='spectral'),
          images, tmp_path)


@pytest.mark.slow
def test_steps_of_several_batches_resume_to_the_bit(tiny, images, tmp_path):
    check(tiny(ema=0.9, d_steps=2, g_steps=2, gradient_accumulate=2, penalty='r1',
               penalty_every=2, norm='spectral', flip=True), images, tmp_path)


@pytest.mark.parametrize('row', [{'objective': 'ebgan', 'penalty': 'dragan'},
                                 {'penalty': 'mode_regularised'},
                                 {'norm': 'spectral', 'diff_augment': 'cutout', 'd_steps': 2}],
                         ids=row_id)
def test_rows_with_labels(tiny, images, row):
    """Labels enter the encoder, the decoder and D under a penalty, too."""
    config = tiny(type='cgan', class_names=('a', 'b'), **row)
    with DeepConvolutionalGAN.from_config(config) as gan:
        gan.fit(images, labels=np.arange(10, dtype=np.int32) % 2, progress=False)
        for value in gan.session.run(gan.variables()):
            assert np.isfinite(value).all()
        encoders = {op.name.split('/')[0] for op in gan.graph.get_operations()
                    if op.type == 'OneHot'} - {'inputs'}
    assert {'Generator_train', 'Discriminator_real', 'Discriminator_fake'} <= encoders
    assert ('Encoder_real' in encoders) == (row.get('penalty') == 'mode_regularised')
    assert ('Discriminator_penalty' in encoders) == (row.get('penalty') == 'dragan')
