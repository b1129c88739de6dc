"""The training graph in three methods: `model`, `loss`, `optimizer`. Nothing is run here.

The boxes that TensorBoard shows: inputs, Generator_train, Generator_sample, Discriminator_real,
Discriminator_fake, losses, numerics, train_D, train_G, train, summaries. The variables themselves
stand in Generator, Generator_ema, Discriminator and global_step; saving adds save and init.

Each method calls the one before it, if nobody has, and does nothing the second time.
"""

import tensorflow as tf

from dcgan_tf import architectures, conditioning, objectives, ops, seeds
from dcgan_tf.averages import WeightAverage
from dcgan_tf.config import TYPES
from dcgan_tf.training.numerics import NumericsGuard, upstream
from dcgan_tf.training.summaries import Summaries

v1 = tf.compat.v1


class GanGraph:
    """Builds the ops of a Config in a `tf.Graph`. Attributes ending in _ph are placeholders.

    With labels (`type` cgan), G draws each image for the label of a real one in the same batch.
    """

    def __init__(self, config, graph):
        self.config = config
        self.graph = graph
        self.architecture = architectures.build(config)
        self.objective = objectives.get(config.objective)
        self.conditioned = TYPES[config.type].labels
        self.samples = self.d_loss = self.train_op = None      # made by the three methods

    def model(self):
        """Inputs and noise, two uses of the generator, two uses of the discriminator."""
        if self.samples is not None:
            return
        with self.graph.as_default(), ops.weights_from(self.config.seed):
            with tf.name_scope('inputs/'):
                self._inputs()
            with ops.network('Generator', 'train'):
                self.fake = self.architecture.generator(self.noise, self.labels_ph, training=True)
            self.average = self._average()
            with ops.network('Generator', 'sample', getter=self.average and self.average.getter):
                images = self.architecture.sample(self.z_ph, self.classes_ph, *self.reference)
                self.samples = self._to_unit(images)
            with ops.network('Discriminator', 'real'):
                self.real_logits = self._discriminator(self.real)
            with ops.network('Discriminator', 'fake'):
                self.fake_logits = self._discriminator(self.fake)

    def loss(self):
        """What D and G minimise, their sum, D's accuracy: scalars, means over the batch."""
        if self.d_loss is not None:
            return
        self.model()
        real, fake, objective = self.real_logits, self.fake_logits, self.objective
        with self.graph.as_default(), tf.name_scope('losses/'):
            self.d_loss = objective.d_loss(real, fake)
            self.g_loss = objective.g_loss(fake)
            self.loss_sum = self.d_loss + self.g_loss
            self.d_accuracy = objectives.accuracy(objective.score(real), objective.score(fake))

    def optimizer(self):
        """Two Adams joined in `train`: D's step, then G's, then G's average, then the count.

        All gradients are taken before any weight moves: G learns from the D that D's own gradient
        saw, one noise batch serves both, and no read can race with a write.
        """
        if self.train_op is not None:
            return
        self.loss()
        with self.graph.as_default():
            d_adam, d_gradients = self._gradients('train_D/', self.d_loss, 'Discriminator/')
            g_adam, g_gradients = self._gradients('train_G/', self.g_loss, 'Generator/')
            gradients = [g for g, _ in d_gradients + g_gradients]
            self._guard_against_nan([self.d_loss, self.g_loss], gradients)
            with tf.control_dependencies([self.guard.op, *gradients]), tf.name_scope('train_D/'):
                d_step = tf.group(d_adam.apply_gradients(d_gradients),
                                  *ops.update_moving_averages('Discriminator_real/'))
            with tf.control_dependencies([d_step]), tf.name_scope('train_G/'):
                g_step = tf.group(g_adam.apply_gradients(g_gradients),
                                  *ops.update_moving_averages('Generator_train/'))
            with tf.control_dependencies([g_step]), tf.name_scope('train_G/'):
                average_step = self.average.update_op() if self.average else g_step
            with tf.control_dependencies([average_step]), tf.name_scope('inputs/'):
                count_step = self.step.assign_add(1, read_value=False)
            with tf.control_dependencies([d_step, g_step, average_step, count_step]):
                self.train_op = tf.no_op('train')
            self._summaries()

    def _inputs(self):
        """Placeholders for images and latents, the step, and the noise that it determines.

        labels_ph and classes_ph are None where no label enters.
        """
        c, shape = self.config, [self.config.batch_size, self.config.z_dim]
        self.step = v1.train.create_global_step()
        self.images_ph = v1.placeholder(
            tf.uint8, [None, c.image_height, c.image_width, c.n_channels], 'images')
        self.z_ph = v1.placeholder(tf.float32, [None, c.z_dim], 'z')
        self.real = self._to_range(self.images_ph)
        if c.flip:
            self.real = ops.random_flip(self.real, seeds.derive(c.seed, 'flip'), self.step)
        self.noise = ops.noise(c.prior, shape, seeds.derive(c.seed, 'noise'), self.step)
        reference_z = ops.noise(c.prior, shape, seeds.derive(c.seed, 'reference'), 0)
        self.labels_ph = self.classes_ph = reference_y = None
        if self.conditioned:
            classes = len(c.class_names)
            self.labels_ph = v1.placeholder(tf.int32, [None], 'labels')       # of the real images
            self.classes_ph = v1.placeholder(tf.float32, [None, classes], 'classes')   # of z_ph
            reference_y = conditioning.one_hot(tf.range(c.batch_size) % classes, classes)
        self.reference = reference_z, reference_y

    def _discriminator(self, x):
        return self.architecture.discriminator(x, self.labels_ph, training=True,
                                               logits=self.objective.logits)

    def _average(self):
        """The average of all that the generator consists of, or None."""
        if not self.config.ema:
            return None
        return WeightAverage(v1.global_variables('Generator/'), self.config.ema, self.step)

    def _gradients(self, scope, loss, network):
        """An Adam and its (gradient, variable) pairs; every weight of the network must have one."""
        c = self.config
        with tf.name_scope(scope):
            adam = v1.train.AdamOptimizer(c.learning_rate, c.beta1, c.beta2)
            pairs = adam.compute_gradients(loss, v1.trainable_variables(network))
        idle = [v.op.name for g, v in pairs if g is None]
        if idle:
            raise ValueError(f'the loss does not depend on {", ".join(idle)}')
        return adam, pairs

    def _guard_against_nan(self, losses, gradients):
        """Watches all that is written, and with check_numerics all that it comes from."""
        with tf.name_scope('numerics/'):
            watched = ops.moments_to_follow() + losses + gradients
            if self.config.check_numerics:
                self.guard = NumericsGuard(upstream(watched))
            else:
                self.guard = NumericsGuard(
                    watched, hint='. --check-numerics names the op where it began')

    def _summaries(self):
        scalars = {'losses/d': self.d_loss, 'losses/g': self.g_loss, 'losses/sum': self.loss_sum,
                   'd_accuracy': self.d_accuracy}
        weights = v1.trainable_variables('Generator/') + v1.trainable_variables('Discriminator/')
        self.summaries = Summaries(scalars, weights, self.config.n_channels)

    def _to_range(self, pixels):
        """uint8 0..255 -> float32 in the architecture's value range. The one place that scales."""
        low, high = self.architecture.value_range
        return tf.cast(pixels, tf.float32) / 255.0 * (high - low) + low

    def _to_unit(self, x):
        """The architecture's value range -> [0, 1]."""
        low, high = self.architecture.value_range
        return (x - low) / (high - low)
