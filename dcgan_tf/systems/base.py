"""The contract of a GAN system: all that the author of a new system has to know.

A system says which networks there are, how they are used on a batch, and what each player
minimises. It does so in three functions without state. From these the engine in train_ops/ builds
one training step.
"""

import abc
from collections.abc import Callable
from typing import NamedTuple

import tensorflow as tf

from dcgan_tf import networks, ops, seeds
from dcgan_tf.config import no_encoder
from dcgan_tf.errors import UsageError
from dcgan_tf.losses import objectives
from dcgan_tf.losses.penalties import PENALTIES
from dcgan_tf.optimizers import Optimizer


class Batch(NamedTuple):
    """The tensors that the networks get in one step. N is the number of images of this worker."""

    images: tf.Tensor            # [N, H, W, C] in the networks' range of values
    noise: tf.Tensor             # [N, Z], a pure function of (seed, number)
    labels: tf.Tensor | None     # [N] int32; None if the networks take no labels
    step: tf.Tensor              # [] int64: training steps done so far
    number: tf.Tensor            # [] int64: number of this batch; a step may use several
    draw: Callable               # (prior, shape, *names) -> more noise for this batch


class Player(NamedTuple):
    """One optimizer, which changes the weights of `networks` so that `loss` becomes smaller.

    Its ops are in the box train_NAME. Its numbers are in the columns name_loss and name_gradient.
    """

    name: str
    networks: list
    loss: tf.Tensor                      # []
    penalty: tf.Tensor | None = None     # [] before its weight; added every `penalty_every` steps
    optimizer: Optimizer | None = None   # None = the run's Adam
    gate: tf.Tensor | None = None        # [] bool; if False, its optimizer changes nothing
    after: Callable = list               # returns ops to run after each of its updates
    rate: float = 1.0                    # factor of its learning rate


class System(abc.ABC):
    """One kind of GAN. It stores its options, and what follows from them.

    kind: the row of `config.TYPES` whose facts hold for a class of your own, which --type
    FILE.py:NAME names: whether it has labels, and which options and metrics it takes.
    ignores: those options of the training that it does not read; their flags are refused.
    critics, others: the names of the players. Critics learn `d_steps` times in a training step, the
    others `g_steps` times.
    moves: 'together' = all gradients are computed before any weight changes; 'in turn' = each
    player moves after the players before it, on a batch of its own.
    generator: the field of `networks` that makes images from latents.
    averaged: the fields whose weights are averaged over the steps. The averages make the pictures.
    learns_latents: does the generator learn from latents of the prior? Then batch norm is measured
    with such latents for the averages, so `sample` is called a second time: train_ops/standing.py.
    features_of: the network that has learnt the `features` of images.
    """

    kind, ignores = 'gan', ()
    critics, others = ('D',), ('G',)
    moves = 'together'
    generator = 'G'
    averaged = ('G',)
    learns_latents = True
    features_of = 'D'

    def __init__(self, config):
        self.config = config
        self.architecture = networks.build(config)
        self.objective = objectives.get(config.objective, config.code)

    @abc.abstractmethod
    def networks(self):
        """Returns the networks, as a NamedTuple of `Network`."""

    @abc.abstractmethod
    def forward(self, net, batch):
        """Applies the networks to a Batch. Returns the outputs, as any NamedTuple."""

    @abc.abstractmethod
    def players(self, net, batch, out):
        """Returns the Players, in the order in which they move.

        net: the networks, as `networks` returns them. out: the outputs, as `forward` returns them.
        """

    @abc.abstractmethod
    def sample(self, net, z, y, reference):
        """Generates images: z [N, Z], labels y or None -> [N, H, W, C] in the networks' range.

        reference: the latents and labels of a fixed batch. It normalises the other images if batch
        norm keeps no averages.
        """

    def scalars(self, out):
        """Returns more numbers to show, as name -> tensor [].

        A number whose name has no slash is a column of log.csv.
        """
        return {}

    def features(self, net, x, reference, use='features'):
        """Returns what a network has learnt to see in images x [N, H, W, C].   -> [N, F]

        reference: images that normalise the others if batch norm keeps no averages, else None.
        use: the name of this use of the network. UsageError if the system has no such features.
        """
        raise UsageError(f'--type {self.config.type} has no features of images')

    @property
    def has_features(self) -> bool:
        """Tells whether the system has features of images."""
        return type(self).features is not System.features

    def classes(self, net, x, reference, use='classes'):
        """Returns how probable a network finds each class of images x.   [N, H, W, C] -> [N, K]

        An infogan has codes in place of classes, one after the other: K is the sum of their sizes,
        and the probabilities of each code have the sum 1. An aae_clusters has clusters. reference,
        use: see `features`. UsageError if no network has learnt it.
        """
        raise UsageError(f'--type {self.config.type} has no network that tells classes')

    def scores(self, net, x, y, reference, use='scores'):
        """Returns how real a critic finds images, outside of a training step.   -> [N]

        x [N, H, W, C], labels y int32 or None. Larger = more real. The images are not augmented,
        and batch norm reads its averages. reference: see `features`; the labels of these images
        come first in y. UsageError if the system has no such critic.
        """
        raise UsageError(f'--type {self.config.type} has no network that tells real images from '
                         'generated ones')

    @property
    def has_encoder(self) -> bool:
        """Tells whether an encoder finds the latents of images."""
        return type(self).encode is not System.encode

    @property
    def has_scores(self) -> bool:
        """Tells whether a critic judges images."""
        return type(self).scores is not System.scores

    def encode(self, net, x, y, reference, use='encode'):
        """Returns the latents of images x by the encoder.   [N, H, W, C] -> [N, Z]

        Batch norm reads its averages. y, reference: see `scores`. UsageError if there is no
        encoder.
        """
        raise UsageError(no_encoder(self.config))

    def augment(self, batch, x, name, like=''):
        """Returns the images as the discriminator sees them: augmented, with noise that fades.

        Augmentation: Zhao et al. 2020, arXiv 2006.10738. Real and fake images get the same kinds of
        change, each with random numbers of its own. like: the name of images which this x has to
        match, and whose random numbers it gets. Noise: Arjovsky and Bottou 2017, arXiv 1701.04862,
        section 3.   [N, H, W, C] -> [N, H, W, C]
        """
        c, half = self.config, self.architecture.value_range.half
        seed = seeds.derive(c.seed, 'disturb', like or name)
        with ops.box('augmented'), tf.name_scope(name):
            if c.diff_augment:
                centre = self.architecture.value_range.low + half          # 0 for the range (-1, 1)
                x = centre + half * ops.diff_augment((x - centre) / half, c.diff_augment, seed,
                                                     batch.number)
            return self.with_fading_noise(batch, x, seed, half)

    def with_fading_noise(self, batch, x, seed, unit):
        """Returns x with the noise of `instance_noise`, [N, ...]. unit: of its deviation."""
        c = self.config
        if c.instance_noise:
            done = tf.cast(batch.step, tf.float32) / c.instance_noise_steps
            sigma = c.instance_noise * tf.maximum(1.0 - done, 0.0)
            x += unit * sigma * ops.noise('normal', tf.shape(x), seed, batch.number)
        return x

    def gradient_penalty(self, batch, score, real, fake):
        """Returns the penalty of D's gradient before its weight, or None.

        The Config chooses the penalty. score: a function, what D sees [N, ...] -> [N], which is > 0
        where D says "real".
        """
        penalty = PENALTIES[self.config.penalty]
        if penalty.d_penalty is None:
            return None

        def random(shape, *name):                                                     # in (0, 1)
            return (batch.draw('uniform', shape, 'penalty', *name) + 1.0) / 2.0
        with tf.name_scope('penalty'):
            return penalty.d_penalty(score, real, fake, random)
