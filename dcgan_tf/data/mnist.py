"""MNIST and Fashion-MNIST: finds a published pair of idx files, reads and checks it.

The files are searched for in the sub-folder `<data_dir>/mnist/` or `<data_dir>/fashion_mnist/`,
then in `<data_dir>/` itself. Both data sets use the same file names. So files in `<data_dir>/`
itself are read as the data set that is requested: keep the two in their sub-folders.
"""

import os
import pathlib

import numpy as np

from dcgan_tf import program
from dcgan_tf.data.dataset import Dataset
from dcgan_tf.data.idx import read_idx
from dcgan_tf.data.stream import named_errors
from dcgan_tf.errors import RunError, UsageError

CLASS_NAMES = {
    'mnist': tuple('0123456789'),
    'fashion_mnist': ('T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'Coat',
                      'Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot'),
}
# Gzip first: it has a checksum, and `--download` writes that name.
SPELLINGS = ('{}-{}-ubyte.gz', '{}-{}-ubyte', '{}.{}-ubyte.gz', '{}.{}-ubyte')
SPLITS = {'train': 'train', 'test': 't10k'}           # how file names begin


def load(name: str, data_dir: str | os.PathLike, split: str = 'train', of: str = '') -> Dataset:
    """Loads a split of `mnist` or `fashion_mnist`: images [60000 or 10000, 28, 28, 1].

    of: the data set that is made of it, for the error message. Raises UsageError if there are no
    files, RunError if they are damaged or do not fit each other.
    """
    paths = found(name, data_dir, split, of)
    images, labels = map(read_idx, paths)
    problem = _mismatch(images, labels, len(CLASS_NAMES[name]))
    if problem:
        raise RunError(f'{paths[0]} and {paths[1]}: {problem}')
    return Dataset(name=name, images=images[..., None], labels=labels.astype(np.int32),
                   class_names=CLASS_NAMES[name], folder=str(paths[0].parent))


def found(name: str, data_dir: str | os.PathLike, split: str,
          of: str = '') -> tuple[pathlib.Path, pathlib.Path]:
    """Returns what `find` finds. UsageError if that is nothing.   of: see `load`"""
    paths = find(name, data_dir, split)
    if paths is None:
        raise UsageError(_missing(name, pathlib.Path(data_dir), split, of or name))
    return paths


def find(name: str, data_dir: str | os.PathLike,
         split: str = 'train') -> tuple[pathlib.Path, pathlib.Path] | None:
    """Returns the paths of a split's images and labels in the first folder with both, or None."""
    for folder in _folders(name, data_dir):
        images, labels = (_first_file(folder, names) for names in _names(split))
        if images and labels:
            return images, labels
    return None


def _folders(name, data_dir):
    """Returns the folders to search, in this order."""
    return pathlib.Path(data_dir, name), pathlib.Path(data_dir)


def _names(split):
    """Returns the possible names of the file of images and of the file of labels."""
    return [[spelling.format(f'{SPLITS[split]}-{what}', idx) for spelling in SPELLINGS]
            for what, idx in (('images', 'idx3'), ('labels', 'idx1'))]


def _first_file(folder, names):
    """Returns the path of the first of `names` that is a file in `folder`, or None."""
    with named_errors(folder):
        return next((folder / name for name in names if (folder / name).is_file()), None)


def _missing(name, data_dir, split, of):
    """Returns the error message: what was searched for, where, and two ways to provide it."""
    remedy = (f'name that of the {name} files (--data-dir), or fetch them: '
              f'{program.command("train")} --dataset {of} --download')
    made = '' if of == name else f', of which {of} is made'
    if not data_dir.is_dir():
        return f"'{data_dir}' is no folder; {remedy}"
    folders = ' and '.join(f"'{folder}'" for folder in _folders(name, data_dir))
    images, labels = map(' or '.join, _names(split))
    return (f'no {name} files{made}: looked in {folders} for {images} together with {labels}; '
            f'{remedy}')


def _mismatch(images, labels, classes):
    """Says why images [N, H, W] and labels [N] in [0, classes) do not fit each other, or None."""
    if images.ndim != 3 or labels.ndim != 1:
        return (f'expected images of rank 3 and labels of rank 1,'
                f' got ranks {images.ndim} and {labels.ndim}')
    if len(images) != len(labels):
        return f'{len(images):,} images but {len(labels):,} labels'
    if labels.max() >= classes:
        where = labels.argmax()
        return f'label {labels[where]} at place {where}, expected 0 to {classes - 1}'
    return None
