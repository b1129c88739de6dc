"""Toys of systems with an encoder: networks that learn points [N, D] in place of images.

A point is an image of one pixel with D channels. The points are drawn in the graph, as a function
of (seed, step), so that they are not rounded to the 256 values of a pixel.
"""

import numpy as np

from dcgan_tf.config import preset
from dcgan_tf.gan import GAN
from dcgan_tf.networks.architecture import Architecture
from dcgan_tf.networks.value_range import ValueRange


class Points(Architecture):
    """Networks of points. A sample is a point as it is, on no scale."""

    value_range = ValueRange(0.0, 1.0)

    def feature_maps(self, x, y, *, training):
        raise NotImplementedError

    def head(self, h, logits):
        raise NotImplementedError


def config(dimensions, **options):
    """The Config of a toy: normal latents, no average of weights, one thread."""
    return preset(**{
        'architecture': 'bigan_mnist', 'image_height': 1, 'image_width': 1, 'prior': 'normal',
        'n_channels': dimensions, 'generator_maps': (1, dimensions),
        'discriminator_maps': (dimensions, 1), 'penalty': 'none', 'learning_rate_half_life': 0,
        'ema': 0.0, 'histograms': 'none', **options})


def trained(kind, networks, draw, config):
    """A GAN after its training; close it.

    kind: a system class. networks: a class derived from Points. draw: batch -> points [N, D].
    """
    class OfPoints(kind):
        def __init__(self, config):
            super().__init__(config)
            self.architecture = networks(config)

        def forward(self, net, batch):
            return super().forward(net, batch._replace(images=draw(batch)[:, None, None, :]))
    gan = GAN(config, system=OfPoints(config))
    images = np.zeros([config.batch_size, 1, 1, config.n_channels], np.uint8)     # not looked at
    gan.fit(images, progress=False)
    return gan
