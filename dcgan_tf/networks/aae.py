"""The fully connected networks of Makhzani et al. 2015, arXiv 1511.05644, for MNIST."""

import functools

import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.config import FAMILIES
from dcgan_tf.networks.architecture import Architecture
from dcgan_tf.networks.codes import code_logits
from dcgan_tf.networks.conditioning import concat_image, concat_latent
from dcgan_tf.networks.value_range import ValueRange

INIT = ops.normal(0.01)
linear = functools.partial(ops.linear, init=INIT)


class AAE(Architecture):
    """Layers of units with ReLU in all networks, sigmoid output.

    A number of feature maps is a number of units here. A D of codes has the units of E, and no
    norm. A layer before a batch norm has no bias.
    """

    family = FAMILIES['aae']
    value_range = ValueRange(0.0, 1.0)

    def generator(self, z, y, *, training):
        """Builds G: the hidden layers, then a number for each pixel."""
        *hidden, channels = self.g_maps
        h, (height, width) = concat_latent(z, y, self.classes), self.size
        for i, units in enumerate(hidden):
            with tf.name_scope(f'g{i}_linear'):
                h = linear(h, f'g{i}_linear', units, use_bias=self.norms.g != 'batch')
                h = ops.relu(self.norms.of_g(h, f'g{i}_norm', training))
        with tf.name_scope(f'g{len(hidden)}_linear'):
            h = linear(h, f'g{len(hidden)}_linear', height * width * channels)
            return ops.sigmoid(tf.reshape(h, [-1, height, width, channels]))

    def feature_maps(self, x, y, *, training):
        """Builds the hidden layers of D, or of E: maps of one pixel, [N, 1, 1, units] each."""
        h, activations = ops.flatten(concat_image(x, y, self.classes)), []
        for i, units in enumerate(self.d_maps[1:], 1):
            with tf.name_scope(f'd{i}_linear'):
                h = linear(h, f'd{i}_linear', units, use_bias=self.norms.d != 'batch')
                h = ops.relu(self.norms.of_d(h, f'd{i}_norm', training))
                activations.append(h[:, None, None, :])
        return activations

    def head(self, h, logits):
        return linear(h, f'd{len(self.d_maps)}_linear', logits)

    def code_discriminator(self, z, y, *, training, logits):
        return code_logits(concat_latent(z, y, self.classes), logits, self.d_maps[1:], INIT,
                           ops.relu)


class AAEClusters(AAE):
    """The same, with E's norm on its last layer, too, as the paper has it for clusters."""

    family = FAMILIES['aae_clusters']

    def encoder(self, x, y, *, training, numbers):
        h, i = self.hidden(x, y, training=training), len(self.d_maps)
        with tf.name_scope(f'd{i}_linear'):
            h = linear(h, f'd{i}_linear', numbers, use_bias=self.norms.d != 'batch')
            return self.norms.of_d(h, f'd{i}_norm', training)
