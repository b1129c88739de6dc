"""The contract of every pair of networks, and what the families have in common."""

import abc
import functools

import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.config import AUTO
from dcgan_tf.errors import UsageError
from dcgan_tf.losses import penalties
from dcgan_tf.networks import conditioning


class Architecture(abc.ABC):
    """A generator and a discriminator, built by hand from a Config's sizes and feature maps.

    Called inside `ops.network(...)`, which opens the scopes. Both work for any batch size N. Each
    begins with `labelled_latent` or `labelled_image`, where the labels enter.
    """

    value_range = (-1.0, 1.0)      # of the images, generated and real
    averages = True                # does batch norm keep moving averages?
    layers = None                  # (G's, D's) numbers of feature maps; None = any from 2 on
    d_norm = 'batch'               # of this family, where the run does not ask for another
    batch_norm = staticmethod(functools.partial(ops.batch_norm, momentum=0.9))
    bias_before_norm = True        # do layers before a norm have an offset of their own?

    def __init__(self, config):
        self._check_maps('generator_maps', config.generator_maps, 0)
        self._check_maps('discriminator_maps', config.discriminator_maps, 1)
        self.size = (config.image_height, config.image_width)
        self.channels = config.n_channels
        self.g_maps = config.generator_maps
        self.d_maps = config.discriminator_maps
        self.reference = config.batch_size     # rows that normalise a sample without averages
        self.g_norm, self.d_norm = config.g_norm, choose_norm(config, self.d_norm)
        self.classes = len(config.class_names)
        self.labelled = config.conditioned
        self.d_needs_reference = self.d_norm == 'batch' and not self.averages
        if self.labelled and self.classes < 2:
            raise UsageError(f'type {config.type} needs two class_names or more, not '
                             f'{config.class_names}')
        for network, times in zip(('generator', 'discriminator'), self.strides(), strict=True):
            _check_size(network, self.size, times)

    @property
    def half_range(self):
        """The unit in which pixels are compared and disturbed, so that it means the same for all.

        1 of (-1, 1), for which the papers' numbers are.
        """
        low, high = self.value_range
        return (high - low) / 2.0

    def to_range(self, x):
        """Images in [0, 1] -> `value_range`. The one place that scales, with the two below."""
        low, high = self.value_range
        return x * (high - low) + low

    def from_pixels(self, pixels):
        """uint8 0..255 -> float32 in `value_range`."""
        return self.to_range(tf.cast(pixels, tf.float32) / 255.0)

    def to_unit(self, x):
        """`value_range` -> [0, 1]."""
        low, high = self.value_range
        return (x - low) / (high - low)

    def strides(self):
        """How many layers of (G, D) double or halve the size."""
        return len(self.g_maps) - 1, len(self.d_maps) - 1

    def _check_maps(self, name, maps, network):
        """UsageError unless the list is as long as this family's network is deep."""
        wanted = self.layers[network] if self.layers else None
        if len(maps) != (wanted or max(len(maps), 2)):
            least = f'{wanted - 1}' if wanted else 'at least 1'
            raise UsageError(f'{name} = {maps}: expected {least} beside the image\'s channels '
                             f'(--maps)')

    @abc.abstractmethod
    def generator(self, z, y, *, training):
        """z [N, Z], labels y or None -> images [N, H, W, C] in `value_range`."""

    @abc.abstractmethod
    def feature_maps(self, x, y, *, training):
        """x, y as below -> D's activations [N, H', W', maps] behind each of its convolutions."""

    @abc.abstractmethod
    def discriminator(self, x, y, *, training, logits):
        """x [N, H, W, C] in `value_range`, labels y or None -> raw logits [N, logits]."""

    def labelled_latent(self, z, y):
        """The latent with what the labels add to it: the generator's input."""
        return conditioning.concat_latent(z, y, self.classes)

    def labelled_image(self, x, y):
        """The image with what the labels add to it: the discriminator's input."""
        return conditioning.concat_image(x, y, self.classes)

    def norm_g(self, h, scope, training):
        """The norm behind a layer of the generator."""
        return self._norm(self.g_norm, h, scope, training)

    def norm_d(self, h, scope, training):
        """The norm behind a layer of the discriminator."""
        return self._norm(self.d_norm, h, scope, training)

    def _norm(self, kind, h, scope, training):
        if kind == 'batch':
            reference = None if self.averages else self.reference
            return self.batch_norm(h, scope, training=training, averages=self.averages,
                                   reference=reference)
        offset = not self.bias_before_norm or kind == 'instance'     # it takes a bias away again
        return ops.NORMS[kind](h, scope, offset=offset)

    def sample(self, z, y, reference_z, reference_y):
        """Images whose pixels depend on their own z and y, not on their neighbours.  [N, H, W, C]

        With moving averages batch norm sees to that. Without, the batch is normalised by the
        moments of `reference_z` [reference, Z], fixed latents put before it, with labels of
        their own. Labels here are weights [N, K], or None.
        """
        if self.averages:
            return self.generator(z, y, training=False)
        z = tf.concat([reference_z, z], axis=0)
        y = None if y is None else tf.concat([reference_y, y], axis=0)
        return self.generator(z, y, training=False)[self.reference:]

    def features(self, x, reference_x):
        """D's feature maps, in which an image depends on its own pixels, not on its neighbours.

        Where D's batch norm keeps no averages, `reference_x` [reference, H, W, C], real images, is
        put before x as in `sample`; else it is not looked at. No label enters: a D that takes them
        gets the weight 1/K for each class, and its first convolution, being linear, gives the mean
        of what it gives for every class.
        """
        rest = self.reference if self.d_needs_reference else 0
        x = tf.concat([reference_x, x], axis=0) if rest else x
        y = conditioning.undecided(tf.shape(x)[0], self.classes) if self.labelled else None
        return [h[rest:] for h in self.feature_maps(x, y, training=False)]


def choose_norm(config, own):
    """D's norm: the one asked for, else the family's own, unless it spoils the penalty.

    UsageError for batch norm that is asked for and spoils the penalty.
    """
    penalty = penalties.get(config.penalty)
    if config.norm == 'batch' and penalty.fallback_norm:
        raise UsageError('--norm batch mixes the images of a batch, and --penalty '
                         f'{config.penalty} looks at each alone: leave --norm away, or give '
                         f'--norm {penalty.fallback_norm}')
    if config.norm != AUTO:
        return config.norm
    return (penalty.fallback_norm or own) if own == 'batch' else own


def _check_size(network, size, times):
    """UsageError when a layer would halve a side that is 1 already."""
    least = 2 ** (times - 1) + 1 if times else 1
    if min(size) < least:
        raise UsageError(f'{times} {network} layers of stride 2 are too many for pictures '
                         f'{size[1]} wide and {size[0]} high: each halves the sides, and '
                         f'{times} need {least} pixels or more; --resize makes pictures larger, '
                         '--maps gives fewer layers')


def halvings(size, times):
    """[size, size / 2, ...] with `times` halvings, rounded up: what stride-2 SAME layers make."""
    sizes = [tuple(size)]
    for _ in range(times):
        sizes.append(tuple(-(-n // 2) for n in sizes[-1]))
    return sizes


def flatten(x):
    """[N, H, W, C] -> [N, H W C]"""
    return tf.reshape(x, [-1, x.shape[1] * x.shape[2] * x.shape[3]])
