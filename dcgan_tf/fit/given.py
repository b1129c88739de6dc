"""The data that `GAN.fit` gets, in whatever form it comes."""

from typing import NamedTuple

import numpy as np
import tensorflow as tf

from dcgan_tf.data.arrays import ARRAYS
from dcgan_tf.data.dataset import Dataset, fingerprint
from dcgan_tf.data.indexable import as_images
from dcgan_tf.errors import UsageError
from dcgan_tf.fit.feed import check_images
from dcgan_tf.fit.stream import TF_DATA, Stream


class Given(NamedTuple):
    """The data of one call of `GAN.fit`, which explains the first five fields."""

    images: np.ndarray
    labels: np.ndarray | None
    indices: np.ndarray | None
    n_total: int
    held_out: Dataset | None
    dataset: Dataset | None = None         # the one that they are from
    stream: Stream | None = None           # the one that the batches are from; `images` are the
                                           # first of its images

    def entry(self, config) -> dict:
        """Returns the entry "data" of config.json."""
        name = self.dataset.name if self.dataset else TF_DATA if self.stream else ARRAYS
        total = (self.dataset.total if self.dataset else 0 if self.stream
                 else self.n_total or len(self.images))
        return {'name': name, 'images': [total, *self.images.shape[1:]],
                'fingerprint': self.fingerprint(config)}

    def fingerprint(self, config) -> str:
        """Returns what a run compares when it is gone on with. Nothing is known of a stream."""
        if self.stream:
            return TF_DATA
        return self.dataset.fingerprint if self.dataset else fingerprint(
            self.images, np.asarray(self.labels) if config.learns_classes else None)


def given(gan, images, labels, indices, n_total, held_out) -> Given:
    """Returns the arguments of `GAN.fit` as a Given. UsageError if they do not fit the GAN."""
    if isinstance(images, Dataset | tf.data.Dataset):
        if any(x is not None for x in (labels, indices, held_out)) or n_total:
            raise UsageError('fit got a data set, which has its labels and other parts: leave '
                             'labels, indices, n_total and held_out out')
        made = _of_dataset(images) if isinstance(images, Dataset) else _of_stream(images, gan)
    else:
        if isinstance(images, tf.Tensor) and hasattr(images, 'numpy'):       # not one of a graph
            images = images.numpy()
        made = Given(as_images(images), labels, indices, n_total, held_out)
    check_images(made.images, gan.config)
    return made


def _of_dataset(data):
    return Given(data.images, data.labels, data.indices, data.n_total, data.held_out, dataset=data)


def _of_stream(dataset, gan):
    if gan.peers:
        raise UsageError('tf.data works with one process, but TF_CONFIG names several workers: '
                         'give arrays')
    made = Stream(dataset, gan.config)
    return Given(made.images, made.labels, None, 0, None, stream=made)
