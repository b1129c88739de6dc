"""The adversarial autoencoder of Makhzani et al. 2015, arXiv 1511.05644: `--type aae`.

    real -> E -> code -> G -> reconstructed        latent, y -> D -> r        code, y -> D -> f

D sees no image. It has to tell latents of the prior from codes of real images. E learns to make
codes that D takes for latents, so G, which learns with E to reconstruct the images, can draw from
the prior. Section 2 of the paper, with pixels in [0, 1] and the objective non_saturating. Three
players move in turn, each on a batch of its own:

    R: E and G minimise    E |x - G(E(x))|^2 / 2
    D minimises            objective.d_loss(r, f)      here -log D(latent) - log(1 - D(code))
    E minimises            objective.g_loss(r, f)      here -log D(code)

So E belongs to two players and has two Adams; `adversarial_rate` is the rate of the second, as a
part of the first's. A factor of a loss would do nothing, because Adam divides by the size of the
gradients. In the paper each phase is plain gradient descent with momentum and has a rate of its
own. E is deterministic, as in most of the paper. The authors published no program.

`--type aae_labels`, section 2.3: y is the class of the image, and the latent comes from the part of
the prior that is for this class. So the classes lie in these parts. G gets no label.
"""

from typing import NamedTuple

import tensorflow as tf

from dcgan_tf import ops, seeds
from dcgan_tf.networks.heads import pooled
from dcgan_tf.networks.network import Network
from dcgan_tf.systems import encoding
from dcgan_tf.systems.base import Player, System
from dcgan_tf.systems.dcgan import DCGAN, bounded


class Networks(NamedTuple):
    """The generator, which is the decoder, the discriminator of codes, and the encoder."""

    G: Network                   # z [N, Z] -> images [N, H, W, C]
    D: Network                   # codes or latents [N, Z], y -> logits [N, L]
    E: Network                   # images [N, H, W, C] -> codes [N, Z]


class Outputs(NamedTuple):
    """What the networks return for a batch."""

    latent: tf.Tensor            # [N, Z], of the prior, as D sees it
    r: tf.Tensor                 # [N, L], D's output for latents
    f: tf.Tensor                 # [N, L], D's output for codes
    encoded: encoding.Encoded


class AAE(encoding.WithEncoder, DCGAN):
    """`--type aae` and `--type aae_labels`. What they refuse is in `config.TYPES`."""

    kind, labels_for_d = 'aae', False
    critics, others = ('D',), ('R', 'E')
    moves = 'in turn'
    learns_latents = False                                           # G draws codes of E alone
    features_of, has_scores = 'E', False                            # D sees no image

    def networks(self):
        return Networks(G=Network('Generator', self.architecture.generator),
                        D=bounded(self, self.code_logits), E=encoding.encoder(self))

    def code_logits(self, z, y, *, training):
        return self.architecture.code_discriminator(z, y, training=training,
                                                    logits=self.objective.logits)

    def forward(self, net, batch):
        code = net.E(batch.images, use='train')
        latent, seen = self.noised(batch, batch.noise, 'real'), self.noised(batch, code, 'fake')
        return Outputs(
            latent, r=net.D(latent, batch.labels, use='real'),
            f=net.D(seen, batch.labels, use='fake'),
            encoded=encoding.Encoded(batch.images, code, net.G(code, None, use='train')))

    def players(self, net, batch, out):
        return [Player('R', [net.E, net.G], self.reconstruction_loss(out.encoded)),
                Player('D', [net.D], self.d_loss(batch, out), self.d_penalty(net, batch, out)),
                Player('E', [net.E], self.objective.g_loss(out.r, out.f),
                       rate=self.config.adversarial_rate)]

    def d_penalty(self, net, batch, out):
        """Returns R1 at latents of the prior."""
        def score(z):
            return self.score(net, z, batch.labels, use='penalty')
        return self.gradient_penalty(batch, score, out.latent, out.encoded.code)

    def reconstruction_loss(self, encoded):
        """Returns E |x - G(E(x))|^2 / 2, the sum over the pixels, which are in [0, 1].   -> []"""
        with tf.name_scope('reconstruction'):
            width = self.architecture.value_range.width
            return encoding.half_squared_distance(encoded.real / width,
                                                  encoded.reconstructed / width)

    def noised(self, batch, z, name):
        """Returns codes or latents as D sees them: with noise that fades.   [N, Z] -> [N, Z]"""
        with ops.box('inputs'), tf.name_scope(f'seen_{name}'):
            seed = seeds.derive(self.config.seed, 'disturb', name)
            return tf.identity(self.with_fading_noise(batch, z, seed, 1.0))

    def features(self, net, x, reference, use='features'):
        """Returns what E's convolutions see in images x, as `DCGAN.features` of D.   -> [N, F]"""
        return net.E.apply(lambda x: pooled(self.architecture.features(x, reference, 0)), x,
                           use=use)

    def scores(self, net, x, y, reference, use='scores'):
        return System.scores(self, net, x, y, reference, use)
