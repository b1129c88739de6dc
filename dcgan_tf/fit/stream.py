"""Images of a tf.data.Dataset: an endless stream of batches, and some of them to look at."""

import itertools

import numpy as np
import tensorflow as tf

from dcgan_tf.errors import UsageError
from dcgan_tf.fit.feed import BatchFeeder

TF_DATA = 'tf.data'             # its name in config.json
EXAMPLES, MAX_EXAMPLES = 1_000, 20_000    # at least, and at most if classes are missing


class Stream:
    """The images of a tf.data.Dataset, over and over again.

    images, labels: the first of them, uint8 [n, H, W, C] and int32 [n] or None. The pictures of
    real images and the measure of diversity use them. n_images: the length of a pass; inf = not
    known.
    """

    def __init__(self, dataset, config):
        """dataset: of images uint8 [H, W, C], or of batches of them; or of pairs with labels."""
        spec, self._config = dataset.element_spec, config
        self._has_labels = isinstance(spec, tuple)
        images = spec[0] if self._has_labels else spec
        rank = getattr(images, 'shape', tf.TensorShape(None)).rank
        if rank not in (3, 4) or (self._has_labels and len(spec) != 2):
            raise UsageError(f'tf.data with elements {spec}: expected images uint8 [H, W, C] or '
                             'batches of them, or pairs (images, labels)')
        with tf.init_scope():                       # eager, also inside of a `with graph:`
            if not tf.executing_eagerly():
                raise UsageError('tf.data needs eager execution: leave '
                                 'tf.compat.v1.disable_eager_execution() out, or give arrays')
            single = dataset.unbatch() if rank == 4 else dataset
            if config.learns_classes:
                self._check_label(single.element_spec)
            length = int(single.cardinality())
            self.n_images = length if length > 0 else float('inf')
            self.images, self.labels = self._examples(single)
            self._batches = iter(single.repeat().batch(
                config.batch_size, drop_remainder=True).prefetch(2).as_numpy_iterator())

    def batch(self):
        """Returns the next batch: images uint8 [batch_size, H, W, C], labels int32 or None."""
        return self._pair(next(self._batches))

    def _check_label(self, spec):
        """Raises UsageError unless each image has one whole number as its label."""
        label = spec[1] if self._has_labels else None
        if not isinstance(label, tf.TensorSpec) or label.shape.rank or not label.dtype.is_integer:
            raise UsageError(f'tf.data with labels {label}: a {self._config.type} needs pairs '
                             '(image, label), each label a whole number from 0 to '
                             f'{len(self._config.class_names) - 1}')

    def _examples(self, single):
        """Returns the first images and labels: enough that every class is among them."""
        elements, found = single.take(MAX_EXAMPLES).as_numpy_iterator(), []
        classes = len(self._config.class_names) if self._config.learns_classes else 0
        while part := list(itertools.islice(elements, EXAMPLES)):
            found += part
            if not classes or len({int(label) for _, label in found}) == classes:
                break
        if len(found) < self._config.batch_size:
            raise UsageError(f'tf.data has {len(found)} images: expected at least a batch, '
                             f'{self._config.batch_size}')
        if not self._has_labels:
            return np.stack(found), None
        images, labels = zip(*found, strict=True)
        return np.stack(images), np.int32(labels)

    def _pair(self, element):
        images, labels = element if self._has_labels else (element, None)
        if self._config.learns_classes:
            labels, classes = np.int32(labels), len(self._config.class_names)
            if not 0 <= labels.min() <= labels.max() < classes:
                raise UsageError(f'tf.data: labels from {labels.min()} to {labels.max()}: expected '
                                 f'0 to {classes - 1}')
        return images, labels


class StreamFeeder(BatchFeeder):
    """A BatchFeeder that takes its batches from a Stream, one after the other."""

    def __init__(self, gan, stream):
        super().__init__(gan, stream.images, stream.labels)
        self._stream, self.n_images = stream, stream.n_images

    def _batch(self, number):
        return self._stream.batch()
