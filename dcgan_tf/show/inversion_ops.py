"""The ops of an inversion: how far G's image of a latent is from a picture, and its slope.

inversion.py searches with them.
"""

import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.fit.feed import sample_feed

v1 = tf.compat.v1
EPSILON = 1e-8


class Inversion:
    """Builds the ops that compare the images of z_ph with given ones, row by row.

    loss = mean (x - t)^2 of pixels in [0, 1] + weight mean (f(x) - f(t))^2 / mean f(t)^2, where f
    are D's features, `System.features`; without such features it is the error of pixels alone.
    slope is its gradient with respect to z_ph.
    """

    def __init__(self, model):
        """model: a `train_ops.model.Model`."""
        self._config, self._inputs = model.system.config, model.inputs
        system, inputs, samples = model.system, model.inputs, model.samples
        architecture = system.architecture
        reference = None
        if architecture.norms.d_needs_reference:              # images to normalise the others in D
            generator = getattr(model.net, system.generator)
            reference = generator(*inputs.reference, use='reference', training=False)
        with ops.box('inversion'):
            self.weight_ph = v1.placeholder(tf.float32, [], 'feature_weight')
            self._images_ph = v1.placeholder(tf.uint8, [None, *inputs.images_ph.shape[1:]],
                                             'images')
            target = tf.cast(self._images_ph, tf.float32) / 255.0

        def features(x, use):
            with ops.box(f'inversion/{use}'):
                x = architecture.value_range.from_unit(x)
            return system.features(model.averaged_net, x, reference, use)
        self.has_features = system.has_features
        if self.has_features:
            drawn, wanted = features(samples, 'drawn'), features(target, 'wanted')
        with ops.box('inversion/pixels'):
            self.pixels = tf.reduce_mean(tf.square(samples - target), axis=[1, 2, 3])    # [N]
        with ops.box('inversion/loss'):
            self.loss = self.pixels
            if self.has_features:
                scale = tf.reduce_mean(tf.square(wanted), axis=1) + EPSILON
                error = tf.reduce_mean(tf.square(drawn - wanted), axis=1) / scale
                self.loss += self.weight_ph * error
        with ops.box('inversion'):
            self.slope, = ops.gradients(self.loss, inputs.z_ph)                             # [N, Z]

    def run(self, session, z, labels, images, weight):
        """Returns (loss [M], squared error of pixels [M], slope [M, Z]) for latents z [M, Z]."""
        return session.run([self.loss, self.pixels, self.slope], {
            **sample_feed(self._config, self._inputs, z, labels), self._images_ph: images,
            self.weight_ph: weight})
