"""Adversarially learned inference of Dumoulin et al. 2017, arXiv 1606.00704: `--type ali`.

    real -> E -> mean, deviation     code = mean + deviation * noise     real, code -> D -> r
    z    -> G -> fake                                                    fake, z    -> D -> f

It is the game of bigan.py, but E is stochastic: it returns a normal distribution, of which one code
is drawn. So images that look alike to E may share codes, and E can say how sure it is. D has to
tell pairs (image, code) from pairs (G's image, latent). With D(x, z) in (0, 1), equation 1 is

    D maximises, G and E minimise    E log D(x, code) + E log(1 - D(G(z), z))

As in the paper's algorithm 1 and in the authors' program, G and E minimise D's loss with real and
fake exchanged. The algorithm lets D move before G and E; the program computes all gradients at the
same weights, and so does this one. It normalises real and fake pairs in one batch, where D has
batch norm. Here they are two batches, as in the other systems.

A code may be any number, so the latents are normal, whatever prior the preset has.
"""

from typing import NamedTuple

import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.networks.network import Network
from dcgan_tf.systems import encoding
from dcgan_tf.systems.bigan import BiGAN


class Distribution(NamedTuple):
    """The normal distributions of the codes of N images."""

    mean: tf.Tensor              # [N, Z]
    log_deviation: tf.Tensor     # [N, Z], logarithm of the standard deviation

    def sample(self, noise):
        """Returns a code for each image. noise: N(0, 1).   [N, Z] -> [N, Z]"""
        return self.mean + tf.exp(self.log_deviation) * noise


class Outputs(NamedTuple):
    """What the networks return for a batch."""

    fake: tf.Tensor              # [N, H, W, C]
    augmented_real: tf.Tensor    # [N, H, W, C], real images as D sees them
    augmented_fake: tf.Tensor    # [N, H, W, C], fake images as D sees them
    r: tf.Tensor                 # [N, L], D's output for real images and their codes
    f: tf.Tensor                 # [N, L], D's output for fake images and their latents
    encoded: encoding.Encoded    # its code is the drawn one
    distribution: Distribution   # of the codes of the real images


class ALI(BiGAN):
    """`--type ali`. Its D, its players and their losses are those of a bigan."""

    kind = 'ali'

    def networks(self):
        def distribution(x, *, training):
            numbers = self.architecture.encoder(x, None, training=training,
                                                numbers=2 * self.config.latent_dim)
            with tf.name_scope('distribution'):
                return Distribution(*tf.split(numbers, 2, axis=1))
        return super().networks()._replace(E=Network('Encoder', distribution))

    def forward(self, net, batch):
        fake, found = net.G(batch.noise, None, use='train'), net.E(batch.images, use='train')
        with ops.box('codes'):
            code = found.sample(batch.draw('normal', batch.noise.shape, 'code'))
        return Outputs(**self.told_apart(net, batch, fake, code)._asdict(), distribution=found)

    def scalars(self, out):
        """Returns those of a bigan, and code_sigma: the mean deviation of E's distributions.

        At the start it is near 1. In time it tends to 0: then E is nearly as sure as a bigan's.
        """
        with tf.name_scope('codes'):
            sigma = tf.reduce_mean(tf.exp(out.distribution.log_deviation))
        return {**super().scalars(out), 'code_sigma': sigma}

    def code(self, net, x, y, use):
        """Returns the means of the codes of images x.   [N, H, W, C] -> [N, Z]"""
        return net.E(x, use=use, training=False).mean
