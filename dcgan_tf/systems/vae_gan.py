"""The VAE/GAN of Larsen et al. 2016, arXiv 1512.09300: `--type vae_gan`.

    real -> E -> mean, variance -> code -> G -> reconstructed      z -> G -> fake
    real, reconstructed -> D -> r, f, features of both             fake -> D -> f

E and G are a variational autoencoder, G and D a GAN. They share G. The autoencoder does not compare
the pixels of an image and its reconstruction, but what D sees in them: the feature maps h of one of
its layers. So an edge that is moved by a pixel costs little, and a blurred edge costs much.

    KL      KL(N(mean, variance) || N(0, 1)), the sum over the numbers of a code
    error   |h(real) - h(reconstructed)|^2 / 2, the sum over all features: minus the logarithm of
            the likelihood N(h(reconstructed), 1), without its constant
    E minimises   KL + error                                                  (no gradient of D)
    G minimises   gamma error + (1 - gamma) objective.g_loss(r, f)
    D minimises   objective.d_loss(r, f)                                      (not the error)

KL and error are means over the batch. f are D's outputs for reconstructed and fake images, which
count as much as each other, and together as much as the real images. Each gradient is that of a
player's own weights: the error does not reach D, nor the GAN E. gamma = 1 leaves out the GAN: with
the pixels as features that is the variational autoencoder of Kingma and Welling 2014, 1312.6114.

docs/family/vae_gan.md says where the paper and the authors' program differ, and which is taken.
"""

from typing import NamedTuple

import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.errors import UsageError
from dcgan_tf.networks.network import Network
from dcgan_tf.systems import encoding, equilibrium
from dcgan_tf.systems.base import Player
from dcgan_tf.systems.dcgan import DCGAN, bounded


class Networks(NamedTuple):
    """The generator, which is also the decoder, the discriminator, and the encoder."""

    G: Network                   # z [N, Z] -> images [N, H, W, C]
    D: Network                   # images [N, H, W, C] -> logits [N, L], features [N, ...]
    E: Network                   # images [N, H, W, C] -> mean, log variance of codes [N, Z] each


class Outputs(NamedTuple):
    """What the networks return for a batch. Without the GAN the fields from `fake` on are None."""

    encoded: encoding.Encoded    # with codes that are drawn
    kl: tf.Tensor                # []
    error: tf.Tensor             # []
    fake: tf.Tensor | None = None               # [N, H, W, C]
    augmented_real: tf.Tensor | None = None     # [N, H, W, C], real images as D sees them
    augmented_fake: tf.Tensor | None = None     # [N, H, W, C], fake images as D sees them
    r: tf.Tensor | None = None                  # [N, L], D's output for real images
    f: tf.Tensor | None = None                  # [2 N, L], for reconstructed and fake images
    gates: tuple = (None, None)                 # bools [], does D move, does G; None = always


class VAEGAN(encoding.WithEncoder, DCGAN):
    """`--type vae_gan`. The objectives and penalties that it refuses are in `config.TYPES`."""

    kind, labels_for_d = 'vae_gan', False
    others = ('E', 'G')

    def __init__(self, config):
        super().__init__(config)
        self.has_gan = config.gamma < 1.0
        self.critics = ('D',) if self.has_gan else ()

    def networks(self):
        def posterior(x, *, training):
            numbers = self.architecture.encoder(x, None, training=training,
                                                numbers=2 * self.config.latent_dim)
            return tf.split(numbers, 2, axis=1)
        return Networks(G=Network('Generator', self.architecture.generator),
                        D=discriminator(self), E=Network('Encoder', posterior))

    def forward(self, net, batch):
        fake = net.G(batch.noise, None, use='train') if self.has_gan else None
        encoded, kl = self.encoded(net, batch)
        real, reconstructed = self.pair_seen_by_d(batch, encoded)
        logits, features = self.seen(net, real, reconstructed)
        with ops.box('losses'), tf.name_scope('likelihood_error'):
            error = encoding.half_squared_distance(*features)
        if not self.has_gan:
            return Outputs(encoded, kl, error)
        augmented_fake = self.augment(batch, fake, 'fake')
        of_fake, _ = net.D(augmented_fake, use='fake')
        with ops.box('pairs'):
            r, f = logits[0], tf.concat([logits[1], of_fake], axis=0, name='fakes')
        return Outputs(encoded, kl, error, fake, real, augmented_fake, r, f,
                       equilibrium.gates(self, r, f))

    def encoded(self, net, batch):
        """Draws a code for each image, and reconstructs it. Returns an `Encoded`, and the KL."""
        mean, log_variance = net.E(batch.images, use='train')
        with ops.box('inputs/code'):
            deviation = tf.exp(0.5 * log_variance)
            code = mean + deviation * batch.draw('normal', batch.noise.shape, 'code')
        return (encoding.Encoded(batch.images, code, net.G(code, None, use='rebuilt')),
                kl_from_normal(mean, log_variance))

    def pair_seen_by_d(self, batch, encoded):
        """Returns real and reconstructed images with the same changes, [N, H, W, C] each."""
        real = self.augment(batch, encoded.real, 'real')
        reconstructed = self.augment(batch, encoded.reconstructed, 'rebuilt', like='real')
        with ops.box('inputs'):      # a new tensor, see `DCGAN.seen_by_d`
            return tf.identity(real, 'seen'), reconstructed

    def seen(self, net, real, reconstructed):
        """Applies D to real and reconstructed images as one batch, so that it norms both alike.

        Returns the logits of both, or None if D has no part in it, and the features of both.
        """
        with ops.box('pairs'):
            both = tf.concat([real, reconstructed], axis=0, name='images')
            if not (self.has_gan or self.config.feature_layer):
                return None, tf.split(self.pixels(both), 2, name='features')
        logits, features = net.D(both, use='real')
        with ops.box('pairs'):
            return tf.split(logits, 2, name='logits'), tf.split(features, 2, name='features')

    def pixels(self, x):
        """Returns images in the range (-1, 1), or (0, 2).   [N, H, W, C] -> [N, H, W, C]"""
        return x / self.architecture.value_range.half

    def players(self, net, batch, out):
        encoder = Player('E', [net.E], tf.add(out.kl, out.error, name='E'))
        if not self.has_gan:
            return [encoder, Player('G', [net.G], out.error)]
        penalty = self.d_penalty(net, batch, out)
        gamma, (d_moves, g_moves) = self.config.gamma, out.gates
        with tf.name_scope('with_likelihood'):
            g_loss = gamma * out.error + (1.0 - gamma) * self.objective.g_loss(out.r, out.f)
        return [Player('D', [net.D], self.d_loss(batch, out), penalty, gate=d_moves), encoder,
                Player('G', [net.G], g_loss, gate=g_moves)]

    def score(self, net, x, y, **use):
        return self.objective.score(net.D(x, **use)[0])

    def scalars(self, out):
        """Returns D's accuracies, the numbers of an encoder, and the two terms of E's loss.

        likelihood_error: the sum over all features. kl: in nats. Both are means over the images.
        """
        return {**(DCGAN.scalars(self, out) if self.has_gan else {}),
                'likelihood_error': out.error, 'kl': out.kl,
                **encoding.scalars(self, out.encoded),
                **{f'moves/{name}': tf.cast(gate, tf.float32)
                   for name, gate in zip('dg', out.gates, strict=True) if gate is not None}}

    @property
    def has_features(self):
        return self.has_gan

    has_scores = has_features

    def features(self, net, x, reference, use='features'):
        self._check_gan('no features of images')
        return super().features(net, x, reference, use)

    def scores(self, net, x, y, reference, use='scores'):
        self._check_gan('no network that tells real images from generated ones')
        return super().scores(net, x, y, reference, use)

    def _check_gan(self, lacks):
        if not self.has_gan:
            raise UsageError(f'--type {self.config.type} with --gamma 1 trains no D, so it has '
                             f'{lacks}')

    def code(self, net, x, y, use):
        """Returns the means of the codes of images x.   [N, H, W, C] -> [N, Z]"""
        mean, _ = net.E(x, use=use, training=False)
        return mean


def kl_from_normal(mean, log_variance):
    """KL(N(mean, variance) || N(0, 1)) = sum (mean^2 + variance - 1 - log variance) / 2 in nats.

    [N, Z], [N, Z] -> [], the mean over the batch
    """
    with ops.box('losses'), tf.name_scope('kl'):
        each = tf.square(mean) + tf.exp(log_variance) - 1.0 - log_variance
        return tf.reduce_mean(tf.reduce_sum(each, axis=1)) / 2.0


def discriminator(system):
    """Builds D, which also returns what it sees: feature maps, or for layer 0 the pixels.

    UsageError if a D of one's own has no such layer.
    """
    architecture, logits = system.architecture, system.objective.logits
    layer = system.config.feature_layer

    def build(x, *, training):
        maps = architecture.feature_maps(x, None, training=training)
        if layer > len(maps):
            raise UsageError(f'--feature-layer {layer}: D has {len(maps)} convolutions: expected '
                             f'-1 to {len(maps)}')
        h = architecture.after_maps(maps[-1], training=training)
        features = [system.pixels(x), *maps]
        return architecture.head(h, logits), features[layer]
    return bounded(system, build)
