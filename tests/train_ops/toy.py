"""A system of three players on networks of three weights each, and its steps in plain NumPy.

    p(z) = z . p      q(z) = z . q      s(z) = z . s            z [N, 3], the noise

    A, the critic    p and s    E (p(z) - s(z))^2
    B                q          E (q(z) + p(z))^2
    C                s          E (s(z) - q(z) - 1)^2

So one network, s, belongs to two players, and each loss depends on a network of another player.
"""

from typing import NamedTuple

import numpy as np
import tensorflow as tf

from dcgan_tf import ops, seeds
from dcgan_tf.networks.network import Network
from dcgan_tf.systems.base import Player, System


class Networks(NamedTuple):
    """Each [N, 3] -> [N]."""

    P: Network
    Q: Network
    S: Network


class Outputs(NamedTuple):
    """Each [N]."""

    p: tf.Tensor
    q: tf.Tensor
    s: tf.Tensor


def dot(z, *, training):
    return tf.linalg.matvec(z, ops.weight([3], ops.truncated_normal(1.0)))


class Toy(System):
    """options: name of a player -> more fields of its Player, such as an optimizer."""

    critics, others = ('A',), ('B', 'C')
    generator, averaged = 'Q', ('Q', 'S')

    def __init__(self, config, *, moves='together', clip=0.0, **options):
        super().__init__(config)
        self.moves, self.clip, self.options = moves, clip, options

    def networks(self):
        return Networks(Network('P', dot, clip=self.clip), Network('Q', dot), Network('S', dot))

    def forward(self, net, batch):
        return Outputs(*(network(batch.noise, use='train') for network in net))

    def players(self, net, batch, out):
        losses = {'A': out.p - out.s, 'B': out.q + out.p, 'C': out.s - out.q - 1.0}
        learnt = {'A': [net.P, net.S], 'B': [net.Q], 'C': [net.S]}
        return [Player(name, learnt[name], tf.reduce_mean(tf.square(x)),
                       **self.options.get(name, {})) for name, x in losses.items()]

    def scalars(self, out):
        return {'p_mean': tf.reduce_mean(out.p), 'p_mean/twice': 2.0 * tf.reduce_mean(out.p)}

    def sample(self, net, z, y, reference):
        made = net.Q.apply(dot, z, use='sample', training=False)
        shape = [1, *self.architecture.size, self.config.n_channels]
        return tf.ones(shape, made.dtype) * made[:, None, None, None]


def gradients(weights, z):
    """Name of a player -> name of a network -> the gradient of its loss, by hand."""
    p, q, s = (z @ weights[name] for name in 'PQS')

    def of_square(x):
        return 2.0 * (x[:, None] * z).mean(axis=0)
    return {'A': {'P': of_square(p - s), 'S': -of_square(p - s)},
            'B': {'Q': of_square(q + p)},
            'C': {'S': of_square(s - q - 1.0)}}


def noises(config, count):
    """The noise [N, 3] of the first batches of a training."""
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        seed = seeds.derive(config.seed, 'noise')
        return [session.run(ops.noise(config.prior, [config.batch_size, 3], seed, number))
                for number in range(count)]


class Literal:
    """Adam, momentum and RMSProp of one weight, as their docstrings have them."""

    def __init__(self, kind, rate, **constants):
        self.kind, self.rate, self.constants = kind, rate, constants
        self.m = self.v = np.zeros(3)
        self.t = 0

    def __call__(self, w, g, rate=None):
        rate, self.t = self.rate if rate is None else rate, self.t + 1
        if self.kind == 'momentum':
            self.m = self.constants['momentum'] * self.m + g
            return w - rate * self.m
        if self.kind == 'rmsprop':
            decay = self.constants['decay']
            self.v = decay * self.v + (1 - decay) * g * g
            return w - rate * g / np.sqrt(self.v + 1e-8)
        beta1, beta2 = self.constants['beta1'], self.constants['beta2']
        self.m = beta1 * self.m + (1 - beta1) * g
        self.v = beta2 * self.v + (1 - beta2) * g * g
        scale = rate * np.sqrt(1 - beta2 ** self.t) / (1 - beta1 ** self.t)
        return w - scale * self.m / (np.sqrt(self.v) + 1e-8)
