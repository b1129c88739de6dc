"""A GAN with little of everything, whose weights are as after a training."""

from typing import NamedTuple

import numpy as np
import pytest

from dcgan_tf import latent, preset
from dcgan_tf.show.exports import FORMATS, sampler, writing
from tests.families import MAPS, PLAIN
from tests.pool import finished

# The others have 12x12 pixels.
SIZES = {'dcgan64': (32, 32), 'folder': (18, 14), 'folder_classic': (18, 14),
         'upsample_mnist': (11, 9)}
# G's ways to an image, and what they do with labels; then their deeper or larger sisters.
KINDS = [*((name, 'gan') for name in ('dcgan28', 'main1', 'keras_mnist', 'upsample_mnist',
                                      'folder')), ('dcgan28', 'cgan'), ('main1', 'cgan')]
QUICK = [('dcgan28', 'cgan'), ('main1', 'cgan'), ('upsample_mnist', 'gan')]
MORE = [('folder_classic', 'gan'), ('folder_classic', 'cgan'), ('dcgan64', 'gan'),
        ('cifar10', 'gan')]
every_kind = pytest.mark.parametrize(('name', 'type_'), [
    pytest.param(*kind, id=' '.join(kind), marks=[pytest.mark.slow] * (kind not in QUICK))
    for kind in [*KINDS, *MORE]])
quick_kinds = pytest.mark.parametrize(('name', 'type_'), QUICK, ids=map(' '.join, QUICK))


def missing(name):
    """Why a format cannot be tried here, or None."""
    try:
        for package in FORMATS[name].packages:
            __import__(package)
    except ImportError as error:
        return f'--format {name}: {error}; pip install -r {FORMATS[name].extra}'
    return None


def formats(*names, slow=()):
    """Runs a test for each of some formats; those whose packages are missing are skipped."""
    return pytest.mark.parametrize('form', [
        pytest.param(name, marks=[
            pytest.mark.skipif(bool(missing(name)), reason=str(missing(name))),
            *[pytest.mark.slow] * (name in slow)])
        for name in (*names, *slow)])


every_format = formats(*FORMATS)
# What holds for a folder and for a file; TensorFlow Lite and ONNX have files, too.
folder_and_file = formats('saved_model', 'frozen', slow=('tflite', 'onnx'))


class Exported(NamedTuple):
    """A file, and what it was made of."""

    written: writing.ExportResult
    about: dict
    asked: dict
    expected: np.ndarray


@pytest.fixture(scope='session')
def made():
    """made(preset, type) -> (Sampler, what to feed, the images of that); each is made once."""
    kept = {}

    def make(name='dcgan28', type_='gan', **changes):
        key = (name, type_, *sorted(changes.items()))
        if key not in kept:
            with trained(name, type_, **changes) as gan:
                z = latent.draw(gan.config.prior, 9, gan.config.latent_dim, 3)
                asked = sampler.example_feed(gan, z)
                expected = gan.generate_images(asked['z'], asked.get('label'))
                kept[key] = sampler.of(gan, 'run'), asked, expected
        return kept[key]
    return make


@pytest.fixture(scope='session')
def exported(made, tmp_path_factory):
    """exported(format, preset, type) -> Exported: each is written once, and no test changes it."""
    kept = {}

    def export(form, name='dcgan28', type_='gan'):
        if (form, name, type_) not in kept:
            given, asked, expected = made(name, type_)
            place = tmp_path_factory.mktemp('exported') / FORMATS[form].name
            written = writing.write(form, given, place, asked, {'image': expected})
            kept[form, name, type_] = Exported(written, given.about, asked, expected)
        return kept[form, name, type_]
    return export


def config_of(name='dcgan28', type_='gan', **changes):
    """The Config of a model with little of everything."""
    height, width = SIZES.get(name, (12, 12))
    changes = {**(PLAIN if name == 'dcgan28' else {}), **changes}
    names = ('cat', 'dog', 'Zoë') if type_ == 'cgan' else ()
    g_maps, d_maps = MAPS[name]
    return preset(name, **{
        'image_height': height, 'image_width': width, 'n_channels': d_maps[0],
        'generator_maps': g_maps, 'discriminator_maps': d_maps, 'z_dim': 5, 'batch_size': 4,
        'type': type_, 'class_names': names, 'threads': 1, **changes})


def trained(*kind, **changes):
    """A model for making images; every number of it was drawn anew, averages and moments too."""
    gan = finished(config_of(*kind, **changes), training=False)
    rng = np.random.default_rng(7)
    own, averages = [], []
    for v in gan.variables():
        if v.dtype.is_floating:
            (averages if '_ema/' in v.op.name else own).append(v)
    for some in (own, averages):         # in turn: an average begins with the tensor of its weight
        drawn = [rng.uniform(-0.6, 0.6, v.shape) + v.op.name.endswith('variance') for v in some]
        gan.session.run([v.initializer for v in some], {
            v.initializer.inputs[1]: value for v, value in zip(some, drawn, strict=True)})
    return gan
