"""Stacked MNIST: three random digits of MNIST as the three channels of one picture.

Its 1,000 combinations are 1,000 known modes, so it shows what a generator leaves out: Metz et al.
2017, arXiv 1611.02163, section 3.3.1. They are as frequent as the digits of MNIST make them, which
are not quite balanced: 111 is 1.4 times as frequent as the mean, 555 0.7 times. The digits are held
once. A picture is made when it is asked for.
"""

import os

import numpy as np

from dcgan_tf import seeds
from dcgan_tf.data import mnist
from dcgan_tf.data.dataset import Dataset

CHANNELS, CLASSES = 3, 1_000
# Pictures of each split. Published tests measure 26,000 samples, so that there are as many test
# pictures to compare with.
PICTURES = {'train': 60_000, 'test': 26_000}


class StackedImages:
    """Pictures [N, H, W, 3] uint8 that are made from digits when they are indexed.

    digits: a Dataset of grey pictures with labels. triples: int32 [N, 3], the digits of each
    picture.
    """

    dtype, ndim = np.dtype(np.uint8), 4

    def __init__(self, digits: Dataset, triples: np.ndarray):
        self.digits, self._triples = digits, triples
        self.shape = (len(triples), *digits.images.shape[1:3], CHANNELS)
        self.size = int(np.prod(self.shape))

    def __len__(self) -> int:
        return len(self._triples)

    def __getitem__(self, key):
        """Returns a picture, or those of a slice or of an array of indices, as an array.

        `images[:]` is an array of all. TypeError for an index of several axes.
        """
        if key is None or key is Ellipsis or isinstance(key, tuple):
            raise TypeError('the pictures are made by their number: expected one index, a slice, '
                            'or an array of indices; images[:] is an array of all')
        return np.moveaxis(self.digits.images[self._triples[key]][..., 0], -3, -1)

    def __repr__(self) -> str:
        return f'StackedImages({list(self.shape)} uint8, of {len(self.digits):,} digits)'

    def part(self, indices) -> 'StackedImages':
        """Returns these pictures without making them."""
        return StackedImages(self.digits, self._triples[indices])

    def fitted(self, fit) -> 'StackedImages':
        """Returns them in the size of an ImageFormat: the digits are resized, not the pictures."""
        from dcgan_tf.data.fit import fit_dataset
        return StackedImages(fit_dataset(self.digits, fit._replace(file_num=0)), self._triples)

    def labels(self) -> np.ndarray:
        """Returns 100 a + 10 b + c for the digits a, b, c of each picture.   -> int32 [N]"""
        a, b, c = self.digits.labels[self._triples].T
        return 100 * a + 10 * b + c


def load(data_dir: str | os.PathLike, split: str = 'train') -> Dataset:
    """Loads a split: 60,000 or 26,000 pictures of digits of the same split of MNIST.

    Which digits they have is the same in every run. UsageError if MNIST is not there.
    """
    digits = mnist.load('mnist', data_dir, split, of='stacked_mnist')
    triples = seeds.generator(0, 'stacked_mnist', split).integers(
        len(digits), size=(PICTURES[split], CHANNELS), dtype=np.int32)
    images = StackedImages(digits, triples)
    return Dataset('stacked_mnist', images, images.labels(),
                   tuple(f'{k:03}' for k in range(CLASSES)), digits.folder)
