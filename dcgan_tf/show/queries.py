"""Asks the networks of a GAN about images: features, classes or codes, scores, latents.

Each needs ops that no training needs, so it is asked for before the graph is finalized.
"""

import functools

from dcgan_tf.fit.base_gan import BaseGAN
from dcgan_tf.fit.feed import check_images
from dcgan_tf.show.image_features import Features, Scores
from dcgan_tf.show.inversion import Inversion, InversionOptions, invert


class Queries(BaseGAN):
    """The methods of a GAN that ask its networks about images."""

    _features = _classes = _scores = _inversion = None

    def features(self):
        """Builds one more use of D, for `discriminator_features`."""
        if self._features is None:
            self._features = self._one_more_use(Features, "D's features: call features() first")

    def discriminator_features(self, images, reference=None):
        """Returns D's features of uint8 images [N, H, W, C], any N.   -> float32 [N, F]

        They are the feature maps after each of D's convolutions, max-pooled to 4x4 and
        concatenated: Radford et al. 2016, arXiv 1511.06434, section 5.1. They depend only on the
        image: not on other images, on a label, or on the augmentation of training.
        reference: batch_size real images, which normalise all others. Only a D whose batch norm
        keeps no averages (main1) needs it.
        Call `features` before `load_model`, because no op can be added to a finalized graph.
        """
        self.features()
        self._finish()
        return self._features.run(self.session, images, reference)

    def classes(self):
        """Builds one more use of a network that tells classes, for `class_probabilities`."""
        if self._classes is None:
            self._classes = self._one_more_use(functools.partial(Features, what='classes'),
                                               'classes of images: call classes() first')

    def class_probabilities(self, images, reference=None):
        """Returns what an acgan's D, or an infogan's Q, says of uint8 images [N, H, W, C].

        -> float32 [N, K], the probabilities of the classes; of an infogan with several codes those
        of each code, one after the other. reference: see `discriminator_features`. Call `classes`
        before `load_model`. UsageError for another type.
        """
        self.classes()
        self._finish()
        return self._classes.run(self.session, images, reference)

    def scores(self):
        """Builds one more use of D, for `discriminator_scores`."""
        if self._scores is None:
            self._scores = self._one_more_use(Scores, "D's scores: call scores() first")

    def discriminator_scores(self, images, labels=None, reference=None):
        """Returns how real D finds uint8 images [N, H, W, C].   -> float32 [N], larger = more real

        It is > 0 where D says "real", unless only differences have a meaning, as with `wgan`. Batch
        norm reads its averages, and the images are not augmented. labels: int [N], the classes; for
        a cgan. reference: as in `discriminator_features`, but a pair: images, labels or None.
        Call `scores` before `load_model`. A training with `hold_out` has called it.
        """
        self.scores()
        self._finish()
        return self._scores.run(self.session, images, labels, reference)

    def inversion(self):
        """Builds what `invert` needs: the distance of a sample from an image, and its gradient."""
        if self._inversion is None:
            self._inversion = self._one_more_use(Inversion, 'inversion: call inversion() first')

    def invert(self, images, labels=None, options=None, tick=lambda: None):
        """Searches latents for which G makes images like these. Returns an `InversionResult`.

        images: uint8 [N, H, W, C]. labels: for a cgan, the class of each image, int [N]; None = try
        all classes. options: an `InversionOptions`. tick: called while the search goes on.
        Call `inversion` before `load_model`, because no op can be added to a finalized graph.
        """
        self.inversion()
        self._finish()
        check_images(images, self.config)
        run = functools.partial(self._inversion.run, self.session)
        return invert(run, images, self.config, options or InversionOptions(), labels, tick)

    def _finish(self, *, training=True):
        if training and self._checkpoints is None:
            if self.config.tells_classes:
                self.classes()                   # for the metrics of the training
            if self.config.hold_out:
                self.scores()                    # ... and for `overfitting`
        super()._finish(training=training)
