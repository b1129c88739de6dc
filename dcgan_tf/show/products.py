"""What can be made of a trained GAN: films, sums of latents, files for other programs, points."""

import numpy as np

from dcgan_tf import latent
from dcgan_tf.arguments import check_path, check_whole
from dcgan_tf.data.arrays import as_dataset
from dcgan_tf.errors import UsageError
from dcgan_tf.metrics.linear_svm import SvmResult, part_of, try_features
from dcgan_tf.run_folder import samples
from dcgan_tf.show import exports
from dcgan_tf.show.exports import coder, sampler, writing
from dcgan_tf.show.inverting import Inverting
from dcgan_tf.show.morphing import MorphingGenerator
from dcgan_tf.show.points import Projection, project


class Products(Inverting):
    """The methods of a GAN that make something of it."""

    def morphing(self, label=None, codes=None) -> MorphingGenerator:
        """Returns what writes films of walks through the latents, as `dcgan-tf morph` does.

        label: for a cgan or an acgan, the class to show, by its name or its number; for an infogan,
        the value of code 1; None = tile k has class k, modulo their number. codes: for an infogan,
        {number of a code, from 2 on: value}.
        """
        c, codes, labels_of = self.config, {} if codes is None else codes, None
        latent.check_codes(c, codes)
        if label is not None:
            label = latent.class_number(c, 'label', label)
        if c.conditioned:
            def labels_of(tiles):
                labels = samples.classes_in_turn(np.arange(tiles), c)
                return (labels if label is None else latent.with_first_label(labels, label))[None]
        return MorphingGenerator(latent.with_codes(self.generate_images, c, codes), c.latent_dim,
                                 prior=c.prior, labels_of=labels_of)

    def add(self, *terms) -> np.ndarray:
        """Returns a sum of means of latents, as `dcgan-tf arithmetic` does.   -> float32 [1, Z]

        terms: pairs of a sign, 1 or -1, and a list of seeds, or their latents [n, Z]. As in
        "smiling woman - woman + man": Radford et al. 2016, arXiv 1511.06434, section 6.3.2.
        UsageError for anything else.
        """
        c = self.config
        return latent.combined(latent.terms_of(terms, c.prior, c.latent_dim))[None]

    def export(self, name, path, *, n=16, seed=0, run='') -> writing.ExportResult:
        """Writes the generator as a file for other programs, and compares it with this GAN.

        name: a row of `exports.FORMATS`: saved_model, frozen, tflite or onnx. path: of the file, or
        of the folder of a saved_model; its folder is made. n: the number of latents on which both
        are compared, with the seeds from `seed` on. run: a name for the description. UsageError if
        a package is missing, RunError if a pixel differs.
        """
        path = self._checked_export(name, path, n)
        asked, drawn = self._examples(n, seed)
        return writing.write(name, sampler.of(self, run), path, asked, {'image': drawn})

    def export_encoder(self, name, path, *, n=16, seed=0, run='') -> writing.ExportResult:
        """Writes the encoder as a file for other programs, and compares it with `encode`.

        It is compared on the images that the generator draws of n latents. The arguments are those
        of `export`. UsageError also unless the GAN `encodes`.
        """
        path = self._checked_export(name, path, n)
        self.encoder()
        if self.config.has_codes:
            self.classes()
        if not self.encodes:
            raise UsageError(f'E of the preset {self.config.preset} normalises an image by others, '
                             'so it cannot be exported')
        asked, drawn = self._examples(n, seed)
        return writing.write(name, coder.of(self, run), path,
                             *coder.example(self, drawn, asked.get('label')))

    def _examples(self, n, seed):
        """Returns inputs of the generator for n seeds, and its images of them."""
        z = latent.draw(self.config.prior, n, self.config.latent_dim, seed)
        asked = sampler.example_feed(self, z, seed)
        return asked, self.generate_images(asked['z'], asked.get('label'))

    def _checked_export(self, name, path, n):
        """Returns the path of an export, whose folder is made. UsageError for wrong arguments."""
        path = check_path('path', path)
        exports.check(name, path)
        check_whole('n', n, 1)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def project(self, folder, data=None, *, n=1000, what=None, dimensions=50, seed=0) -> Projection:
        """Writes D's features of pictures for TensorBoard's projector: `dcgan-tf project`.

        folder: is made, and replaces an older one; `tensorboard --logdir FOLDER` shows it. data:
        what the GAN has learnt, a Dataset or images uint8 [N, H, W, C]; None = samples alone. n:
        the number of pictures. what: real, samples or both; None = both if there is data.
        dimensions: of the points, by principal components; 0 = the features themselves. seed: of
        the first sample, and of the choice of real pictures. UsageError if the folder holds
        something else, or if data is missing.
        """
        return project(self, folder, data, n=n, what=what, dimensions=dimensions, seed=seed)

    def linear_svm(self, train, test, *, seed=0, reference=None) -> SvmResult:
        """Tests how well a linear SVM tells classes apart by D's features: `dcgan-tf features`.

        train, test: Datasets with labels, or pairs of images uint8 [N, H, W, C] and labels int [N].
        reference: see `discriminator_features`. UsageError for data without labels.
        """
        check_whole('seed', seed)
        train, test = as_dataset('train', train), as_dataset('test', test)
        for name, data in (('train', train), ('test', test)):
            if data.labels is None:
                raise UsageError(f'{name}: a linear SVM learns classes, and these pictures have no '
                                 'labels: expected a pair of images and labels')
        part = part_of(train)                    # of these it chooses C, of the others it learns
        if len(np.unique(train.labels[part:])) < 2:
            raise UsageError(f'train: expected pictures of two classes or more after the first '
                             f'{part}, which choose C')
        return try_features("D's features",
                            lambda images: self.discriminator_features(images, reference), train,
                            test, seed)
