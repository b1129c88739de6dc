"""A generator without TensorFlow, whose pictures tell their latent and their class."""

import contextlib
import functools
import types

import numpy as np

from dcgan_tf import preset
from dcgan_tf.run_folder import samples
from dcgan_tf.run_folder.trained_weights import Weights
from dcgan_tf.show.morphing import MorphingGenerator

SIDE = 4


def config(class_names, **options):
    """A Config with these classes: a cgan of tiny pictures, or a gan without class names."""
    return preset('folder_classic', image_height=16, image_width=16, batch_size=4, z_dim=3,
                  type='cgan' if class_names else 'gan', class_names=tuple(class_names), **options)


def images_of(z, y=None):
    """The picture of a latent: red is its first number, green is its class / 250.   y: [N], [N, K]
    """
    y = np.zeros(len(z)) if y is None else np.asarray(y)
    label = y @ np.arange(y.shape[1]) if y.ndim == 2 else y
    pixel = np.stack([(1 + z[:, 0]) / 2, label / 250, np.ones(len(z))], axis=-1)      # [N, 3]
    return np.broadcast_to(pixel[:, None, None], (len(z), SIDE, SIDE, 3))


def hung(monkeypatch, folder, config):
    """Makes the tools find this Config, and the painter in place of a GAN."""
    from dcgan_tf.cli import trained
    def morphing(codes):
        return MorphingGenerator(images_of, config.latent_dim, prior=config.prior)
    gan = types.SimpleNamespace(config=config, generate_images=images_of, morphing=morphing,
                                sample=functools.partial(samples.asked_for, images_of, config))
    monkeypatch.setattr(trained, 'find', lambda args: Weights('painter', config, folder, 1, folder))
    monkeypatch.setattr(trained, 'open_gan', lambda *_, **__: contextlib.nullcontext(gan))


def read(picture):
    """(the first number of the latent, the class) of a tile, uint8 [H, W, 3]."""
    red, green = picture[0, 0, :2].astype(float)
    return 2 * red / 255 - 1, round(green * 250 / 255)
