"""The contract of every pair of networks, and what the families have in common."""

import abc

import tensorflow as tf

from dcgan_tf.errors import UsageError


class Architecture(abc.ABC):
    """A generator and a discriminator, built by hand from a Config's sizes and feature maps.

    Called inside `ops.network(...)`, which opens the scopes. Both work for any batch size N.
    """

    value_range = (-1.0, 1.0)      # of the images, generated and real
    averages = True                # does batch norm keep moving averages?
    layers = None                  # (G's, D's) numbers of feature maps; None = any from 2 on

    def __init__(self, config):
        self._check_maps('generator_maps', config.generator_maps, 0)
        self._check_maps('discriminator_maps', config.discriminator_maps, 1)
        self.size = (config.image_height, config.image_width)
        self.channels = config.n_channels
        self.g_maps = config.generator_maps
        self.d_maps = config.discriminator_maps
        self.reference = config.batch_size     # rows that normalise a sample without averages

    def _check_maps(self, name, maps, network):
        """UsageError unless the list is as long as this family's network is deep."""
        wanted = self.layers[network] if self.layers else None
        if len(maps) != (wanted or max(len(maps), 2)):
            raise UsageError(f'{name} = {maps}: expected {wanted or "at least 2"} numbers')

    @abc.abstractmethod
    def generator(self, z, *, training):
        """z [N, Z] -> images [N, H, W, C] in `value_range`."""

    @abc.abstractmethod
    def discriminator(self, x, *, training, logits):
        """x [N, H, W, C] in `value_range` -> raw logits [N, logits]."""

    def sample(self, z, reference_z):
        """Images whose pixels depend on their own z alone, not on their neighbours.   [N, H, W, C]

        With moving averages batch norm sees to that. Without, the batch is normalised by the
        moments of `reference_z` [reference, Z], fixed latents put before it.
        """
        if self.averages:
            return self.generator(z, training=False)
        return self.generator(tf.concat([reference_z, z], axis=0), training=False)[self.reference:]


def halvings(size, times):
    """[size, size / 2, ...] with `times` halvings, rounded up: what stride-2 SAME layers make."""
    sizes = [tuple(size)]
    for _ in range(times):
        sizes.append(tuple(-(-n // 2) for n in sizes[-1]))
    return sizes


def flatten(x):
    """[N, H, W, C] -> [N, H W C]"""
    return tf.reshape(x, [-1, x.shape[1] * x.shape[2] * x.shape[3]])
