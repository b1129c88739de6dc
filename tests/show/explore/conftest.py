"""A renderer whose generator is a few lines of NumPy: no test here waits for TensorFlow."""

import numpy as np
import pytest
from painter import Z, images_of, reconstruct
from written import HEAD, rows, save

from dcgan_tf import images
from dcgan_tf.config import preset
from dcgan_tf.run_folder import run_folder
from dcgan_tf.show.explore import generators
from dcgan_tf.show.explore.generators import Generators
from dcgan_tf.show.explore.renderer import Renderer


@pytest.fixture
def make_renderer():
    """make_renderer(images_of, reconstruct=, **options of the Config) -> Renderer"""
    def make(images_of=images_of, reconstruct=None, **options):
        channels = options.get('n_channels', 3)
        config = preset('dcgan28', **{
            'image_height': 8, 'image_width': 6, 'n_channels': channels, 'z_dim': Z,
            'generator_maps': (4, channels), 'discriminator_maps': (channels, 4), **options})
        return Renderer(images_of, config, np.eye(config.latent_dim)[:4], name='run', step=7,
                        reconstruct=reconstruct)
    return make


@pytest.fixture
def by_class(make_renderer):
    """Of a cgan with three classes."""
    return make_renderer(type='cgan', class_names=('cat', 'dog', 'cow'))


@pytest.fixture
def with_codes(make_renderer):
    """with_codes(*images_of) -> of an infogan with two categorical and two continuous codes."""
    return lambda *images_of: make_renderer(*images_of, type='infogan', codes=(3, 4), continuous=2)


@pytest.fixture
def make_run(tmp_path):
    """make_run(name, log=steps, saved=steps, pictures=steps, **options) -> RunFolder in results.

    Its checkpoints hold nothing; `pictures` are of the kind of the first grid.
    """
    def make(name='run', *, log=(), saved=(), pictures=(), **options):
        run = run_folder.create(tmp_path / 'results', name,
                                preset('dcgan28', **{'epochs': 1_000, **options}), {})
        if log:
            run.log.write_text(HEAD + rows(*log))
        for step in saved:
            save(run, step)
        for step in pictures:
            images.write_png(run.images / f'fake_{step:06d}.png',
                             np.full([4, 8, 3], step % 256, np.uint8))
        return run
    return make


@pytest.fixture
def with_gans(make_renderer, monkeypatch):
    """Generators that draw with NumPy, and count how often they were opened."""
    def unlabelled(pictures):
        return reconstruct(pictures)._replace(labels=None)

    def of_gan(gan, name):
        renderer = make_renderer(reconstruct=unlabelled)
        renderer._name, renderer.step = name, gan.step
        return renderer

    class Gan:
        def __init__(self, weights):
            opened.append(weights.name)
            self.step = max(int(path.stem[6:]) for path in weights.folder.glob('*.index'))

        def close(self):
            pass
    monkeypatch.setattr(generators.Renderer, 'of_gan', of_gan)
    opened = []
    made = Generators(Gan)
    made.opened = opened
    return made
