"""Draws samples, and asks the networks of a GAN about images: features, classes, scores, codes.

Each question needs ops that no training needs. A GAN that is opened to make images builds them when
it is asked first. One that trains has a finalized graph, so there it has to be asked before.
"""

import functools

from dcgan_tf.arguments import check_whole
from dcgan_tf.fit.saved_gan import SavedGAN
from dcgan_tf.images import Picture, tile, to_uint8
from dcgan_tf.run_folder import samples
from dcgan_tf.show.image_features import Features, OfLabelled


class Queries(SavedGAN):
    """The methods of a GAN that ask its networks about images."""

    _features = _classes = _scores = _codes = None

    def sample(self, n=1, seed=0, *, label=None, codes=None, truncation=1.0, latents=None):
        """Draws pictures as `dcgan-tf sample` does: picture i has the seed `seed` + i.

        -> float32 [n, H, W, C] in [0, 1]
        label: for a cgan or an acgan, the class of all pictures, by its name or its number, or a
        label for each of them, as in `generate_images`; for an infogan, the value of code 1; for an
        aae_clusters, the cluster. None =
        all in turn: of K classes, the picture of seed s has class s modulo K. codes: for an
        infogan, {number of a code, from 2 on: value}. truncation: factor of the latents; below 1
        the pictures are less varied and more usual. latents: [n, Z], used instead of seeds and `n`.
        UsageError for a class or a code that the generator does not have.
        """
        return samples.asked_for(self.generate_images, self.config, n, seed, label=label,
                                 codes=codes, truncation=truncation, latents=latents)

    def grid(self, rows=4, columns=None, seed=0, **options) -> Picture:
        """Draws samples as one Picture, which shows itself in a notebook.

        The sample in row r and column k, both from 0, has the seed `seed` + r columns + k. columns:
        None = one for each class, at most 10, so that with seed 0 column k shows class k; without
        classes 8. options: the other arguments of `sample`. If `latents` [n, Z] are given, there
        are as many rows as they need.
        """
        check_whole('rows', rows, 1)
        if columns is None:
            columns = min(self.config.label_sizes[0], 10) if self.config.conditioned else 8
        check_whole('columns', columns, 1)
        return Picture(tile(to_uint8(self.sample(rows * columns, seed, **options)), columns))

    def features(self):
        """Builds one more use of D, for `discriminator_features`."""
        if self._features is None:
            self._features = self._use_of_whole(Features, "D's features", 'features')

    def discriminator_features(self, images, reference=None):
        """Returns D's features of uint8 images [N, H, W, C], any N.   -> float32 [N, F]

        They are the feature maps after each of D's convolutions, max-pooled to 4x4 and
        concatenated: Radford et al. 2016, arXiv 1511.06434, section 5.1. They depend only on the
        image: not on other images, on a label, or on the augmentation of training.
        reference: batch_size real images, which normalise all others. Only a D whose batch norm
        keeps no averages (main1) needs it.
        """
        self.features()
        self._finish()
        return self._features.run(self.session, images, reference)

    def classes(self):
        """Builds one more use of a network that tells classes, for `class_probabilities`."""
        if self._classes is None:
            self._classes = self._use_of_whole(functools.partial(Features, what='classes'),
                                               'classes of images', 'classes')

    def class_probabilities(self, images, reference=None):
        """Returns what an acgan's D, an infogan's Q or an aae_clusters' E says of the class.

        images: uint8 [N, H, W, C] -> float32 [N, K], the probabilities of the classes, or of the
        clusters; of an infogan with several codes those of each code, one after the other.
        reference: see `discriminator_features`. UsageError for another type.
        """
        self.classes()
        self._finish()
        return self._classes.run(self.session, images, reference)

    def scores(self):
        """Builds one more use of D, for `discriminator_scores`."""
        if self._scores is None:
            self._scores = self._use_of_whole(functools.partial(OfLabelled, what='scores'),
                                              "D's scores", 'scores')

    def discriminator_scores(self, images, labels=None, reference=None):
        """Returns how real D finds uint8 images [N, H, W, C].   -> float32 [N], larger = more real

        It is > 0 where D says "real", unless only differences have a meaning, as with `wgan`. Batch
        norm reads its averages, and the images are not augmented. labels: int [N], the classes; for
        a cgan. reference: as in `discriminator_features`, but a pair: images, labels or None.
        """
        self.scores()
        self._finish()
        return self._scores.run(self.session, images, labels, reference)

    @property
    def encodes(self) -> bool:
        """Tells whether `encode` needs nothing but images: there is an encoder, and it normalises
        them by averages, not by a `reference`.
        """
        return (self.system.has_encoder and not self._pretrained
                and not self.system.architecture.norms.d_needs_reference)

    def encoder(self):
        """Builds one more use of the encoder, for `encode`."""
        if self._codes is None:
            self._codes = self._use_of_whole(functools.partial(OfLabelled, what='encode'),
                                             'codes of images', 'encoder')

    def encode(self, images, labels=None, reference=None):
        """Returns the latents of uint8 images [N, H, W, C] by the encoder.   -> float32 [N, Z]

        labels, reference: as in `discriminator_scores`. UsageError for a GAN without an encoder;
        `invert` searches latents for any.
        """
        self.encoder()
        self._finish()
        return self._codes.run(self.session, images, labels, reference)

    def reconstruct(self, images, labels=None, reference=None):
        """Returns G(E(x)) of uint8 images [N, H, W, C].   -> float32 [N, H, W, C] in [0, 1]

        The arguments are those of `encode`. A GAN that finds clusters takes E's probabilities of
        them, as in its training; the tools, which keep whole numbers, take the most probable one.
        """
        return self.decode(self.encode(images, labels, reference),
                           self.labels_for_g(images, labels, reference))

    def labels_for_g(self, images, labels=None, reference=None):
        """Returns the labels from which G draws uint8 images [N, H, W, C] again.

        They are the `labels` of the images, [N]; E's probabilities of clusters, float32 [N, K]; or
        None if G takes no labels. reference: as in `encode`.
        """
        if self.config.finds_clusters:
            return self.class_probabilities(images, reference and reference[0])
        return labels if self.config.conditioned else None

    def _use_of_whole(self, use, what, method):
        """Is `_one_more_use`, of a network that a generator alone does not have."""
        self._check_whole(what)
        return self._one_more_use(use, what, method)

    def _build(self, training):
        if training and (self.config.tells_classes or self.config.finds_clusters):
            self.classes()                       # for the metrics of the training
        if training and self.config.encodes:
            self.encoder()                       # for rebuilt_STEP.png
        if training and self.config.hold_out and self.system.has_scores:
            self.scores()                        # ... and for `overfitting`
        super()._build(training)
