"""Splits real pictures into two sets: to train on one of them, or to measure a generator against.
"""

import dataclasses
import os
from typing import NamedTuple

import numpy as np

from dcgan_tf import seeds
from dcgan_tf.data import DATASETS, ImageFormat, check_files
from dcgan_tf.data import load as load_split
from dcgan_tf.data.dataset import Dataset
from dcgan_tf.errors import UsageError

SEED = 0            # of all splits, which are the same for every run
EPSILON = 1e-6      # against rounding: 0.29 of 100 pictures are 29, though 0.29 * 100 < 29
MIN_PICTURES = 4    # pictures that can be split into halves


class Split(NamedTuple):
    """Two sets of real pictures, with a description of the second."""

    train: Dataset
    test: Dataset
    description: str            # of `test`
    unseen: bool                # are the pictures of `test` not used for training?


def indices(labels: np.ndarray | None, n: int, share: float) -> np.ndarray:
    """Returns the indices of the held-out pictures among n, in ascending order: int64 [M], M > 0.

    They are the share of each class, rounded down or up so that they are the share of all. A class
    with pictures keeps one or more for the training. The choice depends only on the labels and the
    share. labels: int [n]; None = all pictures are of one class. share: 0 < share <= 0.5.
    Raises UsageError for another share, and if no picture can be held out.
    """
    if not isinstance(share, float) or not 0 < share <= 0.5:
        raise UsageError(f'--hold-out {share}: expected a number above 0, 0.5 at most')
    labels = np.zeros(n, np.int32) if labels is None else labels
    sizes = np.bincount(labels)
    counts = _per_class(sizes, share)
    if not counts.any():
        why = ('each class has only one' if _count(n, share) else
               f'that share of {n:,} pictures is less than one')
        raise UsageError(f'--hold-out {share:g} holds out no picture: {why}')
    classes = np.split(np.argsort(labels, kind='stable'), np.cumsum(sizes)[:-1])
    chosen = [seeds.generator(SEED, 'held out', k).permutation(classes[k])[:counts[k]]
              for k in np.flatnonzero(counts)]
    return np.sort(np.concatenate(chosen))


def divided(data: Dataset, share: float) -> Dataset:
    """Returns the pictures for the training; its `held_out` has the others.   share: see `indices`

    Both are in memory. The fingerprint stays that of the complete data set.
    """
    held = indices(data.labels, len(data), share)
    kept = np.setdiff1d(np.arange(len(data)), held)
    return dataclasses.replace(data.take(kept), held_out=data.take(held), indices=kept,
                               n_total=len(data), digest=data.fingerprint)


def most(name: str, n: int, data_dir: str | os.PathLike, share: float = 0.0) -> int:
    """Returns how many held-out pictures there can be, for a data set of n. It reads none.

    share: that of --hold-out. UsageError for the reasons of `split`.
    """
    if share:
        return _count(n, share)
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
    """Returns the data set and its held-out pictures, or its test split, or two halves of it.

    If pictures were held out from the training, they are the ones to compare with, also if there is
    a test split. Halves are for data that has neither: a generator was trained on both of them. So
    its metrics mean something only as far as they exceed those of one half against the other.
    Raises UsageError if the files of the test split are missing, or the pictures are too few.
    """
    if data.held_out is not None:
        what = f'held-out pictures ({data.n_held_out} of {data.total})'
        return Split(data, data.held_out, what, unseen=True)
    if data.name in DATASETS and DATASETS[data.name].test:       # arrays in memory are no row
        test = load_split(data.name, data_dir, split='test', fit=fit)
        return Split(data, test, 'test pictures', unseen=True)
    check_halves(data.name, len(data))
    order = seeds.generator(SEED, 'halves').permutation(len(data))
    train, test = (data.take(np.sort(half)) for half in np.array_split(order, 2))
    return Split(train, test, 'training pictures (one half)', unseen=False)


def _count(n, share):
    """Returns how many of n pictures are held out, at most."""
    return int(share * n + EPSILON)


def _per_class(sizes, share):
    """Returns how many pictures of each class are held out, from the numbers of pictures.

    What rounding down leaves goes to the classes with the largest remainders, one picture each.
    """
    exact = sizes * share
    counts = np.floor(exact + EPSILON).astype(int)
    remainders = np.where(sizes > 1, np.round(exact - counts, 6), 0.0)
    missing = _count(sizes.sum(), share) - counts.sum()
    classes = seeds.generator(SEED, 'held out').permutation(len(sizes))          # decides ties
    largest = classes[np.argsort(-remainders[classes], kind='stable')][:missing]
    counts[largest[remainders[largest] > 0]] += 1
    return counts
