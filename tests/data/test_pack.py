"""Packed pictures are all of them, in order and whole; a damaged pack is none."""

import json
import os
import shutil
import time
import types

import numpy as np
import pytest
from packing import FIT, below, made

from dcgan_tf import files, portable
from dcgan_tf.data import ImageFormat
from dcgan_tf.data.dataset import Batches, Dataset
from dcgan_tf.data.pictures import pack, pack_images
from dcgan_tf.data.pictures.pack import open_pack, place
from dcgan_tf.data.pictures.scan import Scan, scan
from dcgan_tf.files import shared
from tests.cases import cases


@pytest.mark.parametrize('threads', [1, 2, 7])
@pytest.mark.parametrize('held', [1, 3, 100])
def test_the_order_is_that_of_the_names_whatever_the_threads(pictures, monkeypatch, threads, held):
    def slow_at_first(path, fit):
        time.sleep(.003 * (int(path.stem) % 3 == 0))
        return decode(path, fit)

    decode = pack_images.decode
    monkeypatch.setattr(pack_images, 'decode', slow_at_first)
    monkeypatch.setattr(pack_images, 'THREADS', threads)
    monkeypatch.setattr(pack_images, 'BLOCK', held)
    _, made_pack = made(pictures(6, 4, 5))
    assert made_pack.images[:, 0, 0, 0].tolist() == list(range(15))
    assert made_pack.labels.tolist() == [0] * 6 + [1] * 4 + [2] * 5


@pytest.mark.parametrize(('fit', 'shape'), [
    (FIT, (3, 6, 8, 3)), (ImageFormat((5, 5), gray=True), (3, 5, 5, 1)),
    (ImageFormat((8, 6), file_num=1), (2, 6, 8, 3))], ids=str)
def test_the_pixels_are_mapped_read_only_and_known_by_their_fingerprint(pictures, fit, shape):
    where, made_pack = made(pictures(2, 1), fit)
    for each in (made_pack, open_pack(where)):
        assert isinstance(each.images, np.memmap)
        assert (each.images.shape, each.images.dtype) == (shape, np.uint8)
        assert (each.labels.dtype, each.refused) == (np.int32, 0)
        with pytest.raises(ValueError, match='read-only'):
            each.images[0] = 1
        data = Dataset('folder', np.array(each.images), each.labels, ('a', 'b'), None)
        assert each.fingerprint == data.fingerprint
    assert below(where) == ['images.npy', 'labels.npy', 'pack.json', 'rejected.tsv']


def test_many_large_pictures_are_not_held_at_once():
    assert pack_images._block(ImageFormat((64, 64))) == pack_images.BLOCK
    width = 4096
    assert pack_images._block(ImageFormat((width, width))) * width * width * 3 <= max(
        pack_images.MAX_BLOCK_BYTES, pack_images.THREADS * width * width * 3)


@pytest.mark.parametrize('damage', [
    lambda where: (where / 'pack.json').unlink(),
    lambda where: (where / 'labels.npy').unlink(),
    lambda where: (where / 'images.npy').unlink(),
    lambda where: os.truncate(where / 'images.npy', 400),
    lambda where: os.truncate(where / 'images.npy', 40),
    lambda where: os.truncate(where / 'labels.npy', 130),
    lambda where: os.truncate(where / 'pack.json', 0),
    lambda where: (where / 'pack.json').write_bytes(b'\xff\x00garbage'),
    lambda where: (where / 'pack.json').write_text('[1, 2]'),
    lambda where: (where / 'pack.json').write_text('{"shape": [3, 6, 8, 3]}'),
    lambda where: (where / 'images.npy').write_bytes(b'garbage'),
    lambda where: (where / 'images.npy').write_bytes(
        (where / 'images.npy').read_bytes().replace(b'}', b'{')),
    lambda where: np.save(where / 'images.npy', np.zeros([4, 6, 8, 3], np.uint8)),
    lambda where: np.save(where / 'images.npy', np.zeros([3, 6, 8, 3], np.int8)),
    lambda where: np.save(where / 'labels.npy', np.zeros(4, np.int32)),
    lambda where: np.save(where / 'labels.npy', np.zeros(3)),
])
def test_a_damaged_pack_is_none_and_is_made_again(pictures, damage):
    folder = pictures(2, 1)
    where, first = made(folder)
    damage(where)
    assert open_pack(where) is None
    again, second = made(folder)
    assert (again, second.fingerprint) == (where, first.fingerprint)
    assert open_pack(where).images.tolist() == second.images.tolist()


def test_pixels_are_compared_where_the_time_of_their_file_is_another(pictures, caplog):
    folder = pictures(2, 1)
    where, _ = made(folder)
    content = (where / 'images.npy').read_bytes()
    (where / 'images.npy').write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert open_pack(where) is None and 'images.npy has another time' in caplog.text
    made(folder)
    assert (where / 'images.npy').read_bytes() == content


def test_a_pack_that_was_copied_is_compared_once(pictures, tmp_path, caplog):
    where, first = made(pictures(2, 1))
    shutil.copytree(where, tmp_path / 'copy', copy_function=shutil.copyfile)
    for told in (1, 1):
        assert open_pack(tmp_path / 'copy').fingerprint == first.fingerprint
        assert caplog.text.count('has another time') == told


def test_the_place_tells_files_and_options_apart(pictures, tmp_path):
    folder = pictures(2, 2)
    found = scan(folder)
    file, *others = found.files
    places = [place('cache', folder, changed, fit) for changed, fit in [
        (found, FIT), (found, ImageFormat((6, 8))), (found, ImageFormat((8, 6), gray=True)),
        (found, ImageFormat((8, 6), crop='none')), (found, ImageFormat((8, 6), file_num=2)),
        (found._replace(files=others), FIT),
        (found._replace(files=[file._replace(size=1), *others]), FIT),
        (found._replace(files=[file._replace(mtime_ns=1), *others]), FIT),
        (found._replace(files=[file._replace(name='a/other.png'), *others]), FIT),
        (found._replace(files=[file._replace(label=1), *others]), FIT),
        (found._replace(class_names=('a', 'c')), FIT),
        (found._replace(left_out=[('.x', 'hidden')]), FIT),
    ]]
    assert len(set(places)) == len(places)
    assert place('cache', folder, scan(folder), FIT) == places[0]


@cases(('name', 'start'), [
    ('faces', 'faces-'), ('写真', '写真-'), ('a b/c d', 'c_d-'), ('x' * 200, 'x' * 40 + '-'),
    ('-rf', '-rf-'), (os.fsdecode(b'bad\xff'), 'bad_-')])
def test_the_place_is_named_after_the_folder(tmp_path, name, start):
    where = place(tmp_path, tmp_path / name, Scan([], ('a',), []), FIT)
    assert where.parent == tmp_path
    assert where.name.startswith(start)
    assert len(where.name) == len(start) + 16
    where.mkdir()


def test_batches_of_a_pack_that_is_larger_than_memory(tmp_path):
    """256 GB of pixels, nearly all of them a hole in the file: it takes no room on the disk."""
    n, shape = 1 << 20, (256, 320, 3)
    with (tmp_path / 'images.npy').open('wb') as file:
        pack_images.write_header(file, n, shape)
        file.truncate(file.tell() + n * int(np.prod(shape)))
        file.seek(-1, os.SEEK_END)
        file.write(b'\7')
    labels = np.zeros(n, np.int32)
    np.save(tmp_path / 'labels.npy', labels)
    note = {'shape': [n, *shape], 'refused': 0, 'fingerprint': 'x', 'part': False}
    pack._write_note(tmp_path, types.SimpleNamespace(labels=labels, indices=None), note)
    images = open_pack(tmp_path).images
    assert images.nbytes > 256e9
    drawn = Batches(images, 32, seed=0)
    last = next(step for step in range(n // 32) if n - 1 in drawn.indices(step))
    assert drawn.batch(last).max() == 7


def test_refused_and_left_out_files_are_named_with_the_reason(pictures):
    folder = pictures(3, 1)
    names = [os.fsdecode(b'a/bad\xff.png'), 'a/tab\there.png', 'b/new\nline.png']
    for name in names:
        (folder / name).write_bytes(b'no picture')
    (folder / '.hidden').touch()
    where, made_pack = made(folder)
    assert (made_pack.refused, len(made_pack.images)) == (3, 4)
    lines = (where / 'rejected.tsv').read_text(encoding='utf-8').splitlines()
    assert [line.split('\t')[0] for line in lines] == [
        'file', r'a/bad\udcff.png', r'a/tab\there.png', r'b/new\nline.png', '.hidden']
    assert all(len(line.split('\t')) == 2 for line in lines)
    assert json.loads((where / 'pack.json').read_text())['shape'] == [4, 6, 8, 3]


def test_what_a_killed_process_left_is_removed_unless_another_is_writing(pictures):
    folder = pictures(2)
    where, _ = made(folder)
    (where / '.half.tmp.npy').write_bytes(b'half')
    with shared(where):
        assert not list(where.glob('.*'))                # nobody else was there
        (where / '.half.tmp.npy').write_bytes(b'half')
        made(folder)
        assert [name for name in below(where) if name.startswith('.')] == ['.half.tmp.npy']
    made(folder)
    assert not list(where.glob('.*'))


@pytest.mark.parametrize(('age', 'left'), [(0, 1), (2 * files.RECENT_SECONDS, 0)])
def test_where_there_are_no_locks_age_decides(pictures, monkeypatch, age, left):
    monkeypatch.setattr(portable, 'fcntl', None)
    folder = pictures(2)
    where, _ = made(folder)
    (where / '.half.tmp.npy').write_bytes(b'half')
    os.utime(where / '.half.tmp.npy', (time.time() - age,) * 2)
    made(folder)
    assert len(list(where.glob('.*'))) == left


@pytest.mark.parametrize('progress', [False, True])
def test_the_progress_bar_is_shown_when_asked_for(pictures, capsys, progress):
    made(pictures(3), progress=progress)
    assert ('3/3' in capsys.readouterr().err) == progress
