"""A renderer whose generator is a few lines of NumPy: no test here waits for TensorFlow."""

import numpy as np
import pytest
from painter import Z, images_of

from dcgan_tf.config import preset
from dcgan_tf.show.explore.renderer import Renderer


@pytest.fixture
def make_renderer():
    """make_renderer(images_of, **options of the Config) -> Renderer"""
    def make(images_of=images_of, **options):
        channels = options.get('n_channels', 3)
        config = preset('dcgan28', **{
            'image_height': 8, 'image_width': 6, 'n_channels': channels, 'z_dim': Z,
            'generator_maps': (4, channels), 'discriminator_maps': (channels, 4), **options})
        return Renderer(images_of, config, np.eye(config.latent_dim)[:4], name='run', step=7)
    return make


@pytest.fixture
def by_class(make_renderer):
    """Of a cgan with three classes."""
    return make_renderer(type='cgan', class_names=('cat', 'dog', 'cow'))


@pytest.fixture
def with_codes(make_renderer):
    """with_codes(*images_of) -> of an infogan with two categorical and two continuous codes."""
    return lambda *images_of: make_renderer(*images_of, type='infogan', codes=(3, 4), continuous=2)
