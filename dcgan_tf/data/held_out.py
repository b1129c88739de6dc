"""Real pictures that a generator has not seen, to measure it against."""

import os
from typing import NamedTuple

import numpy as np

from dcgan_tf import seeds
from dcgan_tf.data import DATASETS, ImageFormat
from dcgan_tf.data import load as load_split
from dcgan_tf.data.dataset import Dataset
from dcgan_tf.errors import UsageError

SEED = 0            # of the halves: the same for every run
MIN_PICTURES = 4    # pictures that halves are made of


class Split(NamedTuple):
    """Two sets of real pictures, and what the second is, for a person."""

    train: Dataset
    test: Dataset
    words: str
    unseen: bool                # is the second new to a generator that learnt the data set?


def split(data: Dataset, data_dir: str | os.PathLike, fit: ImageFormat) -> Split:
    """The data set and its own test split. Where there is none, both are halves of all pictures.

    A generator has then seen both, and only an excess over their own distance tells something.
    Raises UsageError when the files of the test split are missing, or the pictures too few.
    """
    if DATASETS[data.name].test:
        test = load_split(data.name, data_dir, split='test', fit=fit)
        return Split(data, test, 'test pictures', unseen=True)
    if len(data) < MIN_PICTURES:
        raise UsageError(f'{data.name} has {len(data)} pictures: {MIN_PICTURES} are needed to '
                         'measure quality, half of them to compare with (--metrics)')
    order = seeds.generator(SEED, 'halves').permutation(len(data))
    train, test = (data.take(np.sort(half)) for half in np.array_split(order, 2))
    return Split(train, test, 'training pictures (one half)', unseen=False)
