"""The table of data sets: what each name loads, what `auto` becomes, and the line about it."""

import pathlib

import numpy as np
import pytest

from dcgan_tf import data
from dcgan_tf.config import PRESETS
from dcgan_tf.data import download as download_module
from dcgan_tf.data.dataset import Dataset
from dcgan_tf.data.parts import Part
from dcgan_tf.errors import UsageError
from tests.cases import cases
from tests.data.written import write_mnist

ROOT = pathlib.Path(__file__).parents[2]


@pytest.fixture
def fetched(monkeypatch):
    """Downloads write a small pair instead; the list of what was asked for."""
    asked = []

    def download(name, data_dir):
        asked.append(name)
        write_mnist(pathlib.Path(data_dir, name), n=2, size=(3, 3))

    monkeypatch.setattr(download_module, 'download', download)
    return asked


def test_auto_is_mnist_where_its_files_are_and_digits_elsewhere(tmp_path):
    write_mnist(tmp_path / 'mnist', n=2, size=(3, 3))
    assert data.load('auto', tmp_path).name == 'mnist'
    assert data.load('auto', tmp_path / 'absent').name == 'digits'


@pytest.mark.parametrize(('name', 'becomes'), [
    ('mnist', 'mnist'), ('fashion_mnist', 'fashion_mnist'), ('auto', 'mnist')])
def test_download_fetches_then_loads(tmp_path, fetched, name, becomes):
    dataset = data.load(name, tmp_path, download=True)
    assert fetched == [becomes]
    assert dataset.name == becomes
    assert dataset.folder == str(tmp_path / becomes)


@cases(('name', 'split'), [('digits', 'test'), ('auto', 'test'), ('mnist', 'valid')])
def test_a_split_that_is_not_there(tmp_path, name, split):
    with pytest.raises(UsageError, match=f"has no split '{split}'"):
        data.load(name, tmp_path, split=split)


def test_nothing_is_fetched_unless_asked(tmp_path, fetched):
    data.load('auto', tmp_path)
    with pytest.raises(UsageError):
        data.load('mnist', tmp_path)
    assert fetched == []


def test_digits_have_nothing_to_download(tmp_path, fetched):
    with pytest.raises(UsageError, match=r'--download: .* nothing to download'):
        data.load('digits', tmp_path, download=True)
    with pytest.raises(UsageError, match='--download: .* put data_batch_1.bin .* into .*/cifar10'):
        data.load('cifar10', tmp_path, download=True)
    assert fetched == []


@cases('name', ['cifar11', '', 'MNIST', None])
def test_an_unknown_name_lists_the_table(tmp_path, name):
    with pytest.raises(UsageError, match='auto, digits, mnist, fashion_mnist'):
        data.load(name, tmp_path)


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(UsageError, match=r"'.*typo' is no folder"):
        data.load('mnist', tmp_path / 'typo')


def small(name, folder=None, n=1797):
    """A data set of black images of 4x5 in colour."""
    return Dataset(name, np.zeros([n, 4, 5, 3], np.uint8), None, (), folder)


def test_the_fit_acts_on_every_data_set(tmp_path):
    np.savez(tmp_path / 'a.npz', images=np.zeros([6, 10, 8, 3], np.uint8),
             labels=[0, 0, 0, 1, 1, 1])
    fit = data.ImageFormat(size=(5, 7), gray=True, file_num=2)
    for name, place, n in (('npz', tmp_path / 'a.npz', 4), ('digits', tmp_path, 20)):
        fitted = data.load(name, place, fit=fit)
        assert fitted.images.shape == (n, 7, 5, 1)
        assert len(fitted.labels) == n
    with pytest.raises(UsageError, match='--crop left: expected one of center, none'):
        data.load('digits', tmp_path, fit=data.ImageFormat(crop='left'))


def test_cifar10_is_looked_for_where_it_is_said_to_be(tmp_path):
    with pytest.raises(UsageError, match=str(tmp_path)):
        data.load('cifar10', tmp_path)


def test_a_worker_takes_its_part_of_a_data_set_in_memory(tmp_path):
    """Rows 2 and 3 of each batch of four; the fingerprint is that of all."""
    whole = data.load('digits', tmp_path)
    part = data.load('digits', tmp_path, part=Part(2, 2, 4))
    np.testing.assert_array_equal(part.images, whole.images[part.indices])
    assert (part.total, part.fingerprint) == (len(whole), whole.fingerprint)
    assert 0 < len(part) < len(whole)


def test_every_data_set_names_a_preset():
    assert {row.preset for row in data.DATASETS.values()} <= set(PRESETS)


def test_describe():
    hint = '--download fetches them, --data-dir points to them'
    assert data.describe('mnist', small('mnist', 'dataset/mnist', 60000)) == (
        'dataset: mnist, 60,000 images 5x4 colour, from dataset/mnist')
    assert data.describe('digits', data.load('digits', 'dataset')) == (
        'dataset: digits, 1,797 images 28x28 grey, 10 classes')
    assert data.describe('digits', small('digits'), 'dataset') == (
        'dataset: digits, 1,797 images 5x4 colour')
    assert data.describe('auto', small('digits'), 'dataset') == (
        f"dataset: digits, 1,797 images 5x4 colour (no MNIST files in 'dataset'; {hint})")
    assert data.describe('auto', small('digits')) == (
        f'dataset: digits, 1,797 images 5x4 colour (no MNIST files; {hint})')
