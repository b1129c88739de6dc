"""What makes pictures from latents is the network that the system names, whatever its field."""

from typing import NamedTuple

import numpy as np
import tensorflow as tf

from dcgan_tf.gan import GAN
from dcgan_tf.networks.network import Network
from dcgan_tf.show.directions import principal_directions
from dcgan_tf.show.exports import sampler
from dcgan_tf.show.inversion import InversionOptions
from dcgan_tf.systems import dcgan
from tests.families import ONE

v1 = tf.compat.v1


class Networks(NamedTuple):
    """Those of dcgan.py under other names."""

    Maker: Network
    Judge: Network


class Renamed(dcgan.DCGAN):
    """The same GAN."""

    generator, averaged = 'Maker', ('Maker',)

    def networks(self):
        return Networks(*super().networks())

    def forward(self, net, batch):
        return super().forward(dcgan.Networks(*net), batch)

    def players(self, net, batch, out):
        return super().players(dcgan.Networks(*net), batch, out)

    def sample(self, net, *inputs):
        return super().sample(dcgan.Networks(*net), *inputs)

    def features(self, net, *inputs):
        return super().features(dcgan.Networks(*net), *inputs)


def everything(gan, images):
    """The exported graph's pictures, the directions and the latents of two pictures."""
    gan.inversion()
    gan._finish(training=False)
    exported = sampler.of(gan)
    z = sampler.example_feed(gan, np.float32([[1, 2, 3], [-1, 0, 1]]) / 3)
    with v1.Session(graph=exported.graph) as session:
        pictures = session.run(exported.outputs['image'], {exported.inputs['z']: z['z']})
    found = gan.invert(images[:2], options=InversionOptions(starts=1, steps=1))
    return pictures, principal_directions(gan, 3), found.z, found.loss


def test_a_generator_of_another_name(tiny, images):
    """main1: its D also needs pictures of the generator to normalise others."""
    c = tiny('main1', **ONE, ema=0.9)
    with GAN(c, system=Renamed(c)) as renamed, GAN(c) as plain:
        pairs = zip(*(everything(gan, images) for gan in (renamed, plain)), strict=True)
        for found, expected in pairs:
            np.testing.assert_array_equal(found, expected)
