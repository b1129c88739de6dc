"""The function that loads a data set, and a line that describes what was loaded.

Importing this module is fast, so that `--help` answers at once: NumPy, OpenCV and scikit-learn are
imported by the loaders that need them.

    table.py      DATASETS, the table of data sets, and ImageFormat
    dataset.py    Dataset, which every loader returns, and Batches for the training loop
    checks.py     checks labels, and the size of a batch
    parts.py      a part of a data set for each worker, and the order of its batches
    fit.py        brings the pictures of any data set to one size and colour
    mnist.py      MNIST and Fashion-MNIST from the published idx files, read by idx.py
    stacked_mnist.py    three digits of MNIST as the channels of one picture
    digits.py     the small data set that needs no file
    cifar10.py    CIFAR-10's binary batches
    npz.py        the user's own arrays in a file
    arrays.py     the user's own arrays in memory
    indexable.py  images in an object of the user's own, such as an h5py array
    pictures/     a folder of pictures: folder.py loads it, scan.py finds the files, header.py and
                  decode.py read one, pack.py caches the pixels, rejected.py lists unused files
    stream.py     reads files in chunks, and names the file in errors
    held_out.py   pictures that the training never sees, and those to compare generated ones with
    download.py   the only module that uses the network, and only when it is called
"""

import importlib
import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from dcgan_tf.arguments import check_row
from dcgan_tf.data.table import CROPS, DATASETS, HINT, DatasetRow, ImageFormat, image_format_of
from dcgan_tf.errors import UsageError

if TYPE_CHECKING:
    import numpy as np

    from dcgan_tf.data.dataset import Dataset
    from dcgan_tf.data.parts import Part

__all__ = [
    'CROPS', 'DATASETS', 'HINT', 'DatasetRow', 'ImageFormat', 'check_download', 'check_files',
    'describe', 'image_format_of', 'load', 'missing', 'resolve',
]


def load(name: str, data_dir: str | os.PathLike, *, split: str = 'train',
         fit: ImageFormat | None = None, download: bool = False, cache: str | os.PathLike = 'cache',
         results: str | os.PathLike = 'results', progress: bool = False,
         before_decoding: 'Callable[[tuple[str, ...], np.ndarray], None] | None' = None,
         part: 'Part | None' = None, hold_out: float = 0.0) -> 'Dataset':
    """Loads the images of one row of DATASETS. For `auto`, `Dataset.name` is the chosen row.

    split: train, or test if the row has one.
    fit: the format of the pictures; None = ImageFormat(), and 64x64 pixels for a folder.
    download: fetches the files first.
    cache: where a folder's decoded pictures are kept. results: the folder of runs, which is not
    read as a class. progress: shows a bar. before_decoding: see `folder.load`.
    part: the part of the data set for this worker; None = all. A `folder` then decodes only this
    part, and an `npz` without file_num keeps only this part in memory.
    hold_out: the share of each class that is not returned, but is the Dataset's `held_out`: see
    `held_out.divided`; 0 = none.
    Raises UsageError for an unknown name, missing files or nothing to download, for hold_out
    together with part, and for a share that holds out no picture; RunError for a damaged file or a
    failed download.
    """
    if part and hold_out:
        raise UsageError(f'hold_out = {hold_out:g}: expected 0 for a part of a data set')
    check_row('dataset', name, DATASETS, '--dataset')
    if download:
        check_download(name, data_dir)
        from dcgan_tf.data.download import download as fetch
        fetch(_files_of(name), data_dir)
    name, fit = resolve(name, data_dir), fit or ImageFormat()
    if split != 'train' and not (split == 'test' and DATASETS[name].test):
        raise UsageError(f"the data set '{name}' has no split '{split}'")
    if name == 'folder':
        from dcgan_tf.data.pictures import folder
        data = folder.load(data_dir, fit, cache=cache, results=results, progress=progress,
                           before_decoding=before_decoding, part=part)
    else:
        data = _fitted(name, data_dir, split, fit, part)
    if not hold_out:
        return data
    from dcgan_tf.data.held_out import divided
    return divided(data, hold_out)


def check_files(name: str, data_dir: str | os.PathLike, split: str = 'train') -> None:
    """Raises UsageError if the files of a split of mnist, fashion_mnist or cifar10 are missing."""
    if name in ('mnist', 'fashion_mnist', 'stacked_mnist'):
        from dcgan_tf.data import mnist
        mnist.found(_files_of(name), data_dir, split, of=name)
    elif name == 'cifar10':
        from dcgan_tf.data import cifar10
        cifar10.found(data_dir, split)


def missing(name: str, data_dir: str | os.PathLike) -> bool:
    """Tells whether the files that --download fetches for a row of DATASETS are not there."""
    from dcgan_tf.data import mnist
    return not mnist.find(_files_of(name), data_dir)


def check_download(name: str, data_dir: str | os.PathLike) -> None:
    """Raises UsageError if there is nothing to download for a row of DATASETS."""
    if name == 'cifar10':
        from dcgan_tf.data import cifar10
        raise UsageError(f'--download: this program does not fetch cifar10; drop --download, and '
                         f'{cifar10.by_hand(data_dir)}')
    if _files_of(name) not in ('mnist', 'fashion_mnist'):
        raise UsageError(f"--download: the data set '{name}' has nothing to download;"
                         ' use --dataset mnist or fashion_mnist, or drop --download')


def _files_of(name):
    """Returns the row of DATASETS that has the files of a row: its own, or mnist."""
    return 'mnist' if name in ('auto', 'stacked_mnist') else name


def _fitted(name, data_dir, split, fit, part):
    """Loads a data set, or a part of it, and brings its pictures to a format."""
    from dcgan_tf.data.fit import fit_dataset
    if part and name == 'npz' and not fit.file_num:
        from dcgan_tf.data import npz
        return fit_dataset(npz.load(data_dir, part), fit)
    data = fit_dataset(_load(name, data_dir, split), fit)
    return data.part(part) if part else data


def _load(name, data_dir, split):
    """Loads a data set whose pictures all have the same size."""
    if name in ('mnist', 'fashion_mnist'):
        from dcgan_tf.data import mnist
        return mnist.load(name, data_dir, split)
    if name == 'cifar10':
        from dcgan_tf.data import cifar10
        return cifar10.load(data_dir, split)
    if name == 'stacked_mnist':
        from dcgan_tf.data import stacked_mnist
        return stacked_mnist.load(data_dir, split)
    loader = importlib.import_module(f'dcgan_tf.data.{name}')
    return loader.load() if name == 'digits' else loader.load(data_dir)


def describe(requested: str, dataset: 'Dataset', data_dir: str | os.PathLike | None = None) -> str:
    """Returns e.g. `dataset: mnist, 60,000 images 28x28 grey, 10 classes, from dataset/mnist`.

    requested: the name that the user gave. If `auto` chose digits, the line says why and names
    data_dir, the folder without MNIST files.
    """
    height, width, channels = dataset.images.shape[1:]
    classes = f', {len(dataset.class_names):,} classes' if len(dataset.class_names) > 1 else ''
    count = f'{len(dataset):,} of {dataset.n_total:,}' if dataset.n_total else f'{len(dataset):,}'
    line = (f'dataset: {dataset.name}, {count} images {width}x{height} '
            f'{"grey" if channels == 1 else "colour"}{classes}')
    if dataset.folder is not None:
        other = ' (--dataset digits needs no files)' if requested == 'auto' else ''
        return f'{line}, from {dataset.folder}{other}'
    if requested == 'auto':
        where = '' if data_dir is None else f" in '{os.fspath(data_dir)}'"
        return f'{line} (no MNIST files{where}; {HINT})'
    return line


def resolve(name, data_dir):
    """Returns mnist or digits for `auto`, and any other name unchanged."""
    if name != 'auto':
        return name
    from dcgan_tf.data import mnist
    return 'mnist' if mnist.find('mnist', data_dir) else 'digits'
