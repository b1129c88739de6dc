"""Trains with Keras 3 on TensorFlow: its layers, its Adam, a step compiled by `tf.function`."""

import keras
import numpy as np
import tensorflow as tf

from peers.net import EPSILON, KERNEL, MOMENTUM, SIGMA, STRIDE, of

PER_LAYER = {'linear': ('weights', 'bias'), 'conv': ('weights', 'bias'),
             'deconv': ('weights', 'bias'), 'norm': ('gamma', 'beta')}


class Keras:
    """Has the networks of a Config; `step` trains them on one batch."""

    def __init__(self, config, images, threads, *, jit=False):
        """jit: True = compile with XLA, too. threads: 0 = as the process has them."""
        if threads:
            tf.config.threading.set_intra_op_parallelism_threads(threads)
            tf.config.threading.set_inter_op_parallelism_threads(threads)
        self._config, self._net, self._done = config, of(config), 0
        self._images = tf.constant(images)
        self._g, self._d = generator(self._net), discriminator(self._net)
        self._optimizers = [keras.optimizers.Adam(config.learning_rate, config.beta1, config.beta2,
                                             epsilon=1e-8) for _ in 'dg']
        for optimizer, network in zip(self._optimizers, (self._d, self._g), strict=True):
            optimizer.build(network.trainable_variables)
        self._average = [tf.Variable(v) for v in self._g.trainable_variables if config.ema]
        self._train = [tf.function(self._one_step(due), jit_compile=jit) for due in (False, True)]
        self._sample = tf.function(lambda z: self._g(z, training=not self._net.affine),
                                   jit_compile=jit)

    def step(self):
        """Makes one training step, of D and of G."""
        c = self._config
        due = c.penalty == 'r1' and self._done % c.penalty_every == 0
        self._train[due]()[0].numpy()                 # waits for the step
        self._done += 1

    def generate(self, n):
        """Returns n images [n, H, W, C] in the range of G's output."""
        return self._sample(tf.random.uniform([n, self._net.z_dim], -1, 1)).numpy()

    def weights(self):
        """Returns {name in this project: array}."""
        return {name: v.numpy() for name, v in self._named()}

    def load(self, values):
        """Sets the weights: {name: array} of another way's `weights`."""
        for name, variable in self._named():
            variable.assign(np.resize(values[name], variable.shape))    # repeats a bias per map

    def losses(self, real, z, *, penalty=False):
        """Returns the losses of D and G, of images uint8 [N, H, W, C] and latents [N, Z]."""
        return [loss.numpy() for loss in self._losses(
            tf.constant(self._net.scaled(real)), tf.constant(z), penalty)]

    def _named(self):
        for network, model in (('Generator', self._g), ('Discriminator', self._d)):
            for layer in model.layers:
                names = PER_LAYER.get(layer.name.rpartition('_')[2], ())
                for name, variable in zip(names, layer.trainable_variables, strict=False):
                    yield f'{network}/{layer.name}/{name}', variable

    def _one_step(self, due):
        def step():
            c = self._config
            indices = tf.random.uniform([c.batch_size], 0, len(self._images), tf.int32)
            real = tf.cast(tf.gather(self._images, indices), tf.float32) / 255
            real = real if self._net.sigmoid else 2 * real - 1
            z = tf.random.uniform([c.batch_size, c.z_dim], -1, 1)
            models = (self._d.trainable_variables, self._g.trainable_variables)
            with tf.GradientTape(persistent=True) as tape:
                losses = self._losses(real, z, due)
            gradients = [tape.gradient(loss, variables)
                         for loss, variables in zip(losses, models, strict=True)]
            for optimizer, found, variables in zip(self._optimizers, gradients, models,
                                                   strict=True):
                optimizer.apply_gradients(zip(found, variables, strict=True))
            for average, variable in zip(self._average, models[1], strict=False):
                average.assign_sub((1 - c.ema) * (average - variable))
            return losses
        return step

    def _losses(self, real, z, penalty):
        c, (loss, tape) = self._config, (self._loss, tf.GradientTape())
        fake = self._g(z, training=True)
        with tape:
            tape.watch(real)
            real_logits = self._d(real, training=True)
        fake_logits = self._d(fake, training=True)
        d_loss = loss(real_logits, 1) + loss(fake_logits, 0)
        if penalty:
            slope = tape.gradient(real_logits, real)
            r1 = tf.reduce_mean(tf.reduce_sum(tf.square(slope), axis=[1, 2, 3])) / 2
            d_loss += c.penalty_every * c.penalty_weight * r1
        return d_loss, loss(fake_logits, 1)

    def _loss(self, logits, target):
        if self._net.logits == 2:
            return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(
                labels=tf.fill(tf.shape(logits)[:1], target), logits=logits))
        return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(
            labels=target * tf.ones_like(logits), logits=logits))


def generator(net):
    """Returns G, made of Keras's layers with this project's names."""
    layers, (start, *sizes) = keras.layers, net.sizes
    h = given = keras.Input([net.z_dim])
    h = layers.Dense(start[0] * start[1] * net.g_maps[0], name='g0_linear', **_init(),
                     use_bias=net.bias_before_norm or not net.norm_on_latent)(h)
    h = layers.Reshape([*start, net.g_maps[0]])(h)
    h = layers.ReLU()(_norm(net, h, 'g0_norm') if net.norm_on_latent else h)
    old_size = start
    for i, (size, maps) in enumerate(zip(sizes, net.g_maps[1:], strict=True), 1):
        last = i == len(sizes)
        h = layers.Conv2DTranspose(
            maps, KERNEL, STRIDE, 'same', name=f'g{i}_deconv', **_init(),
            output_padding=[new - 2 * old + 1 for new, old in zip(size, old_size, strict=True)],
            use_bias=last or net.bias_before_norm)(h)
        h = h if last else layers.ReLU()(_norm(net, h, f'g{i}_norm'))
        old_size = size
    return keras.Model(given, layers.Activation('sigmoid' if net.sigmoid else 'tanh')(h))


def discriminator(net):
    """Returns D, made of Keras's layers with this project's names."""
    layers = keras.layers
    h = given = keras.Input([*net.sizes[-1], net.channels])
    for i, maps in enumerate(net.d_maps, 1):
        normed = i > 1 or net.norm_on_input
        h = layers.Conv2D(maps, KERNEL, STRIDE, 'same', name=f'd{i}_conv', **_init(),
                          use_bias=net.bias_before_norm or not normed)(h)
        h = _norm(net, h, f'd{i}_norm') if normed else h
        h = layers.LeakyReLU(net.slope)(h)
    h = layers.Flatten()(h)
    return keras.Model(given, layers.Dense(net.logits, name=f'd{len(net.d_maps) + 1}_linear',
                                           **_init())(h))


def _init():
    return {'kernel_initializer': keras.initializers.TruncatedNormal(stddev=SIGMA)}


def _norm(net, h, name):
    return keras.layers.BatchNormalization(momentum=MOMENTUM, epsilon=EPSILON, name=name,
                                           center=net.affine, scale=net.affine)(h)
