"""The networks of Larsen et al. 2016, arXiv 1512.09300, for 64x64 and for 32x32 pixels."""

import functools

import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.config import FAMILIES
from dcgan_tf.networks.architecture import Architecture, halvings
from dcgan_tf.networks.conditioning import concat_image, concat_latent
from dcgan_tf.networks.norms import Norms

STRIDES = (1, 2, 2, 2)                # of D's convolutions
MAPS_OF_E = (64, 128, 256)
UNITS_OF_E, UNITS_OF_D = 1024, 512


class VAEGAN(Architecture):
    """5x5 kernels and ReLU; batch norm everywhere but on D's first layer and before an output.

    `feature_maps` are those before batch norm and ReLU, as the paper compares them.
    """

    family = FAMILIES['vae_gan']
    norms = Norms(batch_norm=functools.partial(ops.batch_norm, momentum=0.9, epsilon=1e-6),
                  bias_before=False)

    def generator(self, z, y, *, training):
        """Builds G: linear, three transposed convolutions, and one that keeps the size."""
        first, *maps, channels = self.g_maps
        *sizes, start = halvings(self.size, len(maps))
        z = concat_latent(z, y, self.classes)
        with tf.name_scope('g0_linear'):
            h = ops.linear_maps(z, 'g0_linear', first, start, use_bias=self.norms.bias_before)
            h = ops.relu(self.norms.of_g(h, 'g0_norm', training))
        for i, (size, n) in enumerate(zip(reversed(sizes), maps, strict=True), 1):
            with tf.name_scope(f'g{i}_deconv'):
                h = ops.conv2d_transpose(h, f'g{i}_deconv', n, size,
                                         use_bias=self.norms.bias_before)
                h = ops.relu(self.norms.of_g(h, f'g{i}_norm', training))
        with tf.name_scope('g4_conv'):
            return ops.tanh(ops.conv2d(h, 'g4_conv', channels, stride=1))

    def feature_maps(self, x, y, *, training):
        """Builds the convolutions, the first of which keeps the size."""
        h, maps = concat_image(x, y, self.classes), []
        for i, (n, stride) in enumerate(zip(self.d_maps[1:], STRIDES, strict=True), 1):
            h = h if i == 1 else self._activated(h, i - 1, training)
            h = ops.conv2d(h, f'd{i}_conv', n, stride=stride,
                           use_bias=i == 1 or self.norms.bias_before)
            maps.append(h)
        return maps

    def after_maps(self, h, *, training):
        """Builds the last norm and ReLU, then 512 units."""
        h = self._activated(h, len(STRIDES), training)
        return self._units(h, 'd5', UNITS_OF_D, training)

    def head(self, h, logits):
        return ops.linear(h, 'd6_linear', logits)

    def encoder(self, x, y, *, training, numbers):
        """Builds E: three convolutions, 1024 units, and a linear layer."""
        h = concat_image(x, y, self.classes)
        for i, n in enumerate(MAPS_OF_E, 1):
            with tf.name_scope(f'e{i}_conv'):
                h = ops.conv2d(h, f'e{i}_conv', n, use_bias=self.norms.bias_before)
                h = ops.relu(self.norms.of_d(h, f'e{i}_norm', training))
        return ops.linear(self._units(h, 'e4', UNITS_OF_E, training), 'e5_linear', numbers)

    def _activated(self, h, i, training):
        """Returns what follows the i-th convolution of D: its norm, but for the first, and ReLU."""
        with tf.name_scope(f'd{i}_activated'):
            return ops.relu(h if i == 1 else self.norms.of_d(h, f'd{i}_norm', training))

    def _units(self, h, name, units, training):
        with tf.name_scope(f'{name}_linear'):
            h = ops.linear(h, f'{name}_linear', units, use_bias=self.norms.bias_before)
            return ops.relu(self.norms.of_d(h, f'{name}_norm', training))
