"""Where images come from: the table of data sets, its loader and a line about what was loaded.

Importing this page is free: NumPy, OpenCV and scikit-learn are imported by the loader that needs
them, so that `--help` answers at once.

    dataset.py    Dataset and Batches, what every loader returns and the training loop draws from
    mnist.py      MNIST and Fashion-MNIST from the published idx files, read by idx.py
    digits.py     the small data set that needs no file
    download.py   the only module that touches the network, and only when it is called
"""

import os
from typing import TYPE_CHECKING

from dcgan_tf.errors import UsageError

if TYPE_CHECKING:
    from dcgan_tf.data.dataset import Dataset

DATASETS = {
    'auto':          'mnist when its files are in --data-dir, else digits',
    'digits':        '1,797 handwritten digits that come with scikit-learn, no file needed',
    'mnist':         '60,000 handwritten digits, idx files in --data-dir',
    'fashion_mnist': '60,000 pieces of clothing, idx files in --data-dir',
}
HINT = '--download fetches them, --data-dir points to them'


def load(name: str, data_dir: str | os.PathLike, *, download: bool = False) -> 'Dataset':
    """The training images of one row of DATASETS; `Dataset.name` says what `auto` became.

    Raises UsageError for an unknown name, missing files or nothing to download, RunError for a
    damaged file or a failed download.
    """
    if name not in DATASETS:
        raise UsageError(f"--dataset '{name}' is unknown; choose one of {', '.join(DATASETS)}")
    if download:
        _download(name, data_dir)
    name = _resolve(name, data_dir)
    if name == 'digits':
        from dcgan_tf.data import digits
        return digits.load()
    from dcgan_tf.data import mnist
    return mnist.load(name, data_dir)


def describe(requested: str, dataset: 'Dataset', data_dir: str | os.PathLike | None = None) -> str:
    """One line, e.g. `dataset: mnist, 60,000 images 28x28x1 from dataset/mnist`.

    requested: the name that was asked for; when `auto` fell back to digits the line says why.
    data_dir:  the folder in which `auto` looked, named in that case.
    """
    size = 'x'.join(map(str, dataset.images.shape[1:]))
    line = f'dataset: {dataset.name}, {len(dataset):,} images {size}'
    if dataset.folder is not None:
        other = ' (--dataset digits needs no files)' if requested == 'auto' else ''
        return f'{line} from {dataset.folder}{other}'
    if requested == 'auto':
        where = '' if data_dir is None else f" in '{os.fspath(data_dir)}'"
        return f'{line} (no MNIST files{where}; {HINT})'
    return line


def _resolve(name, data_dir):
    """`auto` -> mnist or digits; any other name is itself."""
    if name != 'auto':
        return name
    from dcgan_tf.data import mnist
    return 'mnist' if mnist.find('mnist', data_dir) else 'digits'


def _download(name, data_dir):
    """Fetches the files behind a row of the table; `auto` asks for mnist."""
    if name == 'digits':
        raise UsageError("--download: the data set 'digits' has nothing to download;"
                         ' use --dataset mnist or fashion_mnist, or drop --download')
    from dcgan_tf.data.download import download
    download('mnist' if name == 'auto' else name, data_dir)
