"""Trains with a plain v1 graph: `tf.maximum`, `tf.nn.moments`, TensorFlow's Adam and feed_dict.

It is like programs from the years of the paper: NumPy scales the pixels and draws the noise.
"""

import numpy as np
import tensorflow as tf

from peers.net import EPSILON, KERNEL, MOMENTUM, SIGMA, STRIDE, of

v1 = tf.compat.v1


class Plain:
    """Has the networks of a Config; `step` trains them on one batch."""

    def __init__(self, config, images, threads):
        self._config, self._net, self._images = config, of(config), images
        self._random, self._done = np.random.default_rng(config.seed), 0
        self._graph = tf.Graph()
        with self._graph.as_default():
            self._build()
            self._session = v1.Session(config=v1.ConfigProto(
                intra_op_parallelism_threads=threads, inter_op_parallelism_threads=threads))
            self._session.run(v1.global_variables_initializer())

    def step(self):
        """Makes one training step, of D and of G, in one run of the session."""
        c = self._config
        indices = self._random.integers(len(self._images), size=c.batch_size)
        due = c.penalty == 'r1' and self._done % c.penalty_every == 0
        self._session.run(self._with_penalty if due else self._without, {
            self._x: self._net.scaled(self._images[indices]), self._z: self._latents(c.batch_size)})
        self._done += 1

    def generate(self, n):
        """Returns n images [n, H, W, C] in the range of G's output."""
        return self._session.run(self._samples, {self._z: self._latents(n)})

    def weights(self):
        """Returns {name in this project: array}."""
        with self._graph.as_default():
            return {v.op.name: self._session.run(v) for v in v1.trainable_variables()}

    def load(self, values):
        """Sets the weights: {name: array} of another way's `weights`."""
        with self._graph.as_default():
            for variable in v1.trainable_variables():
                variable.load(values[variable.op.name], self._session)

    def losses(self, real, z, *, penalty=False):
        """Returns the losses of D and G, of images uint8 [N, H, W, C] and latents [N, Z]."""
        d_loss = self._penalised if penalty else self._d_loss
        return self._session.run((d_loss, self._g_loss), {self._x: self._net.scaled(real),
                                                          self._z: z})

    def _latents(self, n):
        return np.float32(self._random.uniform(-1, 1, [n, self._net.z_dim]))

    def _build(self):
        c, net = self._config, self._net
        self._x = v1.placeholder(tf.float32, [None, *net.sizes[-1], net.channels])
        self._z = v1.placeholder(tf.float32, [None, net.z_dim])
        fake = self._generator(self._z)
        updates = v1.get_collection(v1.GraphKeys.UPDATE_OPS)
        self._samples = self._generator(self._z, training=False) if net.affine else fake
        real_logits = self._discriminator(self._x)
        updates = [*updates, *v1.get_collection(v1.GraphKeys.UPDATE_OPS)[len(updates):]]
        fake_logits = self._discriminator(fake)
        self._d_loss = self._loss(real_logits, 1) + self._loss(fake_logits, 0)
        self._g_loss = self._loss(fake_logits, 1)
        optimizers = [v1.train.AdamOptimizer(c.learning_rate, c.beta1, c.beta2) for _ in 'dg']
        self._without = self._train_op(optimizers, self._d_loss, updates)
        if c.penalty == 'r1':
            self._penalised = self._d_loss + self._r1(real_logits)
            self._with_penalty = self._train_op(optimizers, self._penalised, updates)

    def _train_op(self, optimizers, d_loss, updates):
        pairs = [optimizer.compute_gradients(loss, v1.trainable_variables(network))
                 for optimizer, loss, network in zip(
                     optimizers, (d_loss, self._g_loss), ('Discriminator/', 'Generator/'),
                     strict=True)]
        with tf.control_dependencies([g for pair in pairs for g, _ in pair] + updates):
            train = [optimizer.apply_gradients(pair)
                     for optimizer, pair in zip(optimizers, pairs, strict=True)]
        if not self._config.ema:
            return tf.group(*train)
        with tf.control_dependencies(train):
            return tf.train.ExponentialMovingAverage(self._config.ema).apply(
                v1.trainable_variables('Generator/'))

    def _r1(self, real_logits):
        gradient, = tf.gradients(real_logits, self._x)
        penalty = tf.reduce_mean(tf.reduce_sum(tf.square(gradient), axis=[1, 2, 3])) / 2
        return self._config.penalty_every * self._config.penalty_weight * penalty

    def _loss(self, logits, target):
        if self._net.logits == 2:
            labels = tf.fill(tf.shape(logits)[:1], target)
            return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(
                labels=labels, logits=logits))
        return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(
            labels=target * tf.ones_like(logits), logits=logits))

    def _generator(self, z, *, training=True):
        net = self._net
        with v1.variable_scope('Generator', reuse=v1.AUTO_REUSE):
            start, *sizes = net.sizes
            h = self._linear(z, 'g0_linear', start[0] * start[1] * net.g_maps[0])
            h = tf.reshape(h, [-1, *start, net.g_maps[0]])
            if net.bias_before_norm or not net.norm_on_latent:
                h = self._bias(h, 'g0_linear')
            h = tf.nn.relu(self._norm(h, 'g0_norm', training) if net.norm_on_latent else h)
            for i, (size, maps) in enumerate(zip(sizes, net.g_maps[1:], strict=True), 1):
                last = i == len(sizes)
                with v1.variable_scope(f'g{i}_deconv'):
                    w = self._weights([KERNEL, KERNEL, maps, h.shape[-1]])
                shape = tf.stack([tf.shape(h)[0], *size, maps])
                h = tf.nn.conv2d_transpose(h, w, shape, STRIDE)
                h = self._bias(h, f'g{i}_deconv') if last or net.bias_before_norm else h
                h = h if last else tf.nn.relu(self._norm(h, f'g{i}_norm', training))
            return tf.nn.sigmoid(h) if net.sigmoid else tf.nn.tanh(h)

    def _discriminator(self, x):
        net = self._net
        with v1.variable_scope('Discriminator', reuse=v1.AUTO_REUSE):
            for i, maps in enumerate(net.d_maps, 1):
                normed = i > 1 or net.norm_on_input
                with v1.variable_scope(f'd{i}_conv'):
                    w = self._weights([KERNEL, KERNEL, x.shape[-1], maps])
                x = tf.nn.conv2d(x, w, STRIDE, 'SAME')
                x = self._bias(x, f'd{i}_conv') if net.bias_before_norm or not normed else x
                x = self._norm(x, f'd{i}_norm', True) if normed else x
                x = tf.maximum(x, net.slope * x)
            x = tf.reshape(x, [-1, x.shape[1] * x.shape[2] * x.shape[3]])
            name = f'd{len(net.d_maps) + 1}_linear'
            return self._bias(self._linear(x, name, net.logits), name)

    def _linear(self, x, scope, units):
        with v1.variable_scope(scope):
            return tf.matmul(x, self._weights([x.shape[-1], units]))

    def _bias(self, x, scope):
        with v1.variable_scope(scope):
            return x + v1.get_variable('bias', [x.shape[-1]], initializer=tf.zeros_initializer())

    def _norm(self, x, scope, training):
        maps, axes = x.shape[-1:], list(range(x.shape.rank - 1))
        with v1.variable_scope(scope):
            if not self._net.affine:
                mean, variance = tf.nn.moments(x, axes)
                return tf.nn.batch_normalization(x, mean, variance, None, None, EPSILON)
            gamma = v1.get_variable('gamma', maps, initializer=tf.ones_initializer())
            beta = v1.get_variable('beta', maps, initializer=tf.zeros_initializer())
            moving = [v1.get_variable(name, maps, initializer=start, trainable=False)
                      for name, start in (('moving_mean', tf.zeros_initializer()),
                                          ('moving_variance', tf.ones_initializer()))]
            moments = tf.nn.moments(x, axes) if training else moving
            for average, value in zip(moving, moments, strict=True) if training else ():
                v1.add_to_collection(v1.GraphKeys.UPDATE_OPS, average.assign(
                    MOMENTUM * average + (1 - MOMENTUM) * value))
            return tf.nn.batch_normalization(x, *moments, beta, gamma, EPSILON)

    @staticmethod
    def _weights(shape):
        return v1.get_variable('weights', shape, initializer=v1.truncated_normal_initializer(
            stddev=SIGMA))
