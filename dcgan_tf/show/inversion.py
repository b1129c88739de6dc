"""Inversion: finds the latent from which G draws a given picture, by gradient steps.

G cannot be run backwards. So a latent is changed until its image is close to the picture: L-BFGS-B
minimises the error of the pixels and of D's features (Zhu et al. 2016, arXiv 1609.03552, section
3.1). The loss is not convex, so there are several random starts. The latents stay in the prior,
because G was trained there only: a uniform prior keeps its bounds, a normal one its radius (Menon
et al. 2020, arXiv 2003.03808, section 3.2).
"""

import math
from typing import NamedTuple

import numpy as np
import scipy.optimize
import tensorflow as tf

from dcgan_tf import latent, ops, seeds
from dcgan_tf.arguments import check_whole, is_number, shown
from dcgan_tf.errors import UsageError
from dcgan_tf.fit.feed import sample_feed

v1 = tf.compat.v1
ROWS = 64                     # latents that are optimised together
MEMORY = 20                   # pairs of steps and gradients that L-BFGS keeps
EPSILON = 1e-8
FEATURES = 0.1                # weight of the error of D's features


class Inversion:
    """Builds the ops that compare the images of z_ph with given ones, row by row.

    loss = mean (x - t)^2 of pixels in [0, 1] + weight mean (f(x) - f(t))^2 / mean f(t)^2, where f
    are D's features, `System.features`. slope is its gradient with respect to z_ph.
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
            return system.features(model.net, x, reference, use)
        sample_features, target_features = features(samples, 'drawn'), features(target, 'wanted')
        with ops.box('inversion/pixels'):
            self.pixels = tf.reduce_mean(tf.square(samples - target), axis=[1, 2, 3])    # [N]
        with ops.box('inversion/loss'):
            scale = tf.reduce_mean(tf.square(target_features), axis=1) + EPSILON
            squares = tf.square(sample_features - target_features)
            self.loss = self.pixels + self.weight_ph * (tf.reduce_mean(squares, axis=1) / scale)
        with ops.box('inversion'):
            self.slope, = ops.gradients(self.loss, inputs.z_ph)                             # [N, Z]

    def run(self, session, z, labels, images, weight):
        """Returns (loss [M], squared error of pixels [M], slope [M, Z]) for latents z [M, Z]."""
        return session.run([self.loss, self.pixels, self.slope], {
            **sample_feed(self._config, self._inputs, z, labels), self._images_ph: images,
            self.weight_ph: weight})


class InversionResult(NamedTuple):
    """The result of an inversion, best start first.   N pictures, S starts each"""

    z: np.ndarray             # [N, S, Z]
    labels: np.ndarray | None     # [N, S], classes; [N, S, L] of several codes; None: no labels
    loss: np.ndarray          # [N, S]
    error: np.ndarray         # [N, S], root mean square error of pixels in [0, 1]


class InversionOptions(NamedTuple):
    """The options of the search."""

    starts: int = 8           # per picture; with a cgan per picture and class
    steps: int = 200          # maximum number of L-BFGS steps
    features: float | None = None     # weight of D's features; None = FEATURES, without D 0
    seed: int = 0


def invert(run, pictures, config, options, labels=None, tick=lambda: None):
    """Finds latents for pictures.   uint8 [N, H, W, C] -> InversionResult

    run: (z [M, Z], labels [M] or None, pictures [M, H, W, C], weight) -> as `Inversion.run`.
    labels: the class of each picture, [N], or all its codes, [N, L]; None = a cgan tries every
    class. tick: is called after each step of each picture; if a picture has more than ROWS starts,
    once for each ROWS of them. UsageError for other labels.
    """
    classes = _classes(config, labels, len(pictures))                         # [N, K] or None
    results = [_invert_one(run, picture, None if classes is None else classes[k], config, options,
                           tick)
               for k, picture in enumerate(pictures)]
    return InversionResult(*(None if values[0] is None else np.stack(values)
                             for values in zip(*results, strict=True)))


def max_ticks(config, pictures: int, labels, options) -> int:
    """Returns how often `invert` calls `tick` at most."""
    classes = config.label_sizes[0] if config.conditioned and not labels else 1
    return pictures * options.steps * -(-classes * options.starts // ROWS)


def _invert_one(run, picture, classes, config, options, tick):
    """Returns the InversionResult of one picture, without the axis N.

    It does not depend on the other pictures.
    """
    starts, y = options.starts, None
    if classes is not None:
        starts *= len(classes)
        y = np.repeat(classes, options.starts, axis=0)                         # [S] or [S, L]
        if y.ndim == 1:
            y = latent.with_other_labels(y, np.arange(starts), config.label_sizes)
    z = latent.draw(config.prior, starts, config.latent_dim,
                    seeds.derive(options.seed, 'inversion'))
    loss, squares = np.zeros([2, starts], np.float32)
    for first in range(0, starts, ROWS):
        part = slice(first, first + ROWS)
        labels = None if y is None else y[part]
        targets = np.repeat(picture[None], len(z[part]), axis=0)
        z[part] = _descend(lambda z, labels=labels, targets=targets:
                           run(z, labels, targets, options.features),
                           z[part], config.prior, options.steps, tick)
        loss[part], squares[part], _ = run(z[part], labels, targets, options.features)
    order = np.argsort(loss, kind='stable')                                   # best first
    return InversionResult(z[order], None if y is None else y[order], loss[order],
                           np.sqrt(squares[order]))


def checked(options):
    """Returns InversionOptions; UsageError for those that no search can have."""
    if not isinstance(options, InversionOptions):
        raise UsageError(f'options = {shown(options)}: expected an InversionOptions of '
                         'dcgan_tf.show.inversion')
    for name, low in (('starts', 1), ('steps', 1), ('seed', 0)):
        check_whole(name, getattr(options, name), low)
    weight = options.features
    if weight is not None and not (is_number(weight) and 0 <= weight < math.inf):
        raise UsageError(f'features = {shown(weight)}: expected a number of 0 or more')
    return options


def _classes(config, labels, n):
    """Returns the classes to try for each picture, [N, K] int; None if G takes no labels.

    Labels [N, L] of several codes are tried as they are: [N, 1, L].
    """
    if not config.conditioned:
        return None
    if labels is not None:
        if np.asarray(labels).dtype.kind not in 'iu':
            raise UsageError(f'labels {shown(labels)}: expected whole numbers')
        latent.label_weights(labels, n, config.label_sizes)
        return np.reshape(labels, [n, 1, *np.shape(labels)[1:]])
    return np.tile(np.arange(config.label_sizes[0]), (n, 1))


def _descend(run, z, prior, steps, tick):
    """Minimises the sum of all rows' losses, from z [M, Z] on.   -> z [M, Z] float32

    The variables of L-BFGS are u [M, Z]: see `_latents`.
    """
    row = latent.PRIORS[prior]
    radius = None if row.bounds else row.radius(z.shape[1])

    def sum_and_slope(flat):
        u = flat.reshape(z.shape)
        loss, _, slope = run(_latents(u, radius))
        return loss.sum(dtype=np.float64), np.float64(_slope_of(u, radius, slope)).ravel()
    found = scipy.optimize.minimize(
        sum_and_slope, np.float64(z).ravel(), jac=True, method='L-BFGS-B',
        callback=lambda _: tick(), bounds=row.bounds and [row.bounds] * z.size,
        options={'maxiter': steps, 'maxfun': 2 * steps, 'maxcor': MEMORY})
    return _latents(found.x.reshape(z.shape), radius)


def _latents(u, radius):
    """Returns the latents r u / |u| at the prior's radius r, or u if the radius is None."""
    return np.float32(u if radius is None else radius * (u / _norms(u)))


def _slope_of(u, radius, slope):
    """Returns the slope with respect to u, from that of the latents: r / |u| (1 - unit unit')."""
    if radius is None:
        return slope
    unit = u / _norms(u)
    across = slope - (slope * unit).sum(axis=1, keepdims=True) * unit
    return radius / _norms(u) * across


def _norms(u):
    return np.linalg.norm(u, axis=-1, keepdims=True)
