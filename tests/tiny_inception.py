"""A graph with the names, the shapes and the age of `classify_image_graph_def.pb`, but one layer.

Like the original it was frozen for one JPEG, resizes and scales by itself, and has an op that
TensorFlow only runs in graphs of before 2016.
"""

import numpy as np
import tensorflow as tf

v1 = tf.compat.v1
SIDE = 4                # of the pictures inside, where the original has 299
KERNEL = np.random.default_rng(0).normal(0, 0.1, (SIDE, SIDE, 3, 2048)).astype(np.float32)
CLASSES = np.random.default_rng(1).normal(0, 0.1, (2048, 1008)).astype(np.float32)
BETA, VARIANCE, EPSILON = 0.25, 3.0, 1e-3


def graph_def():
    """-> GraphDef, with the shapes of a batch of one written into every node."""
    with tf.Graph().as_default() as graph:
        jpeg = tf.constant(b'', name='DecodeJpeg/contents')
        x = tf.cast(tf.io.decode_jpeg(jpeg, channels=3, name='DecodeJpeg'), tf.float32, name='Cast')
        x = tf.expand_dims(x, 0, name='ExpandDims')
        x = tf.raw_ops.ResizeBilinear(images=x, size=[SIDE, SIDE], name='ResizeBilinear')
        x = tf.multiply(tf.subtract(x, 128.0, name='Sub'), 0.0078125, name='Mul')
        for name, value in (('mean', 0.0), ('variance', VARIANCE), ('beta', BETA), ('gamma', 1.0)):
            tf.constant([value] * 3, name=f'norm/{name}')
        x = tf.identity(x, name='norm')
        x = tf.nn.relu(tf.nn.conv2d(x, KERNEL, 1, 'VALID', name='conv'))
        x = tf.nn.avg_pool2d(x, 1, 1, 'VALID', name='pool_3')
        x = tf.matmul(tf.reshape(x, [1, 2048]), CLASSES, name='softmax/logits/MatMul')
        tf.nn.softmax(tf.nn.bias_add(x, np.linspace(-9, 9, 1008, dtype=np.float32)), name='softmax')
        definition = graph.as_graph_def(add_shapes=True)
    definition.versions.producer = 8
    norm, = (node for node in definition.node if node.name == 'norm')
    norm.op = 'BatchNormWithGlobalNormalization'        # cannot be added to a graph of today
    norm.input.extend(f'norm/{name}' for name in ('mean', 'variance', 'beta', 'gamma'))
    norm.attr['variance_epsilon'].f = EPSILON
    norm.attr['scale_after_normalization'].b = False
    return definition


def seen(images):
    """uint8 [N, 8, 8, 1 or 3] -> (features [N, 2048], probabilities [N, 1008]), float64."""
    x = np.repeat(images[:, ::2, ::2].astype(float), 3 // images.shape[-1], axis=-1)    # as resized
    x = (x - 128.0) / 128.0 / np.sqrt(VARIANCE + EPSILON) + BETA
    features = np.maximum(x.reshape(len(x), -1) @ KERNEL.reshape(-1, 2048), 0)
    e = np.exp(features @ CLASSES)                                              # without the bias
    return features, e / e.sum(axis=1, keepdims=True)
