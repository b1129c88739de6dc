"""Applies a network to images once more, for its features or for the classes that it tells."""

import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.errors import UsageError
from dcgan_tf.fit.feed import check_images, run_in_chunks

v1 = tf.compat.v1


class Features:
    """The ops: `features` [N, F] of the images in images_ph, or the probabilities of classes.

    reference_ph: real images that normalise the others if batch norm keeps no averages; otherwise
    None.
    UsageError if the system has no such result.
    """

    def __init__(self, model, what='features'):
        """model: a `train_ops.model.Model`. what: the function of the system, or `classes`."""
        system, shape = model.system, model.inputs.images_ph.shape[1:]
        self._config, value_range = system.config, system.architecture.value_range
        norms, self.reference_ph, reference = system.architecture.norms, None, None
        with ops.box(what):
            self._images_ph = v1.placeholder(tf.uint8, [None, *shape], 'images')
            images = value_range.from_pixels(self._images_ph)
            if norms.d_needs_reference:
                self.reference_ph = v1.placeholder(tf.uint8, [norms.reference, *shape],
                                                   'reference')
                with tf.name_scope('reference_images'):
                    reference = value_range.from_pixels(self.reference_ph)
        self.features = getattr(system, what)(model.net, images, reference)

    def run(self, session, images, reference=None):
        """Returns the features of uint8 images [N, H, W, C], any N.   -> float32 [N, F]

        reference: uint8 [batch_size, H, W, C], real images. They are not used if there is no
        reference_ph. UsageError if they are needed and do not fit.
        """
        check_images(images, self._config)
        return run_in_chunks(session, self.features, len(images), {self._images_ph: images},
                             self._reference_feed(reference))

    def _reference_feed(self, reference):
        c = self._config
        if self.reference_ph is None:
            return {}
        if reference is None or len(reference) != c.batch_size:
            raise UsageError(f'reference: D of the preset {c.preset} normalises images by a batch '
                             f'of real images: expected {c.batch_size} of them')
        check_images(reference, c)
        return {self.reference_ph: reference}
