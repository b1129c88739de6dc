"""The InfoGAN of Chen et al. 2016, arXiv 1606.03657: `--type infogan`.

    z, c, u -> G -> fake     fake -> D -> f, features -> Q -> what c and u were     real -> D -> r

c are categorical codes, each with K values of equal probability. u are continuous codes, which have
the prior of z; they are the last numbers of the latent. The network Q works on D's last features
and has to tell the codes from the image. So G learns to show them: the codes become what varies
most in the data, such as the digit, and no label is needed. Equations 5 and 6 of the paper:

    L_I = E log Q(c | G(z, c, u)) + H(c) + v (E log Q(u | G(z, c, u)) + H(u))
    D and Q minimise   objective.d_loss(r, f) - w L_I
    G minimises        objective.g_loss(r, f) - w L_I

With v = 1, L_I is at most the mutual information of codes and images. w is `info_weight`, 1 in the
paper, and v `continuous_weight`, 1 in the authors' program. Q's loss is a part of D's, as there.
"""

import math
from typing import NamedTuple

import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.networks.conditioning import one_hots, uniform_label
from dcgan_tf.networks.network import Network
from dcgan_tf.systems.base import Player
from dcgan_tf.systems.dcgan import DCGAN, bounded

UNITS = 128                      # of Q's hidden layer
LEAST_LOG_DEVIATION = -3.0       # a smaller one would let L_I grow without bound
ENTROPY = {'uniform': math.log(2.0), 'normal': 0.5 * math.log(2.0 * math.pi * math.e)}


class Networks(NamedTuple):
    """The generator, the discriminator, and the network that finds the codes."""

    G: Network                   # z [N, Z], one-hot codes [N, K] -> images [N, H, W, C]
    D: Network                   # images [N, H, W, C] -> logits [N, L], features of any shape
    Q: Network                   # D's features -> a `Found`


class Found(NamedTuple):
    """What Q says of the codes of N images."""

    logits: tuple                # of each categorical code: [N, K_j]
    mean: tf.Tensor              # [N, U], of the continuous codes
    log_deviation: tf.Tensor     # [N, U], logarithm of the standard deviation


class Information(NamedTuple):
    """L_I in nats: of each categorical code, and of all continuous codes together."""

    categorical: tuple           # of each code: [], from below 0 to ln K, where Q is always right
    continuous: tf.Tensor        # []


class Outputs(NamedTuple):
    """What the networks return for a batch."""

    fake: tf.Tensor              # [N, H, W, C]
    augmented_real: tf.Tensor    # [N, H, W, C], real images as D sees them
    augmented_fake: tf.Tensor    # [N, H, W, C], fake images as D sees them
    r: tf.Tensor                 # [N, L], D's output for real images
    f: tf.Tensor                 # [N, L], D's output for fake images
    codes: tuple                 # of each categorical code: [N] int32, what G was given
    found: Found                 # the codes that Q finds in the fake images
    information: Information


class InfoGAN(DCGAN):
    """`--type infogan`. Every objective but ebgan can be used."""

    kind, labels_for_d = 'infogan', False

    def networks(self):
        return Networks(G=Network('Generator', self.architecture.generator),
                        D=discriminator(self), Q=Network('Recognition', self.find))

    def forward(self, net, batch):
        with ops.box('inputs/codes'):
            codes = self.draw_codes(batch)
            joined, continuous = (one_hots(codes, self.config.codes),
                                  batch.noise[:, self.config.z_dim:])
        fake = net.G(batch.noise, joined, use='train')
        augmented_real, augmented_fake = self.seen_by_d(batch, fake)
        r, _ = net.D(augmented_real, use='real')
        f, features = net.D(augmented_fake, use='fake')
        found = net.Q(features, use='fake')
        return Outputs(fake, augmented_real, augmented_fake, r, f, codes, found,
                       self.information(codes, continuous, found))

    def players(self, net, batch, out):
        d, g = self.d_loss(batch, out), self.objective.g_loss(out.r, out.f)
        with tf.name_scope('with_information'):
            c = self.config
            weighted = c.info_weight * sum(out.information.categorical,
                                           c.continuous_weight * out.information.continuous)
            d, g = d - weighted, g - weighted
        return [Player('D', [net.D, net.Q], d, self.d_penalty(net, batch, out)),
                Player('G', [net.G], g)]

    def score(self, net, x, y, **use):
        return self.objective.score(net.D(x, **use)[0])

    def draw_codes(self, batch):
        """Draws the categorical codes: uniform, a function of (seed, step).   -> [N] int32 each"""
        rows = [batch.noise.shape[0]]
        return tuple(uniform_label(batch.draw('uniform', rows, 'code', number), size)
                     for number, size in enumerate(self.config.codes, 1))

    def find(self, h, *, training):
        """Builds Q: a hidden layer, then a number for each value of each code.   -> Found

        It has batch norm if D has. h: D's last features.
        """
        c, norms = self.config, self.architecture.norms
        normed = norms.d == 'batch'
        with tf.name_scope('q1_linear'):
            h = ops.linear(h, 'q1_linear', UNITS, use_bias=not normed or norms.bias_before)
            h = ops.leaky_relu(norms.of_d(h, 'q1_norm', training) if normed else h, 0.1)
        learnt = c.code_variance == 'learnt'
        y = ops.linear(h, 'q2_linear', sum(c.codes) + c.continuous * (2 if learnt else 1))
        with tf.name_scope('codes'):
            *logits, rest = tf.split(y, [*c.codes, y.shape[-1] - sum(c.codes)], axis=1)
            mean, log_deviation = rest[:, :c.continuous], tf.zeros_like(rest)
            if learnt:
                above = tf.nn.softplus(rest[:, c.continuous:] - LEAST_LOG_DEVIATION)
                log_deviation = LEAST_LOG_DEVIATION + above
        return Found(tuple(logits), mean, log_deviation)

    def information(self, codes, u, found):
        """Returns the Information that `found` has of the codes and of the continuous codes u.

        A continuous code with a fixed variance: E log N(u; mean, 1) - E log N(u; 0, 1), as in the
        authors' program, which is 0 if Q knows nothing, and at best 1/6 for a uniform code and 1/2
        for a normal one. With a learnt variance: H(u) + E log N(u; mean, variance), where H(u) is
        the entropy of the prior.
        """
        with ops.box('losses'), tf.name_scope('information'):
            categorical = tuple(
                math.log(size) - tf.reduce_mean(
                    tf.nn.sparse_softmax_cross_entropy_with_logits(labels=code, logits=logits))
                for size, code, logits in zip(self.config.codes, codes, found.logits, strict=True))
            error = tf.square((u - found.mean) * tf.exp(-found.log_deviation))
            if self.config.code_variance == 'learnt':
                known = ENTROPY[self.config.prior] - 0.5 * math.log(2.0 * math.pi)
                each = known - found.log_deviation - 0.5 * error
            else:
                each = 0.5 * (tf.square(u) - error)
            return Information(categorical, tf.reduce_mean(tf.reduce_sum(each, axis=1)))

    def scalars(self, out):
        """Returns D's accuracies and the information of both kinds of codes.

        The best value of `information`, of the categorical codes, is the sum of ln K.
        """
        categorical, continuous = out.information
        return {**super().scalars(out), 'information': sum(categorical),
                'continuous_information': continuous,
                **{f'information/code_{k}': value for k, value in enumerate(categorical, 1)}}

    def classes(self, net, x, reference, use='classes'):
        def features(x):
            return self.architecture.hidden(x, None, training=False)

        def probabilities(h):
            found = self.find(h, training=False)
            return tf.concat([tf.nn.softmax(logits) for logits in found.logits], axis=1)
        with ops.box(use):
            return self.architecture.beside_reference(
                lambda x: net.Q.apply(probabilities, net.D.apply(features, x, use=use), use=use),
                x, reference)


def discriminator(system):
    """Builds D, which also returns the features that Q gets."""
    architecture, logits = system.architecture, system.objective.logits

    def build(x, *, training):
        h = architecture.hidden(x, None, training=training)
        return architecture.head(h, logits), h
    return bounded(system, build)
