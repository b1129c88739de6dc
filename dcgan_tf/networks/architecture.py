"""The contract of every pair of networks, and the code that the families share."""

import abc

import tensorflow as tf

from dcgan_tf.config import FAMILIES, families
from dcgan_tf.networks import codes
from dcgan_tf.networks.conditioning import concat_latent
from dcgan_tf.networks.norms import Norms
from dcgan_tf.networks.value_range import ValueRange


class Architecture(abc.ABC):
    """A generator and a discriminator, with sizes and numbers of feature maps from a Config.

    `family` says how many layers it has, and whether its batch norm keeps averages. It is a row of
    `config.FAMILIES`; a class of your own may have another `Family`.
    Its functions are called inside `ops.network(...)`, which opens the scopes. Both networks work
    for any batch size N. Each begins with `concat_latent` or `concat_image` of conditioning.py,
    which add the labels.
    """

    family = FAMILIES['dcgan']               # what is known before it is built
    value_range = ValueRange(-1.0, 1.0)      # of generated and real images
    norms = Norms()

    def __init__(self, config):
        families.check_networks(config)
        self.size = (config.image_height, config.image_width)
        self.g_maps, self.d_maps = config.generator_maps, config.discriminator_maps
        self.norms = self.norms.of_run(config)
        self.classes = sum(config.label_sizes)       # of all labels together; 0 = no labels

    @abc.abstractmethod
    def generator(self, z, y, *, training):
        """Builds G: z [N, Z], labels y or None -> images [N, H, W, C] in `value_range`."""

    @abc.abstractmethod
    def feature_maps(self, x, y, *, training):
        """Returns D's activations [N, H', W', maps] after each of its convolutions.

        x, y: as for `discriminator`.
        """

    @abc.abstractmethod
    def head(self, h, logits):
        """Builds D's last layer: what `hidden` returns -> logits [N, logits]."""

    def hidden(self, x, y, *, training):
        """Builds D without its last layer. x, y: as for `discriminator`."""
        return self.after_maps(self.feature_maps(x, y, training=training)[-1], training=training)

    def after_maps(self, h, *, training):
        """Builds what D has between its last feature maps h and its last layer: here nothing."""
        return h

    def discriminator(self, x, y, *, training, logits):
        """Builds D: x [N, H, W, C] in `value_range`, labels y or None -> logits [N, logits]."""
        return self.head(self.hidden(x, y, training=training), logits)

    def encoder(self, x, y, *, training, numbers):
        """Builds E: x [N, H, W, C] in `value_range`, labels y or None -> [N, numbers].

        Its layers are those of `discriminator`, with weights of their own.
        """
        return self.discriminator(x, y, training=training, logits=numbers)

    def pair_discriminator(self, x, z, *, training, logits):
        """Builds a D of pairs: images x [N, H, W, C], latents z [N, Z] -> logits [N, logits]."""
        return codes.pair_logits(self.hidden(x, None, training=training), z, logits)

    def code_discriminator(self, z, y, *, training, logits):
        """Builds a D of codes: z [N, Z], labels y [N] or None -> logits [N, logits]."""
        return codes.code_logits(concat_latent(z, y, self.classes), logits)

    def sample(self, z, y, reference_z, reference_y):
        """Generates images that depend on their own z and y, not on other rows.   -> [N, H, W, C]

        With moving averages, batch norm has this property. Without them, the rows are normalised by
        the moments of `reference_z` [reference, Z]: fixed latents that are put before z, with
        labels of their own. Here labels are weights [N, K], or None.
        """
        if self.norms.averages:
            return self.generator(z, y, training=False)
        with tf.name_scope('reference'):
            z = tf.concat([reference_z, z], axis=0)
            y = None if y is None else tf.concat([reference_y, y], axis=0)
        made = self.generator(z, y, training=False)
        with tf.name_scope('without_reference'):
            return made[self.norms.reference:]

    def features(self, x, reference_x, classes):
        """Returns the feature maps of D, or of E: see `beside_reference`.

        No label is used. A D that takes the labels of K = `classes` classes gets the weight 1/K
        for each. Its first convolution is linear, so it returns the mean of its outputs for all
        classes. classes: 0 if D takes no labels.
        """
        def build(x):
            with tf.name_scope('reference'):
                y = tf.fill([tf.shape(x)[0], classes], 1.0 / classes) if classes else None
            return self.feature_maps(x, y, training=False)
        return self.beside_reference(build, x, reference_x)

    def beside_reference(self, build, x, reference_x):
        """Applies D, E or a part of one to x: the result for an image depends on its pixels alone.

        If their batch norm keeps no averages, real images `reference_x` [reference, H, W, C] are
        put before x, as in `sample`. Otherwise `reference_x` is not used.
        build: images [N, H, W, C] -> a tensor or a list of tensors, [N, ...].
        """
        if not self.norms.d_needs_reference:
            return build(x)
        with tf.name_scope('reference'):
            x = tf.concat([reference_x, x], axis=0)
        found = build(x)
        with tf.name_scope('without_reference'):
            return tf.nest.map_structure(lambda h: h[self.norms.reference:], found)


def halvings(size, times):
    """Returns [size, size / 2, ...]: `times` halvings, rounded up as by stride-2 SAME layers."""
    sizes = [tuple(size)]
    for _ in range(times):
        sizes.append(tuple(-(-n // 2) for n in sizes[-1]))
    return sizes
