"""Our own small convolutional network, whose features the metrics compare.

    x -> conv 5x5 stride 2, batch norm, ReLU, repeated until both sides are 7 or less
      -> linear 128, ReLU = the features -> linear K = logits of the classes

With its initial weights it is used for pictures without labels: `random`.
"""

import contextlib
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.bars import bar
from dcgan_tf.data.dataset import Batches
from dcgan_tf.fit.session import open_session
from dcgan_tf.optimizers.adam import Adam
from dcgan_tf.run_folder.initial_weights import assign

v1 = tf.compat.v1
FEATURES = 128
SEED = 0                 # of weights, order and dropout: all users train the same network
BATCH, RATE = 128, 1e-3
STEPS, PASSES = 1_500, 30             # the training ends at the smaller one
CHUNK = 500              # images per session run, outside the training


class ImageFeatures(NamedTuple):
    """The features of N images, and their class probabilities if classes are known."""

    features: np.ndarray                    # [N, F] float32
    probabilities: np.ndarray | None        # [N, K] float32, rows sum to 1; None = no classes


class Classifier(contextlib.AbstractContextManager):
    """Callable: uint8 images [N, H, W, C] -> ImageFeatures. Use it in a `with` block.

    The block closes its session.
    """

    def __init__(self, shape, classes, *, threads=0):
        """shape: (H, W, C) of an image. threads: of the session; 0 = one per core."""
        self._session = open_session(tf.Graph(), threads)
        with self._session.graph.as_default(), ops.weights_from(SEED):
            self.images_ph = v1.placeholder(tf.uint8, [None, *shape], 'images')
            x = tf.cast(self.images_ph, tf.float32) / 127.5 - 1.0
            with ops.network('Classifier', 'sample'):
                self._features, logits = _network(x, classes, None)
                self._probabilities = tf.nn.softmax(logits)
            self._train_graph(x, classes)
            self._session.run(v1.global_variables_initializer())
            self._saved = {v.op.name: v for v in v1.global_variables('Classifier/')
                           if 'Adam' not in v.op.name}
            self._session.graph.finalize()

    def __call__(self, images):
        fetches = (self._features, self._probabilities)
        parts = [self._session.run(fetches, {self.images_ph: images[i:i + CHUNK]})
                 for i in range(0, len(images), CHUNK)]
        return ImageFeatures(*map(np.concatenate, zip(*parts, strict=True)))

    def train(self, images, labels, *, progress=False):
        """Trains on images uint8 [N, H, W, C] and labels int [N] with Adam; the rate falls to 0."""
        batches = Batches(images, min(BATCH, len(images)), seed=SEED)
        steps = min(STEPS, -(-PASSES * len(images) // batches.batch_size))
        for step in bar(range(steps), desc='classifier', unit='step', shown=progress):
            indices = batches.indices(step)
            self._session.run(self._train_op, {
                self.images_ph: images[indices], self._labels_ph: labels[indices],
                self._step_ph: step, self._rate_ph: RATE * (1.0 - step / steps)})

    def accuracy(self, images, labels):
        """Returns the share of images whose most likely class is their label."""
        return float((self(images).probabilities.argmax(axis=1) == labels).mean())

    def weights(self):
        """Returns {name: array} of all variables but Adam's."""
        return self._session.run(self._saved)

    def set_weights(self, weights):
        """Sets all variables from what `weights` returned.

        Raises KeyError or ValueError for weights of another network, before any is set.
        """
        values = {name: np.asarray(weights[name]) for name in self._saved}
        for name, v in self._saved.items():
            if values[name].shape != v.shape or values[name].dtype != v.dtype.as_numpy_dtype:
                raise ValueError(f'{name} is {values[name].shape} {values[name].dtype}, expected '
                                 f'{v.shape} {v.dtype.name}')
        for name, v in self._saved.items():
            assign(self._session, v, values[name])

    def __exit__(self, *error):
        self._session.close()

    def _train_graph(self, x, classes):
        """Builds a training step: all gradients, then Adam and batch norm's moving averages."""
        self._labels_ph = v1.placeholder(tf.int32, [None], 'labels')
        self._step_ph = v1.placeholder(tf.int64, [], 'step')
        self._rate_ph = v1.placeholder(tf.float32, [], 'rate')
        with ops.network('Classifier', 'train'):
            _, logits = _network(x, classes, self._step_ph)
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(
            labels=self._labels_ph, logits=logits))
        weights = v1.trainable_variables('Classifier/')
        adam = Adam('train', weights, self._rate_ph, 0.9, 0.999)
        gradients = ops.gradients(loss, weights)
        with tf.control_dependencies(gradients):
            self._train_op = tf.group(adam.update_op(gradients),
                                      *ops.update_moving_averages('Classifier_train/'))


def _network(x, classes, step):
    """Returns (features [N, 128], logits [N, K]). step: the training step; None = not training."""
    training, maps, h = step is not None, 32, x
    while max(h.shape[1:3]) > 7 or maps == 32:
        h = ops.conv2d(h, f'conv{maps}', maps, init=ops.glorot_uniform, use_bias=False)
        h = ops.relu(ops.batch_norm(h, f'norm{maps}', training=training))
        maps *= 2
    h = tf.reshape(h, [-1, h.shape[1] * h.shape[2] * h.shape[3]])
    features = ops.relu(ops.linear(h, 'features', FEATURES, init=ops.glorot_uniform))
    kept = ops.dropout(features, 0.5, seed=tf.stack([SEED, tf.cast(step, tf.int32)]),
                       training=True) if training else features
    return features, ops.linear(kept, 'logits', classes, init=ops.glorot_uniform)
