"""Real pictures that a generator has not seen, to measure it against."""

import os

import numpy as np

from dcgan_tf import seeds
from dcgan_tf.data import DATASETS, Fit
from dcgan_tf.data import load as load_split
from dcgan_tf.data.dataset import Dataset

SEED = 0            # of the halves: the same for every run


def split(data: Dataset, data_dir: str | os.PathLike, fit: Fit) -> tuple[Dataset, Dataset, str]:
    """-> (train, test, what the second is, for a person).

    test is the data set's own test split. Where there is none, both are halves of all pictures:
    a generator has then seen both, and only an excess over their own distance tells something.
    Raises UsageError when the files of the test split are missing.
    """
    if DATASETS[data.name].test:
        return data, load_split(data.name, data_dir, split='test', fit=fit), 'test pictures'
    order = seeds.generator(SEED, 'halves').permutation(len(data))
    train, test = (data.take(np.sort(half)) for half in np.array_split(order, 2))
    return train, test, 'training pictures (one half)'
