"""CIFAR-10: where the batches are looked for, their order, their pixels, and what is damaged."""

import gzip
import pathlib
import tracemalloc

import numpy as np
import pytest

from dcgan_tf.data import cifar10
from dcgan_tf.errors import RunError, UsageError
from tests.cases import cases

REAL = pathlib.Path(__file__).resolve().parents[3] / 'shared/data/cifar10'
NAMES = ['airplane', 'automobile', 'bird', 'cat', 'deer',
         'dog', 'frog', 'horse', 'ship', 'truck']
DIGITS = tuple('0123456789')


def record(label, pixels=None):
    """One record; all 3,072 bytes are the label unless told otherwise."""
    return bytes([label]) + bytes([label] * 3072 if pixels is None else pixels)


def write(path, content):
    """Writes a file, gzip when the name says so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(content) if path.suffix == '.gz' else content)
    return path


@cases('name', ['data_batch_1.bin', 'data_batch_1.bin.gz'])
@cases('folder', ['cifar10', 'cifar-10-batches-bin', ''])
def test_every_place_and_packing(tmp_path, folder, name):
    path = write(tmp_path / folder / name, record(3) + record(0))
    assert cifar10.find(str(tmp_path)) == [path]
    dataset = cifar10.load(str(tmp_path))
    assert (dataset.name, dataset.folder) == ('cifar10', str(tmp_path / folder))
    assert dataset.labels.dtype == np.int32
    assert dataset.labels.tolist() == [3, 0]
    assert dataset.class_names == DIGITS


def test_planes_become_channels(tmp_path):
    random = np.random.default_rng(0).integers(0, 256, [2, 3072], np.uint8)
    write(tmp_path / 'data_batch_1.bin', record(1, random[0]) + record(2, random[1]))
    images = cifar10.load(tmp_path).images
    assert images.shape == (2, 32, 32, 3)
    assert images.flags.c_contiguous
    for place, pixels in enumerate(random):
        for y, x in (0, 0), (0, 31), (7, 2), (31, 31):
            red, green, blue = (pixels[plane * 1024 + y * 32 + x] for plane in range(3))
            assert images[place, y, x].tolist() == [red, green, blue]


def test_the_first_folder_that_has_a_batch_is_the_only_one(tmp_path):
    write(tmp_path / 'data_batch_1.bin', record(1))
    (tmp_path / 'cifar10').mkdir()
    assert cifar10.load(tmp_path).labels.tolist() == [1]
    write(tmp_path / 'cifar-10-batches-bin/data_batch_2.bin', record(2))
    assert cifar10.load(tmp_path).labels.tolist() == [2]
    write(tmp_path / 'cifar10/data_batch_3.bin', record(3))
    assert cifar10.load(tmp_path).labels.tolist() == [3]


def test_batches_are_counted_like_people_count(tmp_path):
    for number in (10, 2, 1):
        write(tmp_path / f'data_batch_{number}.bin', record(number % 10))
    write(tmp_path / 'data_batch_3.bin.gz', record(3))
    assert cifar10.load(tmp_path).labels.tolist() == [1, 2, 3, 0]


def test_of_two_packings_the_one_with_a_checksum(tmp_path):
    write(tmp_path / 'data_batch_1.bin', record(1))
    packed = write(tmp_path / 'data_batch_1.bin.gz', record(2))
    assert cifar10.find(tmp_path) == [packed]
    assert cifar10.load(tmp_path).labels.tolist() == [2]


@cases('name', [
    'test_batch.bin', 'data_batch_1', 'data_batch_1.bin.bak', 'my_data_batch_1.bin'])
def test_other_files_are_no_training_data(tmp_path, name):
    write(tmp_path / name, record(1))
    (tmp_path / 'data_batch_1.bin').mkdir()
    assert cifar10.find(tmp_path) == []
    write(tmp_path / 'data_batch_2.bin', record(2))
    assert cifar10.load(tmp_path).labels.tolist() == [2]


def test_the_test_split_has_a_file_of_its_own(tmp_path):
    write(tmp_path / 'data_batch_1.bin', record(1))
    with pytest.raises(UsageError, match='test_batch'):
        cifar10.load(tmp_path, 'test')
    write(tmp_path / 'test_batch.bin', record(2))
    assert cifar10.load(tmp_path, 'test').labels.tolist() == [2]
    assert cifar10.load(tmp_path).labels.tolist() == [1]


def test_missing_batches_say_what_was_looked_for_and_where(tmp_path):
    with pytest.raises(UsageError) as raised:
        cifar10.load(tmp_path)
    message = str(raised.value)
    wanted = (*(f"'{tmp_path / folder}'" for folder in ('cifar10', 'cifar-10-batches-bin', '')),
              'data_batch_*.bin', 'data_batch_*.bin.gz', '--data-dir')
    assert [part for part in wanted if part not in message] == []
    assert '\n' not in message


@cases('data_dir', ['absent', 'a-file'])
def test_a_folder_that_is_none_is_named(tmp_path, data_dir):
    (tmp_path / 'a-file').write_bytes(b'')
    assert cifar10.find(tmp_path / data_dir) == []
    with pytest.raises(UsageError, match=f"'.*{data_dir}' is no folder"):
        cifar10.load(tmp_path / data_dir)


def test_a_folder_that_cannot_be_asked_is_named(tmp_path):
    with pytest.raises(RunError, match='xxx/cifar10: File name too long'):
        cifar10.find(tmp_path / ('x' * 300))


@cases(('content', 'problem'), [
    (b'', '.* empty: 0 bytes, .* 3,073'),
    (record(1)[:-1], 'truncated.*: 3,072 bytes, .* 3,073'),
    (record(1) + b'\0', 'truncated.*: 3,074 bytes, .* 3,073'),
    (record(9) + record(10), 'label 10 in record 1, expected 0 to 9'),
    (record(9) + record(9) + record(11) + record(255), 'label 11 in record 2, expected 0 to 9'),
    (b'<html>404</html>', 'no CIFAR-10 batch: 16 bytes'),
])
@cases('name', ['data_batch_2.bin', 'data_batch_2.bin.gz'])
def test_damage_is_named(tmp_path, name, content, problem):
    write(tmp_path / 'data_batch_1.bin', record(1))
    write(tmp_path / name, content)
    with pytest.raises(RunError, match=f'/{name}: .*{problem}'):
        cifar10.load(tmp_path)


GOOD = gzip.compress(record(1))


@cases('content', [
    GOOD[:2], GOOD[:20], GOOD[:-8], GOOD[:-1], GOOD + b'garbage', GOOD[:2] + b'\xff' + GOOD[3:],
    GOOD[:-8] + bytes(8),
])
def test_corrupt_gzip_is_named(tmp_path, content):
    (tmp_path / 'data_batch_1.bin.gz').write_bytes(content)
    with pytest.raises(RunError, match=r'data_batch_1\.bin\.gz: corrupt gzip: .'):
        cifar10.load(tmp_path)


@cases(('target', 'problem'), [
    ('nowhere', 'No such file'), ('.', 'Is a directory'), ('data_batch_2.bin', 'Too many levels')])
def test_a_link_that_cannot_be_read_is_not_left_out(tmp_path, target, problem):
    write(tmp_path / 'data_batch_1.bin', record(1))
    (tmp_path / 'data_batch_2.bin').symlink_to(target)
    with pytest.raises(RunError, match=f'data_batch_2.bin: {problem}'):
        cifar10.load(tmp_path)


def test_the_limit_holds_for_all_batches_together(tmp_path, monkeypatch):
    for number in (1, 2):
        write(tmp_path / f'data_batch_{number}.bin.gz', record(number))
    monkeypatch.setattr(cifar10, 'LARGEST', 2 * 3073)
    assert cifar10.load(tmp_path).labels.tolist() == [1, 2]
    monkeypatch.setattr(cifar10, 'LARGEST', 2 * 3073 - 1)
    with pytest.raises(RunError, match='data_batch_2.bin.gz: too large: at most 6,145 bytes'):
        cifar10.load(tmp_path)


def test_a_gzip_bomb_is_left_packed(tmp_path, monkeypatch):
    monkeypatch.setattr(cifar10, 'LARGEST', 2 << 20)
    path = write(tmp_path / 'data_batch_1.bin.gz', bytes(3073 * 20_000))
    assert path.stat().st_size < 100_000
    tracemalloc.start()
    try:
        with pytest.raises(RunError, match='too large: at most 2,097,152 bytes'):
            cifar10.load(tmp_path)
        assert tracemalloc.get_traced_memory()[1] < 8e6
    finally:
        tracemalloc.stop()


@cases('ending', ['\n', '\r\n', '\n\n  \n'])
@cases('mark', ['', '\ufeff'])
def test_class_names(tmp_path, mark, ending):
    write(tmp_path / 'data_batch_1.bin', record(9))
    text = mark + ending.join(NAMES) + ending
    (tmp_path / 'batches.meta.txt').write_bytes(text.encode())
    assert cifar10.load(tmp_path).class_names == tuple(NAMES)


def test_class_names_of_another_folder_are_not_taken(tmp_path):
    write(tmp_path / 'cifar10/data_batch_1.bin', record(9))
    write(tmp_path / 'batches.meta.txt', '\n'.join(NAMES).encode())
    assert cifar10.load(tmp_path).class_names == DIGITS


@cases(('content', 'problem'), [
    (b'', '0 class names, .* expected 10'),
    ('\n'.join(NAMES[:9]).encode(), '9 class names, .* expected 10'),
    ('\n'.join([*NAMES, 'frog']).encode(), '11 .*, 10 .* expected 10'),
    ('\n'.join([*NAMES[:9], 'cat']).encode(), '10 .*, 9 .* expected 10'),
    (b'\xff\xfe\0', 'not UTF-8 text'),
    (b'x\n' * 10_000_000, '.*, 1 .* expected 10'),
])
def test_damaged_class_names(tmp_path, content, problem):
    write(tmp_path / 'data_batch_1.bin', record(9))
    (tmp_path / 'batches.meta.txt').write_bytes(content)
    with pytest.raises(RunError, match=f'batches.meta.txt: {problem}'):
        cifar10.load(tmp_path)


def test_class_names_that_are_a_folder_are_named(tmp_path):
    write(tmp_path / 'data_batch_1.bin', record(9))
    (tmp_path / 'batches.meta.txt').mkdir()
    with pytest.raises(RunError, match='batches.meta.txt: Is a directory'):
        cifar10.load(tmp_path)


@pytest.mark.skipif(not REAL.is_dir(), reason='the real CIFAR-10 is not in ../shared/data/cifar10')
def test_the_real_cifar10():
    assert cifar10.find(REAL.parent) == [REAL / 'data_batch_1.bin.gz']
    dataset = cifar10.load(REAL)
    assert dataset.images.shape == (10_000, 32, 32, 3)
    assert dataset.class_names == tuple(NAMES)
    assert dataset.labels[:5].tolist() == [8, 8, 3, 7, 5]
    assert np.bincount(dataset.labels).tolist() == [1000] * 10
    # The whole published split has 0.4914, 0.4822, 0.4465: more red than blue.
    assert dataset.images.mean((0, 1, 2)) / 255 == pytest.approx([0.491, 0.482, 0.447], abs=5e-3)
