"""The bidirectional GAN of Donahue et al. 2017, arXiv 1605.09782: `--type bigan`.

    real -> E -> code      real, code -> D -> r
    z    -> G -> fake      fake, z    -> D -> f

D has to tell the pairs (image, its code) from the pairs (G's image, its latent). G and E together
make them alike. Where they succeed, E is the inverse of G (theorem 2), although no pixel of an
image and of its reconstruction G(E(image)) is ever compared. Equation 3 of the paper:

    D maximises, G and E minimise    E log D(x, E(x)) + E log(1 - D(G(z), z))

As in the authors' program, G and E minimise D's loss with real and fake exchanged, whose gradient
does not vanish while D wins: E wants (x, E(x)) to be taken for fake, G wants (G(z), z) to be taken
for real. All gradients are computed at the same weights. The program shows half of these losses.
"""

from typing import NamedTuple

import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.networks.network import Network
from dcgan_tf.systems import encoding
from dcgan_tf.systems.base import Player
from dcgan_tf.systems.dcgan import DCGAN, bounded


class Networks(NamedTuple):
    """The generator, the discriminator of pairs, and the encoder."""

    G: Network                   # z [N, Z] -> images [N, H, W, C]
    D: Network                   # images [N, H, W, C], latents [N, Z] -> logits [N, L]
    E: Network                   # images [N, H, W, C] -> codes [N, Z]


class Outputs(NamedTuple):
    """What the networks return for a batch."""

    fake: tf.Tensor              # [N, H, W, C]
    augmented_real: tf.Tensor    # [N, H, W, C], real images as D sees them
    augmented_fake: tf.Tensor    # [N, H, W, C], fake images as D sees them
    r: tf.Tensor                 # [N, L], D's output for real images and their codes
    f: tf.Tensor                 # [N, L], D's output for fake images and their latents
    encoded: encoding.Encoded


class BiGAN(encoding.WithEncoder, DCGAN):
    """`--type bigan`. The objectives and penalties that it refuses are in `config.TYPES`."""

    kind, labels_for_d = 'bigan', False

    def networks(self):
        def pairs(x, z, *, training):
            return self.architecture.pair_discriminator(x, z, training=training,
                                                        logits=self.objective.logits)
        return Networks(G=Network('Generator', self.architecture.generator),
                        D=bounded(self, pairs), E=encoding.encoder(self))

    def forward(self, net, batch):
        fake, code = net.G(batch.noise, None, use='train'), net.E(batch.images, use='train')
        return self.told_apart(net, batch, fake, code)

    def told_apart(self, net, batch, fake, code):
        """Applies D to both kinds of pairs, and G to the codes of the real images."""
        real, augmented_fake = self.seen_by_d(batch, fake)
        return Outputs(fake, real, augmented_fake, r=net.D(real, code, use='real'),
                       f=net.D(augmented_fake, batch.noise, use='fake'),
                       encoded=encoding.Encoded(batch.images, code,
                                                net.G(code, None, use='rebuilt')))

    def players(self, net, batch, out):
        penalty = self.d_penalty(net, batch, out)
        return [Player('D', [net.D], self.d_loss(batch, out), penalty),
                Player('G', [net.G, net.E], self.objective.d_loss(out.f, out.r, name='G'))]

    def d_penalty(self, net, batch, out):
        """Returns R1, of D's gradient with respect to the image. The code stays as it is."""
        def score(x):
            return self.score(net, x, out.encoded.code, use='penalty')
        return self.gradient_penalty(batch, score, out.augmented_real, out.augmented_fake)

    def scores(self, net, x, y, reference, use='scores'):
        """Returns how real D finds the pairs of images x and their codes.   -> [N]"""
        def build(x):
            return self.score(net, x, self.code(net, x, None, use), use=use, training=False)
        with ops.box(use):
            return self.architecture.beside_reference(build, x, reference)
