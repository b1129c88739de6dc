"""One more use of D, whose output is features of images."""

import tensorflow as tf

v1 = tf.compat.v1


class Features:
    """The ops: `features` [N, F] of the images in images_ph.

    reference_ph: real images that normalise the others if batch norm keeps no averages; otherwise
    None.
    UsageError if the system has no features.
    """

    def __init__(self, model):
        system, images_ph, self.reference_ph = model.system, model.inputs.images_ph, None
        architecture = system.architecture
        with tf.name_scope('inputs/'):
            images, reference = architecture.value_range.from_pixels(images_ph), None
            if architecture.norms.d_needs_reference:
                shape = [architecture.norms.reference, *images_ph.shape[1:]]
                self.reference_ph = v1.placeholder(tf.uint8, shape, 'reference')
                reference = architecture.value_range.from_pixels(self.reference_ph)
        self.features = system.features(model.net, images, reference)
