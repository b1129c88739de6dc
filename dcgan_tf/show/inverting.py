"""Searches the latents of images, from random starts and from the codes of an encoder."""

import functools

from dcgan_tf.errors import UsageError
from dcgan_tf.fit.feed import check_images
from dcgan_tf.show.inversion import FEATURES, InversionOptions, checked, invert
from dcgan_tf.show.inversion_ops import Inversion
from dcgan_tf.show.queries import Queries


class Inverting(Queries):
    """The method of a GAN that inverts its generator. See `Queries` for when ops are built."""

    _inversion = None

    def inversion(self):
        """Builds what `invert` needs: the distance of a sample from an image, and its gradient;
        and the encoder, if there is one.
        """
        if self._inversion is None:
            self._inversion = self._one_more_use(Inversion, 'inversion', 'inversion')
            if self.encodes:
                self.encoder()
            if self._finds_clusters:
                self.classes()

    def invert(self, images, labels=None, options=None, tick=lambda: None):
        """Searches latents for which G makes images like these. Returns an `InversionResult`.

        images: uint8 [N, H, W, C]. labels: for a cgan, the class of each image, int [N]; None = try
        all classes. options: an `InversionOptions`; with 0 steps the result is the code of the
        encoder. tick: called while the search goes on. If the GAN `encodes`, one start of the
        search is the code, and of clusters only that is tried which the encoder finds.
        """
        self.inversion()
        self._finish()
        check_images(images, self.config)
        options = checked(options or InversionOptions())
        if options.features:
            self._check_whole("D's features", hint='it is searched in pixels, features=0')
            if not self._inversion.has_features:
                raise UsageError(f'features = {options.features:g}: --type {self.config.type} has '
                                 'no features of images: expected 0 (--features 0)')
        elif options.features is None:
            none = self._pretrained or not self._inversion.has_features
            options = options._replace(features=0.0 if none else FEATURES)
        if not options.steps:
            options = self._without_search(options)
        if labels is None and self._finds_clusters:
            labels = self.class_probabilities(images).argmax(axis=1)
        self._measure_averages()
        run = functools.partial(self._inversion.run, self.session)
        return invert(run, images, self.config, options, labels, tick,
                      self.encode if self.encodes else None)

    def _without_search(self, options):
        """Returns the options for the code alone: a random start would be no result."""
        if not self.encodes:
            raise UsageError('--steps 0 is the code of the encoder alone, and this GAN has no '
                             'encoder that needs nothing but images: expected 1 step or more')
        return options._replace(starts=1)

    @property
    def _finds_clusters(self):
        """Tells whether the encoder finds the cluster of an image without a `reference`."""
        return self.encodes and self.config.finds_clusters
