"""Inversion: the latent from which G draws a given picture, found by gradient steps.

G cannot be run backwards, so a latent is moved until its image is the picture: from several random
starts, as the way down is not convex, by L-BFGS-B along the slope of pixels and of D's features
(Zhu et al. 2016, arXiv 1609.03552, section 3.1). The prior is kept, as G means nothing elsewhere:
a uniform one by its bounds, a normal one by its radius (Menon et al. 2020, arXiv 2003.03808,
section 3.2).
"""

from typing import NamedTuple

import numpy as np
import scipy.optimize
import tensorflow as tf

from dcgan_tf import latent, ops, seeds
from dcgan_tf.fit.feed import sample_feed

v1 = tf.compat.v1
ROWS = 64                     # latents that are moved together
MEMORY = 20                   # pairs of steps and slopes that L-BFGS remembers
EPSILON = 1e-8


class Inversion:
    """The ops: how far the images of z_ph are from those of images_ph, row by row, and its slope.

    loss = mean (x - t)^2 of pixels in [0, 1] + weight mean (f(x) - f(t))^2 / mean f(t)^2, where f
    are D's features, `System.features`.
    """

    def __init__(self, model):
        """model: a `train_ops.model.Model`."""
        self._config, self._inputs = model.system.config, model.inputs
        system, inputs, samples = model.system, model.inputs, model.samples
        architecture = system.architecture
        reference = _reference(model) if architecture.d_needs_reference else None
        with tf.name_scope('inversion/'):
            self.weight_ph = v1.placeholder(tf.float32, [], 'feature_weight')
            target = tf.cast(inputs.images_ph, tf.float32) / 255.0
        drawn, wanted = (system.features(model.net, architecture.to_range(x), reference, use)
                         for x, use in ((samples, 'drawn'), (target, 'wanted')))
        with tf.name_scope('inversion/'):
            self.pixels = tf.reduce_mean(tf.square(samples - target), axis=[1, 2, 3])    # [N]
            scale = tf.reduce_mean(tf.square(wanted), axis=1) + EPSILON
            features = tf.reduce_mean(tf.square(drawn - wanted), axis=1) / scale
            self.loss = self.pixels + self.weight_ph * features
            self.slope, = ops.gradients(self.loss, inputs.z_ph)                             # [N, Z]

    def run(self, session, z, labels, images, weight):
        """-> (loss [M], squared error of pixels [M], slope [M, Z]) of latents z [M, Z]."""
        return session.run([self.loss, self.pixels, self.slope], {
            **sample_feed(self._config, self._inputs, z, labels), self._inputs.images_ph: images,
            self.weight_ph: weight})


def _reference(model):
    """Images that normalise the others in a D without moving averages: G's own."""
    return model.net.G(*model.inputs.reference, use='reference', training=False)


class InversionResult(NamedTuple):
    """What an inversion came to, the best start first.   N pictures, S starts each"""

    z: np.ndarray             # [N, S, Z]
    labels: np.ndarray | None     # [N, S], classes; None where no label enters
    loss: np.ndarray          # [N, S]
    error: np.ndarray         # [N, S], root mean square of the pixels' errors, of a range of 1


class InversionOptions(NamedTuple):
    """How it is looked for."""

    starts: int = 8           # for each picture, and of a cgan for each class
    steps: int = 200          # of L-BFGS, at most
    features: float = 0.1     # weight of the error of D's features
    seed: int = 0


def invert(run, pictures, config, options, labels=None, tick=lambda: None):
    """Finds latents of pictures uint8 [N, H, W, C] -> InversionResult.

    run: (z [M, Z], labels [M] or None, pictures [M, H, W, C], weight) -> as `Inversion.run`.
    labels: the class of each picture, [N]; None: of a cgan, all are tried. tick: called at each
    step of each picture, and of each `ROWS` of its starts where it has more.
    """
    classes = _classes(config, labels, len(pictures))                         # [N, K] or None
    each = [_inverted(run, picture, None if classes is None else classes[k], config, options, tick)
            for k, picture in enumerate(pictures)]
    return InversionResult(*(None if values[0] is None else np.stack(values)
                             for values in zip(*each, strict=True)))


def max_ticks(config, pictures: int, labels, options) -> int:
    """How often `invert` calls `tick` at most, for so many pictures."""
    classes = len(config.class_names) if config.conditioned and not labels else 1
    return pictures * options.steps * -(-classes * options.starts // ROWS)


def _inverted(run, picture, classes, config, options, tick):
    """The InversionResult of one picture, without the axis N: it does not depend on the others."""
    y = None if classes is None else np.repeat(classes, options.starts)               # [S]
    starts = options.starts if y is None else len(y)
    z = latent.draw(config.prior, starts, config.z_dim, seeds.derive(options.seed, 'inversion'))
    loss, squares = np.zeros([2, starts], np.float32)
    for first in range(0, starts, ROWS):
        part = slice(first, first + ROWS)
        own, wanted = None if y is None else y[part], np.repeat(picture[None], len(z[part]), axis=0)
        z[part] = _descend(lambda z, own=own, wanted=wanted: run(z, own, wanted, options.features),
                           z[part], config.prior, options.steps, tick)
        loss[part], squares[part], _ = run(z[part], own, wanted, options.features)
    order = np.argsort(loss, kind='stable')                                   # the best first
    return InversionResult(z[order], None if y is None else y[order], loss[order],
                           np.sqrt(squares[order]))


def _classes(config, labels, n):
    """The classes to try for each picture.   -> [N, K] int, or None where no label enters"""
    if not config.conditioned:
        return None
    if labels is not None:
        return np.reshape(labels, [n, 1])
    return np.tile(np.arange(len(config.class_names)), (n, 1))


def _descend(run, z, prior, steps, tick):
    """Down from z [M, Z], all rows together: their losses are one sum.   -> z [M, Z] float32"""
    row = latent.PRIORS[prior]
    put = _Free(z.shape) if row.bounds else _OnShell(z.shape, row.radius(z.shape[1]))

    def sum_and_slope(flat):
        loss, _, slope = run(put(flat))
        return loss.sum(dtype=np.float64), put.slope(flat, slope)
    found = scipy.optimize.minimize(
        sum_and_slope, np.float64(z).ravel(), jac=True, method='L-BFGS-B',
        callback=lambda _: tick(), bounds=row.bounds and [row.bounds] * z.size,
        options={'maxiter': steps, 'maxfun': 2 * steps, 'maxcor': MEMORY})
    return put(found.x)


class _Free:
    """What L-BFGS moves are the latents themselves.   [M Z] -> [M, Z]"""

    def __init__(self, shape):
        self._shape = shape

    def __call__(self, flat):
        return np.float32(flat.reshape(self._shape))

    def slope(self, flat, slope):
        return np.float64(slope).ravel()


class _OnShell(_Free):
    """What it moves are vectors u of any length: z = r u / |u| stays at the prior's radius r."""

    def __init__(self, shape, radius):
        super().__init__(shape)
        self._radius = radius

    def __call__(self, flat):
        unit, _ = self._unit(flat)
        return np.float32(self._radius * unit)

    def slope(self, flat, slope):
        """dz / du = r / |u| (1 - unit unit')"""
        unit, norm = self._unit(flat)
        across = slope - (slope * unit).sum(axis=1, keepdims=True) * unit
        return np.float64(self._radius / norm * across).ravel()

    def _unit(self, flat):
        u = flat.reshape(self._shape)
        norm = np.linalg.norm(u, axis=1, keepdims=True)
        return u / norm, norm
