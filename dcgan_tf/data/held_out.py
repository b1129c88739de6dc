"""Splits real pictures into two sets, to measure a generator against."""

import os
from typing import NamedTuple

import numpy as np

from dcgan_tf import seeds
from dcgan_tf.data import DATASETS, ImageFormat, check_files
from dcgan_tf.data import load as load_split
from dcgan_tf.data.dataset import Dataset
from dcgan_tf.errors import UsageError

SEED = 0            # of the halves, which are the same for every run
MIN_PICTURES = 4    # pictures that can be split into halves


class Split(NamedTuple):
    """Two sets of real pictures, with a description of the second."""

    train: Dataset
    test: Dataset
    description: str            # of `test`
    unseen: bool                # are the pictures of `test` not used for training?


def most(name: str, n: int, data_dir: str | os.PathLike) -> int:
    """Returns how many held-out pictures there can be, for a data set of n. It reads none.

    UsageError for the reasons of `split`.
    """
    if DATASETS[name].test:
        check_files(name, data_dir, 'test')
        return n
    check_halves(name, n)
    return n // 2


def check_halves(name: str, n: int) -> None:
    """Raises UsageError if n pictures are too few for two halves."""
    if n < MIN_PICTURES:
        raise UsageError(f'{name} has {n} pictures: {MIN_PICTURES} are needed to measure quality, '
                         'half of them to compare with (--metrics)')


def split(data: Dataset, data_dir: str | os.PathLike, fit: ImageFormat) -> Split:
    """Returns the data set and its test split, or two halves of it if it has no test split.

    A generator was trained on both halves. So its metrics mean something only as far as they exceed
    those of one half against the other.
    Raises UsageError if the files of the test split are missing, or the pictures are too few.
    """
    if DATASETS[data.name].test:
        test = load_split(data.name, data_dir, split='test', fit=fit)
        return Split(data, test, 'test pictures', unseen=True)
    check_halves(data.name, len(data))
    order = seeds.generator(SEED, 'halves').permutation(len(data))
    train, test = (data.take(np.sort(half)) for half in np.array_split(order, 2))
    return Split(train, test, 'training pictures (one half)', unseen=False)
