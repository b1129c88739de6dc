"""Applies a network to images once more: for its features, the classes it tells, scores, codes.

Where the run averages the weights of the network, as those of most encoders, these are used.
"""

import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.arguments import shown
from dcgan_tf.data.checks import checked_classes
from dcgan_tf.errors import UsageError
from dcgan_tf.fit.feed import check_images, run_in_chunks

v1 = tf.compat.v1


class FromImages:
    """The images that are fed, and those that normalise them.

    images: those of images_ph, [N, H, W, C] in the networks' range. reference, reference_ph: real
    images that normalise the others if batch norm keeps no averages; otherwise None.
    """

    def __init__(self, model, box):
        """model: a `train_ops.model.Model`. box: of the ops."""
        system, shape = model.system, model.inputs.images_ph.shape[1:]
        self._config, value_range = system.config, system.architecture.value_range
        norms, self.reference_ph, self.reference = system.architecture.norms, None, None
        with ops.box(box):
            self._images_ph = v1.placeholder(tf.uint8, [None, *shape], 'images')
            self.images = value_range.from_pixels(self._images_ph)
            if norms.d_needs_reference:
                self.reference_ph = v1.placeholder(tf.uint8, [norms.reference, *shape],
                                                   'reference')
                with tf.name_scope('reference_images'):
                    self.reference = value_range.from_pixels(self.reference_ph)

    def reference_feed(self, reference):
        """Returns the feed_dict of `reference`, which `Features.run` explains."""
        c = self._config
        if self.reference_ph is None:
            return {}
        if reference is None or len(reference) != c.batch_size:
            raise UsageError(f'reference: D of the preset {c.preset} normalises images by a batch '
                             f'of real images: expected {c.batch_size} of them')
        check_images(reference, c)
        return {self.reference_ph: reference}


class Features(FromImages):
    """The ops: `features` [N, F] of the images, or the probabilities of classes.

    UsageError if the system has no such result.
    """

    def __init__(self, model, what='features'):
        """model: a `train_ops.model.Model`. what: the function of the system, or `classes`."""
        super().__init__(model, what)
        self.features = getattr(model.system, what)(model.averaged_net, self.images, self.reference)

    def run(self, session, images, reference=None):
        """Returns the features of uint8 images [N, H, W, C], any N.   -> float32 [N, F]

        reference: uint8 [batch_size, H, W, C], real images. They are not used if there is no
        reference_ph. UsageError if they are needed and do not fit.
        """
        check_images(images, self._config)
        return run_in_chunks(session, self.features, len(images), {self._images_ph: images},
                             self.reference_feed(reference))


class OfLabelled(FromImages):
    """The ops: `scores` [N] of the images, or their codes [N, Z]. UsageError as for `Features`.

    labels_ph: the classes of the images, and before them those of the reference; None if the
    training uses no classes.
    """

    def __init__(self, model, what):
        """model: a `train_ops.model.Model`. what: the function of the system, `scores` or `encode`.
        """
        super().__init__(model, what)
        self._labels_ph, labels = [], None
        if self._config.takes_classes:
            with ops.box(what):
                names = ['reference_labels'] * (self.reference is not None) + ['labels']
                self._labels_ph = [v1.placeholder(tf.int32, [None], name) for name in names]
                labels = tf.concat(self._labels_ph, axis=0)
        self._result = getattr(model.system, what)(model.averaged_net, self.images, labels,
                                                   self.reference)

    def run(self, session, images, labels=None, reference=None):
        """Returns the results for uint8 images [N, H, W, C], any N.   -> float32 [N] or [N, Z]

        labels: int [N], their classes; not used if the training uses none. reference: (images, as
        for `Features.run`, and their classes).
        """
        check_images(images, self._config)
        if reference is not None and (not isinstance(reference, tuple | list)
                                      or len(reference) != 2):
            raise UsageError(f'reference = {shown(reference)}: expected a pair of images and their '
                             'labels, or None for these')
        reference, reference_labels = reference or (None, None)
        fed, of_all = {self._images_ph: images}, self.reference_feed(reference)
        if self._labels_ph:
            *before, own = self._labels_ph
            fed[own] = checked_classes(labels, len(images), self._config)
            of_all.update({ph: checked_classes(reference_labels, len(reference), self._config)
                           for ph in before})
        return run_in_chunks(session, self._result, len(images), fed, of_all)
