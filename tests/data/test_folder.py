"""A folder of pictures becomes a Dataset: decoded at the first start, mapped at every other."""

import dataclasses
import os
import pathlib
import subprocess
import sys

import cv2
import numpy as np
import pytest

from dcgan_tf import data
from dcgan_tf.data import ImageFormat
from dcgan_tf.data.dataset import Batches
from dcgan_tf.data.pictures import folder, pack_images
from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.files import append
from tests.cases import cases

COLOURS = {'a/1.png': (255, 0, 0), 'a/2.jpg': (0, 255, 0), 'b/写真 1.webp': (0, 0, 255),
           'b/-😀.bmp': (10, 20, 30)}
FIT = ImageFormat((8, 6))
ORDER = ['a/1.png', 'a/2.jpg', 'b/-😀.bmp', 'b/写真 1.webp']


@pytest.fixture
def pictures(tmp_path):
    """Four pictures of different sizes in two classes."""
    for i, (name, colour) in enumerate(COLOURS.items()):
        path = tmp_path / 'in' / name
        path.parent.mkdir(parents=True, exist_ok=True)
        pixels = np.full([20 + i, 30 - i, 3], colour[::-1], np.uint8)
        path.write_bytes(cv2.imencode(path.suffix, pixels)[1].tobytes())
    return tmp_path / 'in'


@pytest.fixture
def load(pictures, tmp_path):
    """load(fit) of the four pictures."""
    return lambda fit=FIT, **options: folder.load(pictures, fit, cache=tmp_path / 'cache',
                                                  **options)


@pytest.fixture
def no_decoding(monkeypatch):
    """no_decoding(): from now on a picture that is decoded fails the test."""
    return lambda: monkeypatch.setattr(pack_images, 'decode', lambda *_: pytest.fail('decoded'))


def below(cache):
    return [path.name for path in cache.iterdir()]


def test_a_check_comes_before_decoding_and_only_then(load, tmp_path):
    def refuse(class_names, n):
        raise UsageError(' '.join(class_names))

    with pytest.raises(UsageError, match='a b'):
        load(before_decoding=refuse)
    assert not (tmp_path / 'cache').exists()
    load()
    load(before_decoding=refuse)                    # all is decoded: nothing to check


def test_the_data_set_of_a_folder(pictures, load):
    loaded = load()
    assert (loaded.name, loaded.folder) == ('folder', str(pictures))
    assert (loaded.class_names, loaded.labels.tolist()) == (('a', 'b'), [0, 0, 1, 1])
    assert loaded.images.shape == (4, 6, 8, 3)
    assert isinstance(loaded.images, np.memmap)
    assert loaded.notes == ()
    assert loaded.digest == dataclasses.replace(loaded, digest=None).fingerprint
    seen = loaded.images.astype(int).mean(axis=(1, 2))
    assert np.abs(seen - [COLOURS[name] for name in ORDER]).max() < 6
    assert Batches(loaded.images, 3, seed=0).batch(5).shape == (3, 6, 8, 3)


@pytest.mark.parametrize(('fit', 'shape'), [
    (ImageFormat(), (4, 64, 64, 3)), (ImageFormat(gray=True), (4, 64, 64, 1)),
    (ImageFormat((5, 7), True), (4, 7, 5, 1)),
    (ImageFormat((5, 7), file_num=1), (2, 7, 5, 3)),
], ids=str)
def test_pictures_of_different_sizes_become_one_size_64x64_by_default(load, fit, shape):
    assert load(fit).images.shape == shape


def test_the_row_of_the_table_leads_here(pictures, load, tmp_path):
    direct = data.load('folder', pictures, fit=FIT, cache=tmp_path / 'other')
    assert direct.fingerprint == load().fingerprint
    assert below(tmp_path / 'other') == below(tmp_path / 'cache')


def test_a_second_start_decodes_nothing(load, no_decoding):
    first = load()
    no_decoding()
    second = load()
    assert second.images.tolist() == first.images.tolist()
    assert (second.fingerprint, second.notes) == (first.fingerprint, first.notes)


@pytest.mark.parametrize('change', [
    lambda root: os.utime(root / 'a/1.png', (1, 1)),
    lambda root: append(root / 'a/1.png', 'more'),
    lambda root: (root / 'a/3.png').write_bytes((root / 'a/1.png').read_bytes()),
    lambda root: (root / 'a/1.png').unlink(),
    lambda root: (root / 'a').rename(root / 'A'),
], ids=['touched', 'longer', 'one more', 'one less', 'class renamed'])
def test_any_change_of_the_folder_makes_another_pack(load, pictures, tmp_path, change):
    load()
    change(pictures)
    load()
    assert len(below(tmp_path / 'cache')) == 2


def test_a_hidden_file_that_comes_changes_nothing(load, pictures, no_decoding):
    load()
    (pictures / 'a' / '.DS_Store').touch()
    no_decoding()
    assert load().notes


def test_a_picture_that_becomes_readable_is_read(load, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(os, 'access', lambda path, mode: False)
        load()
    load()
    assert len(below(tmp_path / 'cache')) == 2


@cases('flat', [True, False])
def test_a_cache_and_runs_inside_the_folder_are_not_learnt(tmp_path, flat):
    for name in ('1.png', '2.png') if flat else ('a/1.png', 'b/2.png'):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        cv2.imwrite(tmp_path / name, np.zeros([9, 9, 3], np.uint8))
    (tmp_path / 'runs/1/images').mkdir(parents=True)
    first, second = (folder.load(tmp_path, FIT, cache=tmp_path / 'cache', results=tmp_path / 'runs')
                     for _ in range(2))
    assert len(first) == len(second) == 2
    assert first.class_names == second.class_names


def test_what_is_not_in_the_data_set_is_told_and_named(load, pictures, tmp_path, no_decoding):
    load()
    (pictures / 'a/text.jpg').write_text('# Read me')
    (pictures / 'a/half.png').write_bytes((pictures / 'a/1.png').read_bytes()[:60])
    (pictures / '.DS_Store').touch()
    (pictures / 'a/deep').mkdir()
    os.mkfifo(pictures / 'b/pipe')
    note, = load().notes
    no_decoding()
    assert load().notes == (note,)
    assert note.startswith('2 files refused and 3 files left out: ')
    path = note.removeprefix('2 files refused and 3 files left out: ').removesuffix(' says why')
    lines = pathlib.Path(path).read_text(encoding='utf-8').splitlines()
    assert {line.split('\t')[0] for line in lines} == {
        'file', 'a/text.jpg', 'a/half.png', '.DS_Store', 'a/deep/', 'b/pipe'}


@cases(('name', 'problem'), [
    ('missing', 'there is no such folder'), ('empty', 'has no file')])
def test_no_folder_and_no_pictures_are_usage_errors(tmp_path, name, problem):
    (tmp_path / 'empty').mkdir()
    with pytest.raises(UsageError, match=f'^folder .*{name}.*{problem}'):
        folder.load(tmp_path / name, ImageFormat(), cache=tmp_path / 'cache')
    assert not (tmp_path / 'cache').exists()


def test_a_cache_in_the_way_is_a_run_error(pictures, tmp_path):
    (tmp_path / 'cache').touch()
    with pytest.raises(RunError, match='--cache-folder'):
        folder.load(pictures, ImageFormat(), cache=tmp_path / 'cache')


def test_a_ready_pack_is_enough_where_nothing_can_be_written(load, monkeypatch):
    first = load()
    monkeypatch.setattr('dcgan_tf.files._temporary', lambda *_: pytest.fail('written'))
    assert load().fingerprint == first.fingerprint


def test_the_same_folder_gives_the_same_pack_in_another_process(load, pictures, tmp_path):
    first = load()
    code = ('import sys; from dcgan_tf.data import ImageFormat; '
            'from dcgan_tf.data.pictures import folder; '
            'print(folder.load(sys.argv[1], ImageFormat((8, 6)), cache=sys.argv[2]).fingerprint)')
    run = subprocess.run([sys.executable, '-c', code, pictures, tmp_path / 'cache'], check=True,
                         capture_output=True, text=True)
    assert run.stdout.strip() == first.fingerprint
    assert len(below(tmp_path / 'cache')) == 1
