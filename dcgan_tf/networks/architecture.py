"""The contract of every pair of networks, and the code that the families share."""

import abc
import functools

import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.config import AUTO
from dcgan_tf.errors import UsageError
from dcgan_tf.losses import penalties
from dcgan_tf.networks import conditioning


class Architecture(abc.ABC):
    """A generator and a discriminator, with sizes and numbers of feature maps from a Config.

    Its functions are called inside `ops.network(...)`, which opens the scopes. Both networks work
    for any batch size N. Each begins with `labelled_latent` or `labelled_image`, which add the
    labels.
    """

    value_range = (-1.0, 1.0)      # of generated and real images
    averages = True                # True = batch norm keeps moving averages
    layers = None                  # numbers of layers of (G, D); None = any number from 2 on
    d_norm = 'batch'               # the norm of D if the run does not ask for another
    batch_norm = staticmethod(functools.partial(ops.batch_norm, momentum=0.9))
    bias_before_norm = True        # True = layers before a norm have a bias

    def __init__(self, config):
        self._check_maps('generator_maps', config.generator_maps, 0)
        self._check_maps('discriminator_maps', config.discriminator_maps, 1)
        self.size = (config.image_height, config.image_width)
        self.g_maps = config.generator_maps
        self.d_maps = config.discriminator_maps
        self.reference = config.batch_size    # rows that normalise samples if there are no averages
        self.g_norm, self.d_norm = config.g_norm, choose_norm(config, self.d_norm)
        self._classes = len(config.class_names)
        self._labelled = config.conditioned
        self.d_needs_reference = self.d_norm == 'batch' and not self.averages
        if self._labelled and self._classes < 2:
            raise UsageError(f'type {config.type} needs two class_names or more, not '
                             f'{config.class_names}')
        for network, times in zip(('generator', 'discriminator'), self.strides(), strict=True):
            _check_size(network, self.size, times)

    @property
    def half_range(self):
        """Half of the range of values: the unit for errors and noise of pixels.

        In this unit they mean the same in every family. For the range (-1, 1), which the papers
        use, it is 1.
        """
        low, high = self.value_range
        return (high - low) / 2.0

    def to_range(self, x):
        """Scales images from [0, 1] to `value_range`. Only this function and the next two scale."""
        low, high = self.value_range
        return x * (high - low) + low

    def from_pixels(self, pixels):
        """Scales uint8 0..255 to float32 in `value_range`."""
        return self.to_range(tf.cast(pixels, tf.float32) / 255.0)

    def to_unit(self, x):
        """Scales images from `value_range` to [0, 1]."""
        low, high = self.value_range
        return (x - low) / (high - low)

    def strides(self):
        """Returns how many layers of (G, D) double or halve the size."""
        return len(self.g_maps) - 1, len(self.d_maps) - 1

    def _check_maps(self, name, maps, network):
        """UsageError unless the list has one number for each layer of this family's network."""
        length = self.layers[network] if self.layers else None
        if len(maps) != (length or max(len(maps), 2)):
            expected = f'{length - 1}' if length else 'at least 1'
            raise UsageError(f'{name} = {maps}: expected {expected} numbers of feature maps, and '
                             f'the image\'s channels (--maps)')

    @abc.abstractmethod
    def generator(self, z, y, *, training):
        """Builds G: z [N, Z], labels y or None -> images [N, H, W, C] in `value_range`."""

    @abc.abstractmethod
    def feature_maps(self, x, y, *, training):
        """Returns D's activations [N, H', W', maps] after each of its convolutions.

        x, y: as for `discriminator`.
        """

    @abc.abstractmethod
    def discriminator(self, x, y, *, training, logits):
        """Builds D: x [N, H, W, C] in `value_range`, labels y or None -> logits [N, logits]."""

    def labelled_latent(self, z, y):
        """Adds the labels to the latent. The result is the generator's input."""
        return conditioning.concat_latent(z, y, self._classes)

    def labelled_image(self, x, y):
        """Adds the labels to the image. The result is the discriminator's input."""
        return conditioning.concat_image(x, y, self._classes)

    def norm_g(self, h, scope, training):
        """Applies the norm that follows a layer of the generator."""
        return self._norm(self.g_norm, h, scope, training)

    def norm_d(self, h, scope, training):
        """Applies the norm that follows a layer of the discriminator."""
        return self._norm(self.d_norm, h, scope, training)

    def _norm(self, name, h, scope, training):
        if name == 'batch':
            reference = None if self.averages else self.reference
            return self.batch_norm(h, scope, training=training, averages=self.averages,
                                   reference=reference)
        offset = not self.bias_before_norm or name == 'instance'     # it removes a bias
        return ops.NORMS[name](h, scope, offset=offset)

    def sample(self, z, y, reference_z, reference_y):
        """Generates images that depend on their own z and y, not on other rows.   -> [N, H, W, C]

        With moving averages, batch norm has this property. Without them, the rows are normalised by
        the moments of `reference_z` [reference, Z]: fixed latents that are put before z, with
        labels of their own. Here labels are weights [N, K], or None.
        """
        if self.averages:
            return self.generator(z, y, training=False)
        z = tf.concat([reference_z, z], axis=0)
        y = None if y is None else tf.concat([reference_y, y], axis=0)
        return self.generator(z, y, training=False)[self.reference:]

    def features(self, x, reference_x):
        """Returns D's feature maps. Those of an image depend on its own pixels, not on other rows.

        If D's batch norm keeps no averages, real images `reference_x` [reference, H, W, C] are put
        before x, as in `sample`. Otherwise `reference_x` is not used.
        No label is used. A D that takes labels gets the weight 1/K for each class. Its first
        convolution is linear, so it returns the mean of its outputs for all classes.
        """
        n_reference = self.reference if self.d_needs_reference else 0
        x = tf.concat([reference_x, x], axis=0) if n_reference else x
        y = conditioning.uniform_label(tf.shape(x)[0], self._classes) if self._labelled else None
        return [h[n_reference:] for h in self.feature_maps(x, y, training=False)]


def choose_norm(config, default):
    """Returns D's norm: the one that the Config asks for, otherwise the family's own.

    The family's batch norm is replaced if it would spoil the penalty. UsageError if the Config asks
    for batch norm with such a penalty.
    """
    penalty = penalties.get(config.penalty)
    if config.norm == 'batch' and penalty.fallback_norm:
        raise UsageError('--norm batch mixes the images of a batch, and --penalty '
                         f'{config.penalty} needs each alone: leave out --norm, or give '
                         f'--norm {penalty.fallback_norm}')
    if config.norm != AUTO:
        return config.norm
    return (penalty.fallback_norm or default) if default == 'batch' else default


def _check_size(network, size, times):
    """UsageError if a layer would halve a side that is already 1."""
    minimum = 2 ** (times - 1) + 1 if times else 1
    if min(size) < minimum:
        raise UsageError(f'{times} {network} layers of stride 2 are too many for pictures '
                         f'{size[1]} wide and {size[0]} high: each halves the sides, and '
                         f'{times} need {minimum} pixels or more; --resize makes pictures larger, '
                         '--maps gives fewer layers')


def halvings(size, times):
    """Returns [size, size / 2, ...]: `times` halvings, rounded up as by stride-2 SAME layers."""
    sizes = [tuple(size)]
    for _ in range(times):
        sizes.append(tuple(-(-n // 2) for n in sizes[-1]))
    return sizes


def flatten(x):
    """Reshapes [N, H, W, C] -> [N, H W C]."""
    return tf.reshape(x, [-1, x.shape[1] * x.shape[2] * x.shape[3]])
