"""What the tools make of pictures, for each type that has an encoder (a bigan: test_encode.py)."""

import numpy as np
import pytest

from dcgan_tf import GAN, data, images, latent, preset
from dcgan_tf.cli import trained as cli_trained
from dcgan_tf.commands import arithmetic, encode, export, features, invert, morph, sample
from dcgan_tf.run_folder import run_folder, trained_weights
from dcgan_tf.show.inversion import REACH, InversionOptions, max_ticks
from tests.helpers import call_tool as call

pytestmark = pytest.mark.usefixtures('pooled')
TYPES = {                          # name -> options
    'vae': {'type': 'vae_gan', 'gamma': 1.0, 'feature_layer': 0},
    'aae_labels': {'type': 'aae_labels', 'z_dim': 4},
    'aae_clusters': {'type': 'aae_clusters', 'codes': (3,)},
    'age': {'type': 'age'},
    'ali': {'type': 'ali'},
    'vae_gan': {'type': 'vae_gan'},
    'aae': {'type': 'aae', 'z_dim': 4, 'prior': 'swiss_roll'},
}
SLOW = ('ali', 'vae_gan', 'aae')


def each_of(*names):
    return pytest.mark.parametrize('trained', [
        pytest.param(name, marks=pytest.mark.slow) if name in SLOW else name for name in names],
        indirect=True)


@pytest.fixture(scope='module')
def trained(request, untrained, tmp_path_factory):
    """(name, a run folder of digits)"""
    digits = data.load('digits', '')
    options = {'z_dim': 5, 'penalty': 'none', **TYPES[request.param]}
    if request.param == 'age':
        del options['penalty']
    config = preset('dcgan28', dataset='digits', batch_size=4, class_names=digits.class_names,
                    generator_maps=(6, 1), discriminator_maps=(1, 6), **options)
    folder = tmp_path_factory.mktemp(request.param)
    return request.param, untrained(folder, 'run', config, digits, times=8)


@pytest.fixture
def pictures(tmp_path):
    """The digits 0 and 1 as files."""
    files = [tmp_path / '0.png', tmp_path / '1.png']
    for file, digit in zip(files, data.load('digits', '').images, strict=False):
        images.write_png(file, digit)
    return files


@each_of(*TYPES)
def test_all_tools(trained, pictures, tmp_path, capsys):
    name, run = trained
    assert call(encode, run, *pictures, '--out', tmp_path / 'codes') == 0
    z, labels = latent.load(tmp_path / 'codes/latents.npz', 4 if 'z_dim' in TYPES[name] else 5)
    assert np.abs(z[0] - z[1]).max() > 1e-3 and (labels is not None) == (name == 'aae_clusters')
    if labels is not None:                                        # the encoder tells the cluster
        weights = trained_weights.of_run(run_folder.open_run(str(run)), 'newest')
        with cli_trained.open_gan(weights) as gan:
            told = gan.class_probabilities(data.load('digits', '').images[:2])
        np.testing.assert_array_equal(labels, told.argmax(axis=1))
    assert call(sample, run, '--latents', tmp_path / 'codes/latents.npz', '--out',
                tmp_path / 'again') == 0
    assert call(invert, run, *pictures, '--starts', 2, '--steps', 3, '--out', tmp_path / 'i.png',
                '--save', tmp_path / 'i.npz') == 0
    found, of_search = latent.load(tmp_path / 'i.npz', z.shape[1])
    assert found.shape == z.shape and np.isfinite(found).all()
    if labels is not None:
        np.testing.assert_array_equal(of_search, labels)          # no other cluster is tried
    of_class = ['--class', '1'] if labels is not None else []
    assert call(morph, run, '--from', pictures[0], '--to', pictures[1], '--frames', 2,
                '--out', tmp_path / 'm.gif') == 0
    assert call(arithmetic, run, '--plus', f'{pictures[0]},7', '--minus', pictures[1], *of_class,
                '--out', tmp_path / 'sum.png') == 0
    assert call(export, run, '--format', 'frozen', '--n', 7, '--out', tmp_path / 'g.pb') == 0
    assert (tmp_path / 'g_encoder.pb').exists()
    capsys.readouterr()
    assert call(features, run, '--n', 100, '--of', 'codes') == 0
    said = capsys.readouterr().out
    assert ': the encoder of run, step 0' in said or ': D and the encoder of run, step 0' in said


def test_an_encoder_that_needs_other_images_tells_no_cluster(one_layer):
    """Batch norm of main1 keeps no averages, so the search tries each cluster."""
    config = one_layer('main1', type='aae_clusters', codes=(3,), penalty='none')
    ticks = (max_ticks(c, 2, None, InversionOptions(starts=40, steps=1))         # 64 are one tick
             for c in (config, config.replace(architecture='dcgan')))
    assert tuple(ticks) == (4, 2)
    options = InversionOptions(starts=1, steps=1)
    with GAN.from_config(config) as gan:
        gan.inversion()
        pictures = np.zeros([8, config.image_height, config.image_width, 1], np.uint8)
        gan.fit(pictures, steps=1, progress=False)
        assert sorted(np.ravel(gan.invert(pictures[:1], options=options).labels)) == [0, 1, 2]


@each_of('aae_labels', 'aae')
def test_the_search_stays_near_its_starts(trained, pictures, tmp_path):
    """In a prior of parts, where nothing was learnt between them."""
    name, run = trained
    assert call(invert, run, pictures[0], '--starts', 1, '--steps', 50, '--out',
                tmp_path / 'i.png', '--save', tmp_path / 'i.npz') == 0
    assert call(encode, run, pictures[0], '--out', tmp_path / 'codes') == 0
    (found, _), (code, _) = (latent.load(tmp_path / file, 4)
                             for file in ('i.npz', 'codes/latents.npz'))
    bound = latent.PRIORS['mixture10' if name == 'aae_labels' else 'swiss_roll'].bounds[1]
    start = np.clip(code, -bound, bound)
    kept = np.allclose(found, code, atol=1e-5)
    assert kept or np.abs(found - start).max() <= REACH + 1e-5
