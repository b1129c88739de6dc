"""A GAN with little of everything, whose weights are as after a training."""

import numpy as np
import pytest

from dcgan_tf import DeepConvolutionalGAN, latent, preset
from dcgan_tf.exports import FORMATS, sampler
from tests.families import MAPS, PLAIN

SIZES = {'dcgan64': (32, 32), 'folder': (18, 14), 'upsample_mnist': (11, 9)}     # the others: 12x12


def missing(name):
    """Why a format cannot be tried here, or None."""
    try:
        for package in FORMATS[name].packages:
            __import__(package)
    except ImportError as error:
        return f'--format {name}: {error}; pip install -r {FORMATS[name].extra}'
    return None


def formats(*names):
    """Runs a test for each of some formats; those whose packages are missing are skipped."""
    return pytest.mark.parametrize('form', [
        pytest.param(name, marks=pytest.mark.skipif(bool(missing(name)), reason=str(missing(name))))
        for name in names])


every_format = formats(*FORMATS)


@pytest.fixture(scope='package')
def made():
    """made(preset, type) -> (Sampler, what to feed, the images of that); each is made once."""
    kept = {}

    def make(name='dcgan28', type_='gan', **changes):
        key = (name, type_, *sorted(changes.items()))
        if key not in kept:
            with trained(name, type_, **changes) as gan:
                asked = sampler.question(gan, latent.draw(gan.config.prior, 9, gan.config.z_dim, 3))
                expected = gan.generate_images(asked['z'], asked.get('label'))
                kept[key] = sampler.of(gan, 'run'), asked, expected
        return kept[key]
    return make


def trained(name='dcgan28', type_='gan', **changes):
    """A model for making images; every number of it was drawn anew, averages and moments too."""
    height, width = SIZES.get(name, (12, 12))
    changes = {**(PLAIN if name == 'dcgan28' else {}), **changes}
    names = ('cat', 'dog', 'Zoë') if type_ == 'cgan' else ()
    g_maps, d_maps = MAPS[name]
    gan = DeepConvolutionalGAN.from_config(preset(name, **{
        'image_height': height, 'image_width': width, 'n_channels': d_maps[0],
        'generator_maps': g_maps, 'discriminator_maps': d_maps, 'z_dim': 5, 'batch_size': 4,
        'type': type_, 'class_names': names, 'threads': 1, **changes}))
    gan._finish(training=False)
    rng = np.random.default_rng(7)
    for variable in gan.variables():
        if variable.dtype.is_floating:
            drawn = rng.uniform(-0.6, 0.6, variable.shape) + variable.op.name.endswith('variance')
            gan.session.run(variable.initializer, {variable.initializer.inputs[1]: drawn})
    return gan
