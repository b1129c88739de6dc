"""The training graph in three methods: `model`, `loss`, `optimizer`. Nothing is run here.

The boxes that TensorBoard shows: inputs, Generator_train, Generator_sample, Discriminator_real,
Discriminator_fake, losses, numerics, train_D, train_G, train, summaries. The variables themselves
stand in Generator, Generator_ema, Discriminator and global_step; saving adds save and init. A
penalty adds Discriminator_penalty, unless it is r1, which takes the D at hand; a lazy one
`penalty`, its last value, and train_with_penalty, the steps that have it; mode_regularised an
Encoder and two uses more, `unroll` D's uses some steps ahead, such as
Discriminator_real_unrolled_1, and `features`, a method that nothing else calls,
Discriminator_features. `steps_per_run` adds many_steps.

Each method calls the one before it, if nobody has, and does nothing the second time.
"""

import contextlib

import tensorflow as tf

from dcgan_tf import networks, ops, seeds
from dcgan_tf.config import chosen
from dcgan_tf.distributed.cluster import batch_per_worker
from dcgan_tf.distributed.stop_requests import StopRequests
from dcgan_tf.errors import UsageError
from dcgan_tf.losses import objectives, penalties
from dcgan_tf.model import steps
from dcgan_tf.model.discriminator import Discriminator
from dcgan_tf.model.learners import adams
from dcgan_tf.model.losses import d_outputs, losses
from dcgan_tf.networks import conditioning
from dcgan_tf.networks.weight_average import WeightAverage
from dcgan_tf.show.inversion import Inversion
from dcgan_tf.train_ops.many_steps import ManySteps
from dcgan_tf.train_ops.summaries import Summaries

v1 = tf.compat.v1


class GanGraph:
    """Builds the ops of a Config in a `tf.Graph`. Attributes ending in _ph are placeholders.

    With labels (`type` cgan), G draws each image for the label of a real one in the same batch.
    """

    def __init__(self, config, graph, worker=None):
        """worker: a `distributed.Worker`, one of several; None = this process trains alone."""
        self.config = config
        self.graph, self.worker = graph, worker
        self.first = worker is None or worker.cluster.first      # is a run folder its own?
        self.share = (worker.collectives.batch_shard(norm=config.sync_batch_norm) if worker
                      else ops.BatchShard())
        if worker and config.steps_per_run > 1:
            raise UsageError(f'--steps-per-run {config.steps_per_run}: several workers make one '
                             'step a run')
        self.own_batch = batch_per_worker(config.batch_size, self.share.count)
        self.architecture = networks.build(config)
        self.objective = objectives.get(config.objective)
        self.penalty = penalties.get(config.penalty)
        self.conditioned = config.conditioned
        self.samples = self.d_loss = self.train_op = None      # made by the three methods
        self.d_features = self.reference_ph = None             # made by `features`
        self.inverter = None                                   # made by `inversion`

    def model(self):
        """Inputs and noise, two uses of the generator, two uses of the discriminator."""
        if self.samples is not None:
            return
        with self._building():
            with tf.name_scope('inputs/'):
                self._inputs()
            with ops.network('Generator', 'train'):
                self.fake = self.architecture.generator(self.noise, self.labels_ph, training=True)
            self.average = self._average()
            self.samples = self.sample(self.z_ph, self.classes_ph, self.reference,
                                       self.average and self.average.getter)
            self.discriminator = Discriminator(self.architecture, self.config, self.batch_count)
            with tf.name_scope('inputs/'):
                self.seen_real = self.discriminator.disturbed(self.real, 'real')
                self.seen_fake = self.discriminator.disturbed(self.fake, 'fake')
            self.outputs = d_outputs(self, self.discriminator)
            self.real_logits, self.fake_logits = self.outputs.real, self.outputs.fake
            self.rebuilt = self._rebuilt() if self.penalty.encoder else None

    def loss(self):
        """What D and G minimise, their sum, D's accuracy: scalars, means over the batch.

        With a lazy penalty there are two kinds of steps; these are of those with the penalty, and
        `losses` has both. The Adams are made before: with `unroll` G's loss depends on how D
        learns.
        """
        if self.d_loss is not None:
            return
        self.model()
        with self._building():
            self.d_adam, self.g_adam = adams(self.config, self.step)
            self.losses = losses(self)
        self.d_loss, self.g_loss, self.scalars, _ = self.losses[0]
        self.loss_sum, self.d_accuracy = self.scalars['losses/sum'], self.scalars['d_accuracy']

    def optimizer(self):
        """Two Adams joined in `train`: D's step, then G's, then G's average, then the count.

        A step is made of `runs` of the session, most often of one, whose op is `train_op`. With a
        lazy penalty there are two kinds of steps: `kind_of` says which comes when, and these are of
        those with the penalty.
        """
        if self.train_op is not None:
            return
        self.loss()
        with self.graph.as_default(), ops.batch_shard(self.share):
            self.wishes = StopRequests(self.worker.collectives) if self.worker else None
            self.kinds = steps.kinds(self)
            self.learners, self.shown, self.runs, _ = self.kinds[0]
            self.train_op = self.runs[-1].op
            weights = v1.trainable_variables('Generator/') + v1.trainable_variables(
                'Discriminator/')
            self.summaries = Summaries(weights, self.config.n_channels)
            self.many_steps = ManySteps(self) if self.config.steps_per_run > 1 else None

    def kind_of(self, index):
        """The `steps.Kind` of the step with this index, from 0: the first has its penalty."""
        return self.kinds[self.config.lazy_penalty and index % self.config.penalty_every > 0]

    def features(self):
        """One use of D more, on images_ph as they are: `d_features` [N, F].

        Without averages D's batch norm needs reference_ph, real images; else that stays None.
        """
        if self.d_features is not None:
            return
        self.model()
        with self.graph.as_default():
            with tf.name_scope('inputs/'):
                images, reference = self._to_range(self.images_ph), None
                if self.architecture.d_needs_reference:
                    shape = [self.architecture.reference, *self.images_ph.shape[1:]]
                    self.reference_ph = v1.placeholder(tf.uint8, shape, 'reference')
                    reference = self._to_range(self.reference_ph)
            self.d_features = self.discriminator.features(images, reference)

    def sample(self, z, y, reference, getter=None):
        """The use of G that makes pictures, in whatever graph is open now.

        z [N, Z], labels y or None, the reference batch of `Architecture.sample`; getter: a custom
        getter of `ops.network`.   -> images [N, H, W, C] in [0, 1]
        """
        with (ops.precision_scope('float32'),          # as in what is exported, and there is time
              ops.network('Generator', 'sample', getter=getter)):
            return self._to_unit(self.architecture.sample(z, y, *reference))

    def inversion(self):
        """How far the images of z_ph are from images_ph, and its slope: what `invert` follows."""
        if self.inverter is None:
            self.model()
            with self.graph.as_default():
                self.inverter = Inversion(self)

    def to_range(self, x):
        """Images in [0, 1] -> the architecture's value range. The one place that scales."""
        low, high = self.architecture.value_range
        return x * (high - low) + low

    @contextlib.contextmanager
    def _building(self):
        """In here networks are used in training: in our graph, from our seed, in our precision."""
        with (self.graph.as_default(), ops.weights_from(self.config.seed),
              ops.precision_scope(chosen(self.config.precision)), ops.batch_shard(self.share)):
            yield

    def _inputs(self):
        """Placeholders for images and latents, the step, and the noise that it determines.

        labels_ph and classes_ph are None where no label enters.
        """
        c, shape = self.config, [self.config.batch_size, self.config.z_dim]
        own_shape = [self.own_batch, c.z_dim]
        self.step = self.batch_count = v1.train.create_global_step()
        self.batch_in_step_ph = None
        if c.batches_per_step > 1:                   # each has draws of its own
            self.batch_in_step_ph = v1.placeholder_with_default(
                tf.constant(0, tf.int64), [], 'batch_in_step')
            self.batch_count = self.step * c.batches_per_step + self.batch_in_step_ph
        self.images_ph = v1.placeholder(
            tf.uint8, [None, c.image_height, c.image_width, c.n_channels], 'images')
        self.z_ph = v1.placeholder(tf.float32, [None, c.z_dim], 'z')
        self.real = self._to_range(self.images_ph)
        if c.flip:
            self.real = ops.random_flip(self.real, seeds.derive(c.seed, 'flip'), self.batch_count)
        self.noise_seed_ph = v1.placeholder_with_default(
            tf.constant(self.noise_seed(0), tf.int64), [], 'noise_seed')
        self.noise = ops.noise(c.prior, own_shape, self.noise_seed_ph, self.batch_count)
        reference_z = ops.noise(c.prior, shape, seeds.derive(c.seed, 'reference'), 0, rows=None)
        self.labels_ph = self.classes_ph = reference_y = None
        if self.conditioned:
            classes = len(c.class_names)
            self.labels_ph = v1.placeholder(tf.int32, [None], 'labels')       # of the real images
            self.classes_ph = v1.placeholder(tf.float32, [None, classes], 'classes')   # of z_ph
            reference_y = conditioning.one_hot(tf.range(c.batch_size) % classes, classes)
        self.reference = reference_z, reference_y

    def noise_seed(self, rollbacks):
        """Of G's noise after so many rollbacks: the same again would collapse again."""
        return seeds.derive(self.config.seed, 'noise', *([rollbacks] if rollbacks else []))

    def _rebuilt(self):
        """Real images through an encoder and G: what G would have to draw to have them in reach."""
        with ops.network('Encoder', 'real'):
            code = self.architecture.discriminator(self.real, self.labels_ph, training=True,
                                                   logits=self.config.z_dim)
        with ops.network('Generator', 'rebuilt'):
            return self.architecture.generator(code, self.labels_ph, training=True)

    def _average(self):
        """The average of all that the generator consists of, or None."""
        if not self.config.ema:
            return None
        return WeightAverage(v1.global_variables('Generator/'), self.config.ema, self.step)

    def _to_range(self, pixels):
        """uint8 0..255 -> float32 in the architecture's value range."""
        return self.to_range(tf.cast(pixels, tf.float32) / 255.0)

    def _to_unit(self, x):
        """The architecture's value range -> [0, 1]."""
        low, high = self.architecture.value_range
        return (x - low) / (high - low)
