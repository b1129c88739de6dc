"""The adversarial generator-encoder network of Ulyanov et al. 2018, arXiv 1704.02304: `--type age`.

    real -> E -> code         -> G -> reconstructed
    z    -> G -> fake -> E -> code of the fake

There is no discriminator. Latents are uniform on the sphere of radius 1, and each code is divided
by its length, so it lies there, too. E brings the codes of real images towards the normal
distribution, and those of G's images away from it; G brings these towards it. So the codes of both
become alike, and with them the images. With KL the divergence of a batch of codes from N(0, 1), see
`AGE.divergence`, m = `image_weight`, l = `code_weight`, and Z numbers in a code:

    E minimises   KL(E(x)) - KL(E(G(z))) + m mean |x - G(E(x))|       pixels in [-1, 1]
    G minimises   KL(E(G(z))) + l (1 - mean cos(z, E(G(z)))) / Z

E moves first, then G as often as `g_steps` says, each on images and latents of its own. A player
changes its own weights alone: in E's loss G(z) is a constant, but the gradient of |x - G(E(x))|
passes through G to E.

The paper adds up KL over the numbers of a code, and has |z - E(G(z))|^2 = 2 - 2 cos. The authors'
program has means over these numbers, and 2 - cos / Z in place of (1 - cos) / Z, which has the same
gradient. Its weights, 10 and 1,000, were found with a mistake in KL: see `AGE.divergence`.
"""

from typing import NamedTuple

import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.networks.network import Network
from dcgan_tf.systems import encoding
from dcgan_tf.systems.base import Player, System

EPSILON = 1e-8                   # added to a variance: its logarithm stays finite


class Networks(NamedTuple):
    """The generator and the encoder."""

    G: Network                   # z [N, Z] -> images [N, H, W, C]
    E: Network                   # images [N, H, W, C] -> codes [N, Z] of length 1


class Outputs(NamedTuple):
    """What the networks return for a batch."""

    z: tf.Tensor                 # [N, Z], the latents
    fake: tf.Tensor              # [N, H, W, C], G(z)
    fake_code: tf.Tensor         # [N, Z], E(G(z))
    encoded: encoding.Encoded    # of the real images
    kl_real: tf.Tensor           # [], the divergence of their codes
    kl_fake: tf.Tensor           # [], that of the codes of fake images
    cosine: tf.Tensor            # [], mean cosine of the angle between z and E(G(z))


class AGE(encoding.WithEncoder, System):
    """`--type age`. It has no objective, no penalty and no augmentation: they belong to a D."""

    kind = 'age'
    critics, others, moves = ('E',), ('G',), 'in turn'

    def networks(self):
        return Networks(G=Network('Generator', self.architecture.generator),
                        E=encoding.encoder(self))

    def forward(self, net, batch):
        code, fake = net.E(batch.images, use='real'), net.G(batch.noise, None, use='train')
        fake_code, rebuilt = net.E(fake, use='fake'), net.G(code, None, use='rebuilt')
        with ops.box('losses'):
            cosine = tf.reduce_mean(tf.reduce_sum(batch.noise * fake_code, axis=1), name='cosine')
            return Outputs(batch.noise, fake, fake_code,
                           encoding.Encoded(batch.images, code, rebuilt),
                           self.divergence(code, 'kl_real'), self.divergence(fake_code, 'kl_fake'),
                           cosine)

    def divergence(self, code, name):
        """Returns the mean over the numbers of a code of their divergence KL from N(0, 1).   -> []

        It is that of N(m, v), with the mean m and the variance v of a number over the batch of all
        workers: (v + m^2) / 2 - ln(v) / 2 - 1/2. On the sphere it is least for uniform codes, m = 0
        and v = 1/Z: 1 / 2Z + ln(Z) / 2 - 1/2, which is 1.587 for Z = 64. published: the authors'
        program takes v for the deviation, so v^2 stands in the place of v. On the sphere, where v
        is small, its logarithm then counts twice, and the least value is 3.659. code [N, Z].
        """
        with tf.name_scope(name):
            mean, variance = ops.global_moments(*tf.nn.moments(code, [0]))                   # [Z]
            variance += EPSILON
            if self.config.divergence == 'published':
                variance = tf.square(variance)
            return tf.reduce_mean(variance + tf.square(mean) - tf.math.log(variance) - 1.0) / 2.0

    def players(self, net, batch, out):
        c, encoded = self.config, out.encoded
        with tf.name_scope('E'):
            error = tf.reduce_mean(tf.abs(encoded.real - encoded.reconstructed))
            error /= self.architecture.value_range.half
            e = out.kl_real - out.kl_fake + c.image_weight * error
        with tf.name_scope('G'):
            g = out.kl_fake + c.code_weight * (1.0 - out.cosine) / c.latent_dim
        return [Player('E', [net.E], e), Player('G', [net.G], g)]

    def scalars(self, out):
        return {'kl_real': out.kl_real, 'kl_fake': out.kl_fake, 'cosine': out.cosine,
                **super().scalars(out)}

    def sample(self, net, z, y, reference):
        return net.G.apply(self.architecture.sample, z, y, *reference, use='sample')
