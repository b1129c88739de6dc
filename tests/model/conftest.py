"""A GAN small enough to train in a second, on pictures made of noise."""

import numpy as np
import pytest
from families import MAPS, PLAIN

from dcgan_tf import DeepConvolutionalGAN, preset

TINY = {'image_height': 8, 'image_width': 8, 'batch_size': 4, 'z_dim': 3,
        'epochs': 3, 'eval_step': 2, 'checkpoint_step': 2, 'threads': 1}


@pytest.fixture
def tiny():
    """tiny(name, **changes) -> Config of a preset with little of everything."""
    def make(name='dcgan28', **changes):
        g_maps, d_maps = MAPS[name]
        changes = {**(PLAIN if name == 'dcgan28' else {}), **changes}
        return preset(name, **{**TINY, 'n_channels': d_maps[0], 'generator_maps': g_maps,
                               'discriminator_maps': d_maps, **changes})
    return make


@pytest.fixture
def finished():
    """finished(config) -> a finished model, closed at the end; to train, or to make images only."""
    made = []

    def make(config, *, training=True):
        made.append(DeepConvolutionalGAN.from_config(config))
        made[-1]._finish(training=training)
        return made[-1]
    yield make
    for each in made:
        each.close()


@pytest.fixture
def images():
    """uint8 [10, 8, 8, 1]"""
    return np.random.default_rng(5).integers(0, 256, (10, 8, 8, 1), dtype=np.uint8)


@pytest.fixture
def latents():
    """float [5, 3], in the range of the uniform prior."""
    return np.random.default_rng(6).uniform(-1, 1, (5, 3))
