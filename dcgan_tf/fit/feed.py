"""Feeds the placeholders: a batch of real images and, in a `cgan`, their labels."""

import functools

import numpy as np

from dcgan_tf import latent
from dcgan_tf.config import families
from dcgan_tf.data.checks import checked_labels
from dcgan_tf.data.dataset import Batches, first_batch, first_indices
from dcgan_tf.data.parts import Part, PartBatches
from dcgan_tf.errors import UsageError
from dcgan_tf.run_folder.sample_grids import indices_by_class, rows_and_columns, squarest
from dcgan_tf.train_ops.inputs import noise_seed

CHUNK = 256                             # images in one run of the session


class BatchFeeder:
    """Callable: (step index from 0, index of a batch in that step) -> feed_dict of one run.

    gan: a finished GAN. images: uint8 [N, H, W, C]. labels: int [N]; a `gan` ignores them.
    indices: where the images are a part of a data set, see `parts.PartBatches`. n_total: the size
    of the complete data set, if it is known. seed: decides the order of the images; None = the seed
    of the run. Raises UsageError if these do not fit the graph.

    n_images is the size of the complete data set. Without n_total it is the number of images of
    this worker, times the number of workers.
    """

    def __init__(self, gan, images, labels=None, indices=None, n_total=0, *, seed=None):
        c, inputs = gan.config, gan.built.inputs
        c = c if seed is None else c.replace(seed=seed)
        check_images(images, c)
        if c.learns_classes:
            labels = checked_labels(labels, len(images), c)
        self._config, self._inputs, self._images, self._labels = c, inputs, images, labels
        self._per_step = len(gan.steps.variants[0].train_ops)
        self.rollbacks = 0                   # rollbacks of the run so far; each changes the noise
        first, rows = inputs.shard.index * inputs.rows, inputs.rows
        if c.split_data:
            indices = np.arange(len(images)) if indices is None else indices
            self._batches = PartBatches(indices, Part(first, rows, c.batch_size), seed=c.seed,
                                        replacement=c.replacement)
            self._own_rows = slice(None)
            self.n_images = n_total or self._batches.n_images * inputs.shard.count
        else:
            self._batches = Batches(images, c.batch_size, seed=c.seed, replacement=c.replacement)
            self._own_rows, self.n_images = slice(first, first + rows), len(images)

    def __call__(self, index, batch_in_step=0):
        inputs = self._inputs
        images, labels = self._batch(index * self._per_step + batch_in_step)
        feed_dict = {inputs.images_ph: images}
        if inputs.labels_ph is not None:
            feed_dict[inputs.labels_ph] = labels
        if self.rollbacks:
            feed_dict[inputs.noise_seed_ph] = noise_seed(self._config, self.rollbacks)
        if inputs.batch_in_step_ph is not None:
            feed_dict[inputs.batch_in_step_ph] = batch_in_step
        return feed_dict

    def _batch(self, number):
        """Returns this worker's images and labels of a batch; None if no label is used."""
        indices = self._batches.indices(number)[self._own_rows]
        labels = self._labels[indices] if self._inputs.labels_ph is not None else None
        return self._images[indices], labels

    def example_images(self):
        """Returns real images for real.png, and its number of columns; a `cgan`: one a class."""
        if not self._config.learns_classes:
            shown = self._images[self._batches.indices(0)]
            return shown, squarest(len(shown))
        classes = len(self._config.class_names)
        return self._images[indices_by_class(self._labels, classes)], rows_and_columns(classes)[1]


    def first_images(self, n):
        """Returns the first n images of the data, or all, and their labels, or None."""
        first = np.arange(min(n, len(self._images)))
        return self._images[first], self._labels[first] if self._config.learns_classes else None

    def first_classes(self, n):
        """Returns the classes of the first n images, int [n], or None if they are not known."""
        if self._labels is None or np.shape(self._labels) != (len(self._images),):
            return None
        return np.asarray(self._labels[:n])

    def reference(self):
        """Returns the images and labels that normalise others if batch norm keeps no averages.

        They are those of the first batch. None if it keeps averages.
        """
        return first_pair(self._config, self._images, self._labels)


def first_pair(config, images, labels):
    """Returns the images and labels of the first batch, which normalise others.

    None if batch norm keeps averages. images: uint8 [N, H, W, C], the data. labels: [N] or None;
    the second of the pair is None if the type learns no classes.
    """
    if not families.needs_reference(config):
        return None
    first = first_indices(images, config)
    return images[first], labels[first] if config.learns_classes else None


def sample_feed(config, inputs, z, labels=None):
    """Returns the sampler's feed_dict for latents z [N, Z] and labels: see `label_weights`.

    Raises UsageError for latents of another shape, and for labels that are missing or not used.
    """
    c, z = config, latent.as_latents(z, config.latent_dim)
    if c.conditioned == (labels is None):
        raise UsageError(f'labels: a {c.type} takes '
                         f'{"one label for each latent" if c.conditioned else "no labels"}')
    if labels is None:
        return {inputs.z_ph: z}
    weights = latent.label_weights(labels, len(z), c.label_sizes)
    return {inputs.z_ph: z, inputs.classes_ph: weights}


def run_in_chunks(session, tensor, n, feed_dict, same_for_all):
    """Computes a tensor [N, ...] for n rows of what is fed, at most CHUNK rows a run."""
    chunks = [session.run(tensor, {
        **{ph: x[i:i + CHUNK] for ph, x in feed_dict.items()}, **same_for_all})
        for i in range(0, n, CHUNK)]
    return np.concatenate(chunks or [np.zeros((0, *tensor.shape[1:]), np.float32)])


def told_by(gan, images) -> dict:
    """Returns arguments of `Evaluator.evaluate`: `tell`, by the GAN's own network, and what it is.

    images: uint8 [N, H, W, C], the data. They normalise others if batch norm keeps no averages.
    """
    c = gan.config
    reference = first_batch(images, c) if families.needs_reference(c) else None
    return {'tell': functools.partial(gan.class_probabilities, reference=reference),
            'clusters' if c.encodes else 'codes': c.codes[0] if c.has_codes else 0}


def check_images(images, config):
    """Raises UsageError unless the images are uint8 [N, H, W, C] of the Config's size."""
    wanted = (config.image_height, config.image_width, config.n_channels)
    if getattr(images, 'dtype', None) != np.uint8 or images.shape[1:] != wanted:
        raise UsageError(f'images {getattr(images, "dtype", type(images).__name__)} '
                         f'{np.shape(images)}: expected uint8 {("N", *wanted)}')
