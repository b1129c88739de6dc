"""A D that is an autoencoder: what it returns for an image is the error of its reconstruction."""

import tensorflow as tf

from dcgan_tf import networks


def energy(architecture, config):
    """Returns what builds a discriminator that is an autoencoder: Zhao et al. 2017, 1609.03126.

    It encodes an image as z_dim numbers and decodes them with layers like the generator's. It
    returns the mean squared error of the pixels, in units of half their range.   [N, H, W, C] ->
    [N, 1]
    """
    # The decoder is a part of D: it has batch norm only if D has.
    norm = 'batch' if architecture.norms.d == 'batch' else 'none'
    decoder = networks.build(config.replace(g_norm=norm))

    def build(x, y, *, training):
        code = architecture.discriminator(x, y, training=training, logits=config.z_dim)   # [N, Z]
        decoded = decoder.generator(code, y, training=training)
        with tf.name_scope('energy'):
            error = (x - decoded) / architecture.value_range.half
            return tf.reduce_mean(tf.square(error), axis=[1, 2, 3])[:, None]
    return build
