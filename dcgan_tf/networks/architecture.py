"""The contract of every pair of networks, and the code that the families share."""

import abc

import tensorflow as tf

from dcgan_tf.errors import UsageError
from dcgan_tf.networks.norms import Norms
from dcgan_tf.networks.value_range import ValueRange


class Architecture(abc.ABC):
    """A generator and a discriminator, with sizes and numbers of feature maps from a Config.

    Its functions are called inside `ops.network(...)`, which opens the scopes. Both networks work
    for any batch size N. Each begins with `concat_latent` or `concat_image` of conditioning.py,
    which add the labels.
    """

    value_range = ValueRange(-1.0, 1.0)      # of generated and real images
    norms = Norms()
    layers = None            # of G and of D: how many, and how many of them change the size;
    #                          None = any number from 2 on, and all but one change it

    def __init__(self, config):
        self.size = (config.image_height, config.image_width)
        self.g_maps, self.d_maps = config.generator_maps, config.discriminator_maps
        self.norms = self.norms.of_run(config)
        self.classes = len(config.class_names) if config.conditioned else 0      # 0 = no labels
        if config.conditioned and self.classes < 2:
            raise UsageError(f'type {config.type} needs two class_names or more, not '
                             f'{config.class_names}')
        names, maps = ('generator', 'discriminator'), (self.g_maps, self.d_maps)
        for name, found, layers in zip(names, maps, self.layers or (None, None), strict=True):
            number, strides = layers or (max(len(found), 2), len(found) - 1)
            if len(found) != number:
                expected = f'{number - 1}' if layers else 'at least 1'
                raise UsageError(f'{name}_maps = {found}: expected {expected} numbers of feature '
                                 "maps, and the image's channels (--maps)")
            _check_size(name, self.size, strides)

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

    def sample(self, z, y, reference_z, reference_y):
        """Generates images that depend on their own z and y, not on other rows.   -> [N, H, W, C]

        With moving averages, batch norm has this property. Without them, the rows are normalised by
        the moments of `reference_z` [reference, Z]: fixed latents that are put before z, with
        labels of their own. Here labels are weights [N, K], or None.
        """
        if self.norms.averages:
            return self.generator(z, y, training=False)
        z = tf.concat([reference_z, z], axis=0)
        y = None if y is None else tf.concat([reference_y, y], axis=0)
        return self.generator(z, y, training=False)[self.norms.reference:]

    def features(self, x, reference_x):
        """Returns D's feature maps. Those of an image depend on its own pixels, not on other rows.

        If D's batch norm keeps no averages, real images `reference_x` [reference, H, W, C] are put
        before x, as in `sample`. Otherwise `reference_x` is not used.
        No label is used. A D that takes labels gets the weight 1/K for each class. Its first
        convolution is linear, so it returns the mean of its outputs for all classes.
        """
        n_reference = self.norms.reference if self.norms.d_needs_reference else 0
        x = tf.concat([reference_x, x], axis=0) if n_reference else x
        y = tf.fill([tf.shape(x)[0], self.classes], 1.0 / self.classes) if self.classes else None
        return [h[n_reference:] for h in self.feature_maps(x, y, training=False)]


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
