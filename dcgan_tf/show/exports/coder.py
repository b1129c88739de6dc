"""Builds the graph of an encoder that is exported, with constants instead of variables.

    image [N, H, W, C] in [0, 1], label [N] -> Encoder_encode -> z [N, Z]

The weights are those that `GAN.encode` uses. Only an encoder that takes classes has the label. One
that normalises pictures by other pictures cannot be exported: its users would not have these.
"""

import numpy as np
import tensorflow as tf

from dcgan_tf import images
from dcgan_tf.show.exports.sampler import Sampler, about
from dcgan_tf.train_ops.model import with_weights

v1 = tf.compat.v1


def of(gan, name: str = '') -> Sampler:
    """Builds the Sampler of the encoder of a DeepConvolutionalGAN that `encodes`.

    name: the name of its run, for `about`.
    """
    c, step = gan.config, gan.steps_done()         # steps_done finishes the graph
    weights = gan.session.run(gan.built.weights)
    with tf.Graph().as_default() as graph:
        image = v1.placeholder(tf.float32, [None, c.image_height, c.image_width, c.n_channels],
                               'image')
        inputs, y = {'image': image}, None
        if c.takes_classes:
            inputs['label'] = y = v1.placeholder(tf.int32, [None], 'label')
        with tf.name_scope('from_unit'):
            x = gan.system.architecture.value_range.from_unit(image)
        net = with_weights(gan.built.net, weights)
        z = tf.identity(gan.system.encode(net, x, y, None), 'z')
    graph.finalize()
    return Sampler(graph, inputs, z, about(c, name, step, z, image, y))


def example_feed(drawn: np.ndarray, label: np.ndarray | None) -> tuple[dict, np.ndarray]:
    """Returns inputs for the graph, and the same images as pixels, for `GAN.encode`.

    drawn: images [N, H, W, C] in [0, 1]. label: their classes, or None.
    """
    pixels = images.to_uint8(drawn)
    feed = {'image': np.float32(pixels) / 255}
    return feed if label is None else {**feed, 'label': np.int32(label)}, pixels
