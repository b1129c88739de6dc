"""The contract of every pair of networks, and the code that the families share."""

import abc
import functools

import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.config import families
from dcgan_tf.networks import conditioning


class Architecture(abc.ABC):
    """A generator and a discriminator, with sizes and numbers of feature maps from a Config.

    `config.FAMILIES` says how many layers it has, and whether its batch norm keeps averages.
    Its functions are called inside `ops.network(...)`, which opens the scopes. Both networks work
    for any batch size N. Each begins with `labelled_latent` or `labelled_image`, which add the
    labels.
    """

    value_range = (-1.0, 1.0)      # of generated and real images
    batch_norm = staticmethod(functools.partial(ops.batch_norm, momentum=0.9))
    bias_before_norm = True        # True = layers before a norm have a bias

    def __init__(self, config):
        families.check_networks(config)
        self.averages = families.family_of(config).averages
        self.size = (config.image_height, config.image_width)
        self.g_maps = config.generator_maps
        self.d_maps = config.discriminator_maps
        self.reference = config.batch_size    # rows that normalise samples if there are no averages
        self.g_norm, self.d_norm = config.g_norm, families.d_norm(config)
        self._classes = len(config.class_names)
        self._labelled = config.conditioned
        self.d_needs_reference = families.needs_reference(config)

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


def halvings(size, times):
    """Returns [size, size / 2, ...]: `times` halvings, rounded up as by stride-2 SAME layers."""
    sizes = [tuple(size)]
    for _ in range(times):
        sizes.append(tuple(-(-n // 2) for n in sizes[-1]))
    return sizes


def flatten(x):
    """Reshapes [N, H, W, C] -> [N, H W C]."""
    return tf.reshape(x, [-1, x.shape[1] * x.shape[2] * x.shape[3]])
