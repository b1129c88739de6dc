"""Functions of feature maps: an energy, and the features that the tools measure."""

import tensorflow as tf

from dcgan_tf import networks, ops
from dcgan_tf.networks.architecture import flatten

GRID = 4                # cells along each side of a feature map, in `pooled`


def pooled(maps):
    """Max-pools the feature maps of several layers to 4x4 each, and concatenates them.   -> [N, F]

    Radford et al. 2016, arXiv 1511.06434, section 5.1.
    """
    return tf.concat([flatten(ops.max_pool_grid(h, GRID)) for h in maps], axis=1)


class Energy:
    """The energy of a discriminator that is an autoencoder: Zhao et al. 2017, arXiv 1609.03126.

    It encodes an image as z_dim numbers and decodes them with layers like the generator's. It
    returns the mean squared error of the pixels, in units of half their range.   [N, H, W, C] ->
    [N, 1]
    """

    def __init__(self, architecture, config):
        # The decoder is a part of D: it has batch norm only if D has.
        norm = 'batch' if architecture.norms.d == 'batch' else 'none'
        self._encoder, self._z_dim = architecture, config.z_dim
        self._decoder = networks.build(config.replace(g_norm=norm))

    def __call__(self, x, y, *, training):
        code = self._encoder.discriminator(x, y, training=training, logits=self._z_dim)  # [N, Z]
        decoded = self._decoder.generator(code, y, training=training)
        error = (x - decoded) / self._encoder.value_range.half
        return tf.reduce_mean(tf.square(error), axis=[1, 2, 3])[:, None]
