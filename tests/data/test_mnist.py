"""MNIST and Fashion-MNIST: where the pair is looked for, and what makes it no pair."""

import gzip
import pathlib
import struct

import numpy as np
import pytest

from dcgan_tf.data import mnist
from dcgan_tf.errors import RunError, UsageError
from tests.cases import cases

REAL = pathlib.Path(__file__).parents[2] / '../shared/data/mnist'
IMAGES, LABELS = 'train-images-idx3-ubyte.gz', 'train-labels-idx1-ubyte.gz'


def write_idx(path, array):
    """Writes an idx file of unsigned bytes, gzip when the name says so."""
    array = np.asarray(array, np.uint8)
    content = struct.pack(f'>{1 + array.ndim}I', 0x800 + array.ndim, *array.shape)
    content += array.tobytes()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(content) if path.suffix == '.gz' else content)


def write_pair(folder, *, images=None, labels=(3, 0, 9), names=None):
    """Three images of 4x5 whose pixels all are the label, unless told otherwise."""
    images_name, labels_name = names or (IMAGES, LABELS)
    if images is None:
        images = np.tile(np.reshape(labels, [-1, 1, 1]), [1, 4, 5])
    write_idx(folder / images_name, images)
    write_idx(folder / labels_name, labels)


@cases('names', [
    ('train-images-idx3-ubyte', 'train-labels-idx1-ubyte'),
    ('train-images-idx3-ubyte.gz', 'train-labels-idx1-ubyte.gz'),
    ('train-images.idx3-ubyte', 'train-labels.idx1-ubyte'),
    ('train-images.idx3-ubyte.gz', 'train-labels.idx1-ubyte.gz'),
    ('train-images-idx3-ubyte.gz', 'train-labels.idx1-ubyte'),
])
@cases('subfolder', ['', 'mnist'])
def test_every_spelling_in_both_places(tmp_path, names, subfolder):
    write_pair(tmp_path / subfolder, names=names)
    dataset = mnist.load('mnist', str(tmp_path))
    assert dataset.name == 'mnist'
    assert dataset.images.shape == (3, 4, 5, 1)
    assert dataset.images[:, 1, 2, 0].tolist() == dataset.labels.tolist() == [3, 0, 9]
    assert dataset.folder == str(tmp_path / subfolder)


def test_the_test_split_has_files_of_its_own(tmp_path):
    write_pair(tmp_path)
    with pytest.raises(UsageError, match='t10k-images-idx3-ubyte.gz.*t10k-labels-idx1'):
        mnist.load('mnist', tmp_path, 'test')
    write_pair(tmp_path, labels=(7,), names=('t10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte'))
    assert mnist.load('mnist', tmp_path, 'test').labels.tolist() == [7]
    assert mnist.load('mnist', tmp_path).labels.tolist() == [3, 0, 9]


def test_the_subfolder_comes_first(tmp_path):
    write_pair(tmp_path, labels=(1,))
    write_pair(tmp_path / 'mnist', labels=(2,))
    write_pair(tmp_path / 'fashion_mnist', labels=(3,))
    assert mnist.load('mnist', tmp_path).labels == [2]
    assert mnist.load('fashion_mnist', tmp_path).labels == [3]


def test_images_and_labels_come_from_one_folder(tmp_path):
    write_pair(tmp_path)
    write_idx(tmp_path / 'mnist' / IMAGES, np.zeros([1, 2, 2]))
    assert {path.parent for path in mnist.find('mnist', tmp_path)} == {tmp_path}


def test_class_names():
    assert mnist.CLASS_NAMES['mnist'][7] == '7'
    assert mnist.CLASS_NAMES['fashion_mnist'][9] == 'Ankle boot'
    assert {len(names) for names in mnist.CLASS_NAMES.values()} == {10}


@cases(('changed', 'problem'), [
    ({'images': np.zeros([4, 2, 2])}, '4 images but 3 labels'),
    ({'labels': [0, 10, 1]}, 'label 10 at place 1, expected 0 to 9'),
    ({'images': [1, 2, 3]}, 'got ranks 1 and 1'),
    ({'images': [1, 2, 3], 'labels': np.zeros([3, 2, 2])}, 'got ranks 1 and 3'),
    ({'images': np.zeros([3, 2, 2]), 'labels': np.zeros([3, 2, 2])}, 'got ranks 3 and 3'),
])
def test_no_pair_names_both_files(tmp_path, changed, problem):
    write_pair(tmp_path, **changed)
    with pytest.raises(RunError, match=f'{IMAGES} and .*{LABELS}: .*{problem}'):
        mnist.load('mnist', tmp_path)


def test_a_damaged_file_is_named(tmp_path):
    write_pair(tmp_path)
    (tmp_path / LABELS).write_bytes(b'nonsense')
    with pytest.raises(RunError, match=f'{LABELS}: not an idx file'):
        mnist.load('mnist', tmp_path)


def test_half_a_pair_is_missing_and_the_message_says_what_was_looked_for(tmp_path):
    write_idx(tmp_path / IMAGES.removesuffix('.gz'), np.zeros([1, 2, 2]))
    (tmp_path / LABELS.removesuffix('.gz')).mkdir()
    assert mnist.find('mnist', tmp_path) is None
    with pytest.raises(UsageError) as raised:
        mnist.load('mnist', tmp_path)
    message = str(raised.value)
    names = [spelling.format(*name) for spelling in mnist.SPELLINGS
             for name in (('train-images', 'idx3'), ('train-labels', 'idx1'))]
    wanted = (*names, str(tmp_path / 'mnist'), '--data-dir', '--download')
    assert [part for part in wanted if part not in message] == []
    assert '\n' not in message


@cases('data_dir', ['absent', 'a-file'])
def test_a_folder_that_is_none_is_named(tmp_path, data_dir):
    (tmp_path / 'a-file').write_bytes(b'')
    with pytest.raises(UsageError, match=f"'.*{data_dir}' is no folder.*--download"):
        mnist.load('fashion_mnist', tmp_path / data_dir)


def test_a_folder_that_cannot_be_asked_is_named(tmp_path):
    with pytest.raises(RunError, match='xxx/mnist: File name too long'):
        mnist.find('mnist', tmp_path / ('x' * 300))


@pytest.mark.skipif(not REAL.is_dir(), reason='the real MNIST is not in ../shared/data/mnist')
def test_the_real_mnist():
    dataset = mnist.load('mnist', REAL)
    assert dataset.images.shape == (60000, 28, 28, 1)
    assert dataset.labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert np.bincount(dataset.labels).tolist() == [
        5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert dataset.images.mean() / 255 == pytest.approx(0.1307, abs=1e-4)
