"""The mode regularised GAN of Che et al. 2017, arXiv 1612.02136: `--penalty mode_regularised`.

    real -> E -> code -> G -> reconstructed

G and an encoder E learn together, as one player, to reconstruct the real images. So G cannot lose a
mode of the data. Everything else is as in the GAN of systems/dcgan.py.
"""

from typing import NamedTuple

import tensorflow as tf

from dcgan_tf.losses import objectives, penalties
from dcgan_tf.networks.network import Network
from dcgan_tf.systems import encoding
from dcgan_tf.systems.base import Player
from dcgan_tf.systems.dcgan import DCGAN, discriminator


class Networks(NamedTuple):
    """The networks of the GAN, and the encoder."""

    G: Network                   # z [N, Z], y -> images [N, H, W, C]
    D: Network                   # images [N, H, W, C], y -> logits [N, L]
    E: Network                   # images [N, H, W, C], y -> z [N, Z]; layers like D's


class Outputs(NamedTuple):
    """The outputs of the GAN, and the codes and the reconstructions of the real images."""

    fake: tf.Tensor              # [N, H, W, C]
    augmented_real: tf.Tensor    # [N, H, W, C], real images as D sees them
    augmented_fake: tf.Tensor    # [N, H, W, C], fake images as D sees them
    r: tf.Tensor                 # [N, L], D's output for real images
    f: tf.Tensor                 # [N, L], D's output for fake images
    encoded: encoding.Encoded


class ModeRegularised(encoding.WithEncoder, DCGAN):
    """`--type gan` and `--type cgan` with `--penalty mode_regularised`."""

    averaged = ('G',)            # runs of earlier versions have no average of E's weights

    def networks(self):
        def encoder(x, y, *, training):
            return self.architecture.discriminator(x, y, training=training,
                                                   logits=self.config.latent_dim)
        return Networks(G=Network('Generator', self.architecture.generator),
                        D=discriminator(self), E=Network('Encoder', encoder))

    def forward(self, net, batch):
        y, out = batch.labels, super().forward(net, batch)
        code = net.E(batch.images, y, use='real')                                           # [N, Z]
        return Outputs(**out._asdict(), encoded=encoding.Encoded(
            batch.images, code, net.G(code, y, use='rebuilt')))

    def players(self, net, batch, out):
        return [Player('D', [net.D], self.d_loss(batch, out)),
                Player('G', [net.G, net.E], self.objective.g_loss(out.r, out.f),
                       self.missed_modes(net, batch, out))]

    def code(self, net, x, y, use):
        return net.E(x, y, use=use, training=False)

    def missed_modes(self, net, batch, out):
        """Returns how badly G and E reconstruct the real images: sections 3.1 and 3.2.   -> []"""
        with tf.name_scope('penalty'):
            reconstructed = out.encoded.reconstructed
            augmented = self.augment(batch, reconstructed, 'rebuilt')
            score = self.score(net, augmented, batch.labels, use='rebuilt')
            score = objectives.centred(self.objective, score, out.r, out.f)
            half = self.architecture.value_range.half
            return penalties.mode_regulariser(batch.images / half, reconstructed / half, score)
