"""Inversion: finds the latent from which G draws a given picture, by gradient steps.

G cannot be run backwards. So a latent is changed until its image is close to the picture: L-BFGS-B
minimises the error of the pixels and of D's features (Zhu et al. 2016, arXiv 1609.03552, section
3.1). The loss is not convex, so there are several random starts. The latents stay in the prior,
because G was trained there only: a uniform prior keeps its bounds, others their radius (Menon et
al. 2020, arXiv 2003.03808, section 3.2). A prior of parts has room between them, so there each
number stays near its start.

Where there is an encoder, its code of the picture is one of the starts. If no latent of the prior
that is found from there is nearer than the code itself, the code is kept.
"""

import math
from typing import NamedTuple

import numpy as np
import scipy.optimize

from dcgan_tf import latent, seeds
from dcgan_tf.arguments import check_whole, is_number, shown
from dcgan_tf.config import families
from dcgan_tf.errors import UsageError

ROWS = 64                     # latents that are optimised together
MEMORY = 20                   # pairs of steps and gradients that L-BFGS keeps
FEATURES = 0.1                # weight of the error of D's features
REACH = 0.3                   # of the search in a prior of parts, from its start, in each number


class InversionResult(NamedTuple):
    """The result of an inversion, best start first.   N pictures, S starts each"""

    z: np.ndarray             # [N, S, Z]
    labels: np.ndarray | None     # [N, S], classes; [N, S, L] of several codes; None: no labels
    loss: np.ndarray          # [N, S]
    error: np.ndarray         # [N, S], root mean square error of pixels in [0, 1]
    encoded: np.ndarray | None = None         # [N, S] bool: its start was a code; None: no encoder
    start_error: np.ndarray | None = None     # [N, S], `error` before the search

    def from_encoder(self, k: int) -> tuple[float, float, bool]:
        """Returns what became of the code of picture k: its error, that after the search, and
        whether this is the best of all starts. Of a cgan's classes it is the code of the best.
        """
        place = int(np.argmax(self.encoded[k]))
        return float(self.start_error[k, place]), float(self.error[k, place]), place == 0


class InversionOptions(NamedTuple):
    """The options of the search."""

    starts: int = 8           # per picture; with a cgan per picture and class
    steps: int = 200          # maximum number of L-BFGS steps; 0 = the code of the encoder alone
    features: float | None = None     # weight of D's features; None = FEATURES, without D 0
    seed: int = 0


def invert(run, pictures, config, options, labels=None, tick=lambda: None, encode=None):
    """Finds latents for pictures.   uint8 [N, H, W, C] -> InversionResult

    run: (z [M, Z], labels [M] or None, pictures [M, H, W, C], weight) -> as `Inversion.run`.
    encode: (pictures [M, H, W, C], labels [M] or None) -> their codes [M, Z], the first start of
    each picture, and of each class that is tried; None = all starts are random.
    labels: the class of each picture, [N], or all its codes, [N, L]; None = a cgan tries every
    class. tick: is called after each step of each picture; if a picture has more than ROWS starts,
    once for each ROWS of them. UsageError for other labels.
    """
    classes = _classes(config, labels, len(pictures))                         # [N, K] or None
    results = [_invert_one(run, picture, None if classes is None else classes[k], config, options,
                           tick, encode)
               for k, picture in enumerate(pictures)]
    return InversionResult(*(None if values[0] is None else np.stack(values)
                             for values in zip(*results, strict=True)))


def max_ticks(config, pictures: int, labels, options) -> int:
    """Returns how often `invert` calls `tick` at most."""
    told = labels or (config.finds_clusters and not families.needs_reference(config))
    classes = config.label_sizes[0] if config.conditioned and not told else 1
    return pictures * options.steps * -(-classes * options.starts // ROWS)


def _invert_one(run, picture, classes, config, options, tick, encode):
    """Returns the InversionResult of one picture, without the axis N.

    It does not depend on the other pictures.
    """
    z, y, encoded = _starts(picture, classes, config, options, encode)
    loss, squares, before = np.zeros([3, len(z)], np.float32)
    for first in range(0, len(z), ROWS):
        part = slice(first, first + ROWS)
        labels = None if y is None else y[part]
        targets = np.repeat(picture[None], len(z[part]), axis=0)

        def run_part(z, labels=labels, targets=targets):
            return run(z, labels, targets, options.features)
        codes = z[part].copy()
        if options.steps:
            z[part] = _descend(run_part, codes, config.prior, options.steps, tick)
        loss[part], squares[part], _ = run_part(z[part])
        if encode:
            code_loss, before[part], _ = run_part(codes)
            kept = np.flatnonzero(encoded[part] & (code_loss < loss[part]))
            z[first + kept], loss[first + kept] = codes[kept], code_loss[kept]
            squares[first + kept] = before[first + kept]
    order = np.argsort(loss, kind='stable')                                   # best first
    found = InversionResult(z[order], None if y is None else y[order], loss[order],
                            np.sqrt(squares[order]))
    return found if encode is None else found._replace(encoded=encoded[order],
                                                       start_error=np.sqrt(before[order]))


def _starts(picture, classes, config, options, encode):
    """Returns the starts of the search for a picture: z [S, Z], labels, which are codes [S] bool.

    labels: [S], [S, L] or None. classes: to try, [K]; None = G takes no labels.
    """
    starts, y = options.starts, None
    if classes is not None:
        starts *= len(classes)
        y = np.repeat(classes, options.starts, axis=0)                         # [S] or [S, L]
        if y.ndim == 1:
            y = latent.with_other_labels(y, np.arange(starts), config.label_sizes)
    z = latent.draw(config.prior, starts, config.latent_dim,
                    seeds.derive(options.seed, 'inversion'))
    encoded = np.zeros(starts, bool)
    if encode:
        encoded[::options.starts] = True                                       # one of each class
        z[encoded] = encode(np.repeat(picture[None], encoded.sum(), axis=0),
                            None if y is None else y[encoded])
    return z, y, encoded


def checked(options):
    """Returns InversionOptions; UsageError for those that no search can have."""
    if not isinstance(options, InversionOptions):
        raise UsageError(f'options = {shown(options)}: expected an InversionOptions of '
                         'dcgan_tf.show.inversion')
    for name, low in (('starts', 1), ('steps', 0), ('seed', 0)):
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
    z, bounds = _bounded(z, row)

    def sum_and_slope(flat):
        u = flat.reshape(z.shape)
        loss, _, slope = run(_latents(u, radius))
        return loss.sum(dtype=np.float64), np.float64(_slope_of(u, radius, slope)).ravel()
    found = scipy.optimize.minimize(
        sum_and_slope, np.float64(z).ravel(), jac=True, method='L-BFGS-B',
        callback=lambda _: tick(), bounds=bounds,
        options={'maxiter': steps, 'maxfun': 2 * steps, 'maxcor': MEMORY})
    return _latents(found.x.reshape(z.shape), radius)


def _bounded(z, row):
    """Returns the starts inside of the prior, and the bounds of all numbers; None = no bounds."""
    if not row.bounds:
        return z, None
    z = np.clip(z, *row.bounds)                                          # a code may be outside
    reach = REACH if row.parts else np.inf
    return z, [(max(low, x - reach), min(high, x + reach))
               for x in z.ravel() for low, high in [row.bounds]]


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
