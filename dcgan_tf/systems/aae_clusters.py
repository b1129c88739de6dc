"""The adversarial autoencoder that clusters: Makhzani et al. 2015, arXiv 1511.05644, section 5.

    real -> E -> q, code        q, code -> G -> reconstructed
    latent -> D -> r            code -> D -> f
    one-hot c -> C -> s         q -> C -> t

E makes two things of an image: the probabilities q of K clusters, a softmax, and a code, its style.
D has to tell codes from latents of the prior, C has to tell q from one-hot vectors of a uniform c.
So q becomes nearly one-hot, all clusters are in use, and the style has no room for what q says. No
label is used: `--type aae_clusters --codes 16`. The players are those of systems/aae.py:

    R: E and G minimise    E |x - G(q, code)|^2 / 2
    D: D and C minimise    objective.d_loss(r, f) + objective.d_loss(s, t)
    E minimises            objective.g_loss(r, f) + objective.g_loss(s, t)
"""

from typing import NamedTuple

import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.networks.codes import to_support
from dcgan_tf.networks.conditioning import one_hot, uniform_label
from dcgan_tf.networks.network import Network
from dcgan_tf.systems import encoding
from dcgan_tf.systems.aae import AAE
from dcgan_tf.systems.dcgan import DCGAN, bounded


class Networks(NamedTuple):
    """The networks of an AAE, and the discriminator of clusters."""

    G: Network                   # z [N, Z], weights of clusters [N, K] -> images [N, H, W, C]
    D: Network                   # codes or latents [N, Z] -> logits [N, L]
    C: Network                   # probabilities, or one-hot vectors [N, K] -> logits [N, L]
    E: Network                   # images [N, H, W, C] -> codes [N, Z], probabilities [N, K]


class Clusters(NamedTuple):
    """What E and C say of clusters."""

    probabilities: tf.Tensor     # [N, K], E's, of real images
    one_hot: tf.Tensor           # [N, K], as C sees them
    r: tf.Tensor                 # [N, L], C's output for one-hot vectors
    f: tf.Tensor                 # [N, L], C's output for the probabilities


class Outputs(NamedTuple):
    """What the networks return for a batch."""

    latent: tf.Tensor            # [N, Z], of the prior, as D sees it
    r: tf.Tensor                 # [N, L], D's output for latents
    f: tf.Tensor                 # [N, L], D's output for codes
    encoded: encoding.Encoded
    clusters: Clusters


class AAEClusters(AAE):
    """`--type aae_clusters`."""

    kind = 'aae_clusters'

    def networks(self):
        return Networks(
            G=Network('Generator', self.architecture.generator),
            D=bounded(self, self.code_logits), C=bounded(self, self.code_logits, 'Clusters'),
            E=Network('Encoder', self.codes_and_clusters))

    def codes_and_clusters(self, x, *, training):
        """Builds E: x [N, H, W, C] -> codes [N, Z], probabilities of clusters [N, K]."""
        c, (k,) = self.config, self.config.codes
        h = self.architecture.encoder(x, None, training=training, numbers=k + c.latent_dim)
        with tf.name_scope('parts'):
            return to_support(h[:, k:], c.prior), tf.nn.softmax(h[:, :k])

    def forward(self, net, batch):
        code, clusters = net.E(batch.images, use='train')
        latent, seen = self.noised(batch, batch.noise, 'real'), self.noised(batch, code, 'fake')
        return Outputs(latent, r=net.D(latent, None, use='real'), f=net.D(seen, None, use='fake'),
                       encoded=encoding.Encoded(batch.images, code,
                                                net.G(code, clusters, use='train')),
                       clusters=self.judged(net, batch, clusters))

    def judged(self, net, batch, probabilities):
        """Applies C to one-hot vectors of a uniform cluster, and to E's probabilities."""
        k, = self.config.codes
        with ops.box('inputs/clusters'):
            drawn = uniform_label(batch.draw('uniform', [batch.noise.shape[0]], 'cluster'), k)
            real = one_hot(drawn, k)
        real = self.noised(batch, real, 'real_cluster')
        return Clusters(
            probabilities, real, r=net.C(real, None, use='real'),
            f=net.C(self.noised(batch, probabilities, 'fake_cluster'), None, use='fake'))

    def players(self, net, batch, out):
        """Returns the players of an AAE, of which D and E also play for the clusters."""
        def score(q):
            return self.objective.score(net.C(q, None, use='penalty'))
        reconstruction, d, e = super().players(net, batch, out)
        clusters, penalty = out.clusters, d.penalty
        with tf.name_scope('clusters'):
            d_loss = self.d_loss(batch, clusters, critic='C')
            e_loss = self.objective.g_loss(clusters.r, clusters.f)
            of_clusters = self.gradient_penalty(batch, score, clusters.one_hot,
                                                clusters.probabilities)
        with tf.name_scope('with_clusters'):
            if penalty is not None:
                penalty += of_clusters
            return [reconstruction, d._replace(networks=[net.D, net.C], loss=d.loss + d_loss,
                                               penalty=penalty), e._replace(loss=e.loss + e_loss)]

    def scalars(self, out):
        """Returns the numbers of an AAE, and C's accuracies, as those of D."""
        clusters = {f'clusters_{name.removeprefix("d_")}': value
                    for name, value in DCGAN.scalars(self, out.clusters).items()}
        return {**super().scalars(out), **clusters}

    def classes(self, net, x, reference, use='classes'):
        """Returns the probabilities of the clusters of images x.   [N, H, W, C] -> [N, K]"""
        def probabilities(x):
            return net.E(x, use=use, training=False)[1]
        with ops.box(use):
            return self.architecture.beside_reference(probabilities, x, reference)

    def code(self, net, x, y, use):
        code, _ = net.E(x, use=use, training=False)
        return code
