"""Builds the graph of an encoder that is exported, with constants instead of variables.

    image [N, H, W, C] in [0, 1], label [N] -> Encoder_encode -> z [N, Z], probabilities [N, K]

The weights are those that `GAN.encode` uses. Only an encoder that takes classes has the label, and
only one that finds clusters has the probabilities of its K clusters: the largest one is the label
that the generator takes. An encoder that normalises pictures by other pictures cannot be exported:
its users would not have these.
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
        outputs = {'z': tf.identity(gan.system.encode(net, x, y, None), 'z')}
        if c.has_codes:
            outputs['probabilities'] = tf.identity(gan.system.classes(net, x, None),
                                                   'probabilities')
    graph.finalize()
    words = about(c, name, step, outputs['z'], image, y)
    if c.has_codes:
        words['probabilities'] = f'float32 [N, {sum(c.label_sizes)}], of the clusters'
    return Sampler(graph, inputs, outputs, words)


def example(gan, drawn: np.ndarray, label: np.ndarray | None) -> tuple[dict, dict]:
    """Returns inputs for the graph, and what the GAN returns for them.

    drawn: images [N, H, W, C] in [0, 1]. label: their classes, or None.
    """
    pixels = images.to_uint8(drawn)
    feed = {'image': np.float32(pixels) / 255}
    if gan.config.takes_classes:
        feed['label'] = np.int32(label)
    outputs = {'z': gan.encode(pixels, feed.get('label'))}
    if gan.config.has_codes:
        outputs['probabilities'] = gan.class_probabilities(pixels)
    return feed, outputs
