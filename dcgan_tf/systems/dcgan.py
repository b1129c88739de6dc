"""The GAN of Goodfellow et al. 2014, arXiv 1406.2661, with convolutions (1511.06434).

    z, y -> G -> fake        real, y -> D -> r        fake, y -> D -> f

D minimises objective.d_loss(r, f) and a penalty, G minimises objective.g_loss(r, f). Labels y make
it the conditional GAN of Mirza and Osindero 2014, arXiv 1411.1784; without them y is None.
"""

from typing import NamedTuple

import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.losses import objectives
from dcgan_tf.losses.penalties import PENALTIES
from dcgan_tf.networks.autoencoder import energy
from dcgan_tf.networks.heads import pooled
from dcgan_tf.networks.network import Network
from dcgan_tf.systems.base import Player, System


class Networks(NamedTuple):
    """The generator and the discriminator."""

    G: Network                   # z [N, Z], y -> images [N, H, W, C]
    D: Network                   # images [N, H, W, C], y -> logits [N, L]


class Outputs(NamedTuple):
    """What the networks return for a batch."""

    fake: tf.Tensor              # [N, H, W, C]
    augmented_real: tf.Tensor    # [N, H, W, C], real images as D sees them
    augmented_fake: tf.Tensor    # [N, H, W, C], fake images as D sees them
    r: tf.Tensor                 # [N, L], D's output for real images
    f: tf.Tensor                 # [N, L], D's output for fake images


class DCGAN(System):
    """`--type gan` and `--type cgan`.

    Every objective can be used, and every penalty but mode_regularised.
    labels_for_d: False = D gets no labels, although G does.
    """

    labels_for_d = True

    def networks(self):
        return Networks(G=Network('Generator', self.architecture.generator),
                        D=discriminator(self))

    def forward(self, net, batch):
        y, fake = batch.labels, net.G(batch.noise, batch.labels, use='train')
        augmented_real, augmented_fake = self.seen_by_d(batch, fake)
        return Outputs(fake, augmented_real, augmented_fake, r=net.D(augmented_real, y, use='real'),
                       f=net.D(augmented_fake, y, use='fake'))

    def seen_by_d(self, batch, fake):
        """Returns the real and the fake images as D sees them, [N, H, W, C] each."""
        augmented_real = self.augment(batch, batch.images, 'real')
        augmented_fake = self.augment(batch, fake, 'fake')
        with ops.box('inputs'):      # a new tensor: R1's gradient runs through this use of D alone
            return tf.identity(augmented_real, 'seen'), augmented_fake

    def players(self, net, batch, out):
        return [Player('D', [net.D], self.d_loss(batch, out), self.d_penalty(net, batch, out)),
                Player('G', [net.G], self.objective.g_loss(out.r, out.f))]

    def d_penalty(self, net, batch, out):
        """Returns the penalty of D's gradient at the images that it sees: `gradient_penalty`."""
        def score(x):
            return self.score(net, x, batch.labels, use='penalty')
        return self.gradient_penalty(batch, score, out.augmented_real, out.augmented_fake)

    def score(self, net, x, y, **use):
        """Returns D's score of images x: > 0 where D says "real".   [N, H, W, C] -> [N]

        y: labels or None. use: how `Network` is called.
        """
        return self.objective.score(net.D(x, y, **use))

    def d_loss(self, batch, out, critic='D'):
        """Returns the objective's loss of D. The options may smooth or exchange its targets.

        critic: another name for a second critic, whose targets are exchanged by chances of its own.
        """
        c, options = self.config, {}
        if c.label_smoothing:
            options['smooth'] = c.label_smoothing
        if self.objective.margins:
            with tf.name_scope('margin'):                                                  # [N]
                difference = tf.abs(batch.images - out.fake) / self.architecture.value_range.half
                options['margin'] = tf.reduce_mean(difference, axis=[1, 2, 3])
        return self.objective.d_loss(*self.flipped(batch, out, critic), **options)

    def flipped(self, batch, out, critic):
        """Exchanges the outputs r and f of a pair with probability `label_flip`.

        [N, L], [N, L] -> [N, L], [N, L]
        """
        if not self.config.label_flip:
            return out.r, out.f
        with tf.name_scope('label_flip'):
            names = ('label_flip',) if critic == 'D' else ('label_flip', critic)
            coins = batch.draw('uniform', tf.shape(out.r)[:1], *names)                  # (-1, 1)
            swap = (coins < 2.0 * self.config.label_flip - 1.0)[:, None]
            return tf.where(swap, out.f, out.r), tf.where(swap, out.r, out.f)

    def scalars(self, out):
        real, fake = objectives.accuracy(self.objective, out.r, out.f)
        return {'d_accuracy': (real + fake) / 2.0, 'd_accuracy/real': real,
                'd_accuracy/fake': fake}

    def sample(self, net, z, y, reference):
        return net.G.apply(self.architecture.sample, z, y, *reference, use='sample')

    def features(self, net, x, reference, use='features'):
        """Returns what D's convolutions see in images x [N, H, W, C]: `heads.pooled`.   -> [N, F]

        reference: the images that normalise the others, see `Architecture.features`. If D is an
        autoencoder, these are the feature maps of its encoder.
        """
        classes = self.architecture.classes if self.labels_for_d else 0
        return net.D.apply(lambda x: pooled(self.architecture.features(x, reference, classes)), x,
                           use=use)

    def scores(self, net, x, y, reference, use='scores'):
        with ops.box(use):
            return self.architecture.beside_reference(
                lambda x: self.score(net, x, y, use=use, training=False), x, reference)


def discriminator(system):
    """Builds D. Its options: spectral norm, clipping, or an autoencoder's energy as the output."""
    architecture, objective = system.architecture, system.objective
    if objective.autoencoder:
        build = energy(architecture, system.config)
    else:
        def build(x, y, *, training):
            return architecture.discriminator(x, y, training=training, logits=objective.logits)
    return bounded(system, build)


def bounded(system, build, name='Discriminator'):
    """Returns D with the bound of its weights that the options ask for. build: see `Network`.

    Spectral norm and some penalties do the work of clipping: Gulrajani et al. 2017, 1704.00028.
    """
    spectral = system.architecture.norms.d == 'spectral'
    smooth = spectral or PENALTIES[system.config.penalty].lipschitz
    return Network(name, build, spectral=spectral,
                   clip=0.0 if smooth else system.objective.clip)
