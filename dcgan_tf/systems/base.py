"""The contract of a GAN system: all that the author of a new one has to know.

A system says which networks there are, how they are used on a batch, and what each player
minimises: three functions without state. The engine in train_ops/ makes one training step of it.
"""

import abc
from collections.abc import Callable
from typing import NamedTuple

import tensorflow as tf

from dcgan_tf import networks, ops, seeds
from dcgan_tf.losses import objectives, penalties
from dcgan_tf.optimizers import Optimizer


class Batch(NamedTuple):
    """What the networks are given in one step. N: the images of this worker."""

    images: tf.Tensor            # [N, H, W, C] in the networks' range of values
    noise: tf.Tensor             # [N, Z], a pure function of (seed, number)
    labels: tf.Tensor | None     # [N] int32; None where no label enters
    step: tf.Tensor              # [] int64: training steps that are done
    number: tf.Tensor            # [] int64: of this batch; a step may take several
    draw: Callable               # (prior, shape, *names) -> more noise of this batch


class Player(NamedTuple):
    """One optimizer, which moves the weights of `networks` so that `loss` falls.

    Its ops stand in the box train_NAME, its numbers in the columns name_loss and name_gradient.
    """

    name: str
    networks: list
    loss: tf.Tensor                      # []
    penalty: tf.Tensor | None = None     # [] before its weight; added every `penalty_every` steps
    optimizer: Optimizer | None = None   # None = the run's Adam
    gate: tf.Tensor | None = None        # [] bool: where False, its weights stay in this step
    after: Callable = list               # makes the ops that run after each of its updates


class System(abc.ABC):
    """One kind of GAN. It keeps nothing but its options.

    critics, others: the names of the players. Critics learn d_steps times a step, the others
    g_steps times. moves: 'together' = all gradients are taken before any weight moves; 'in turn' =
    each player moves after the ones before it, on a batch of its own. averaged: the fields of
    `networks` whose weights are averaged over the steps, for pictures.
    """

    critics, others = ('D',), ('G',)
    moves = 'together'
    averaged = ('G',)

    def __init__(self, config):
        self.config = config
        self.architecture = networks.build(config)
        self.objective = objectives.get(config.objective)

    @abc.abstractmethod
    def networks(self):
        """The networks, as a NamedTuple of `Network`."""

    @abc.abstractmethod
    def forward(self, net, batch):
        """The uses of the networks on a Batch, as any NamedTuple: the outputs."""

    @abc.abstractmethod
    def players(self, net, batch, out):
        """The Players, in the order in which they move. net, out: as of `networks`, `forward`."""

    @abc.abstractmethod
    def sample(self, net, z, y, reference):
        """z [N, Z], labels y or None -> images [N, H, W, C] in the networks' range.

        reference: latents and labels of the batch that normalises the others where batch norm
        keeps no averages.
        """

    def scalars(self, out):
        """More numbers to show: name -> tensor []. One without a slash is a column of log.csv."""
        return {}

    def augment(self, batch, x, name):
        """The images as the discriminator sees them: augmented, with noise that fades.

        Zhao et al. 2020, arXiv 2006.10738: the same kinds of change for real and fake images, each
        with draws of its own. Noise: Arjovsky and Bottou 2017, arXiv 1701.04862, section 3.
        [N, H, W, C] -> the same
        """
        c, half = self.config, self.architecture.half_range
        seed = seeds.derive(c.seed, 'disturb', name)
        if c.diff_augment:
            middle = self.architecture.value_range[0] + half                  # of (-1, 1): 0
            x = middle + half * ops.diff_augment((x - middle) / half, c.diff_augment, seed,
                                                 batch.number)
        if c.instance_noise:
            done = tf.cast(batch.step, tf.float32) / c.instance_noise_steps
            sigma = c.instance_noise * tf.maximum(1.0 - done, 0.0)
            x += half * sigma * ops.noise('normal', tf.shape(x), seed, batch.number)
        return x

    def gradient_penalty(self, batch, score, real, fake):
        """The penalty of D's gradient that the Config asks for, before its weight; None = none.

        score: images [N, H, W, C] -> [N], > 0 where D says "real".
        """
        penalty = penalties.get(self.config.penalty)
        if penalty.of_d is None:
            return None

        def random(shape, *name):                                                     # in (0, 1)
            return (batch.draw('uniform', shape, 'penalty', *name) + 1.0) / 2.0
        shape = tf.shape(real)
        with tf.name_scope('losses/penalty/'):
            return penalty.of_d(score, real, fake, random(shape),
                                random([shape[0], 1, 1, 1], 'share'))
