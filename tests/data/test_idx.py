"""read_idx returns what was written and says in one line what is wrong with a damaged file."""

import gzip
import math
import struct
import tracemalloc
import zlib

import numpy as np
import pytest

from dcgan_tf.data.idx import read_idx
from dcgan_tf.errors import RunError
from tests.cases import cases

IMAGES = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)


def header(*shape):
    """The first bytes of an idx file of unsigned bytes."""
    return struct.pack(f'>{1 + len(shape)}I', 0x800 + len(shape), *shape)


def packed(array):
    """The whole idx file of `array`."""
    return header(*array.shape) + array.tobytes()


def written(folder, content):
    path = folder / 'some-file'
    path.write_bytes(content)
    return path


@cases('pack', [bytes, gzip.compress])
@cases('array', [IMAGES, np.uint8([3, 1, 255])])
@cases('name', ['a', 'a.gz'])
def test_reads_what_was_written_whatever_the_name(tmp_path, array, pack, name):
    path = tmp_path / name
    path.write_bytes(pack(packed(array)))
    for given in (path, str(path)):
        read = read_idx(given)
        assert read.dtype == np.uint8
        assert np.array_equal(read, array)


@cases(('content', 'problem'), [
    (b'', 'the file is empty'),
    (b'\0\0\x08', 'not an idx file .* 00 00 08,'),
    (b'\x89PNG\r\n\x1a\n', 'not an idx file .* 89 50 4e 47,'),
    (b'<html>404</html>', 'not an idx file'),
    (b'\0\0\x0d\x03' + bytes(12), 'not an idx file .* 00 00 0d 03'),
    (header(2, 3), 'not an idx file .* 00 00 08 02'),
    (header(2, 3, 4)[:9], 'truncated: .* 9 bytes, .* 16'),
    (header(0, 28, 28), 'nothing inside: .* 0 x 28 x 28'),
    (header(0), 'nothing inside'),
    (packed(IMAGES)[:-1], 'truncated: 24 bytes expected .* 23 found'),
    (header(2, 3, 4), 'truncated: 24 bytes expected .* 0 found'),
    (packed(IMAGES) + b'\0', 'trailing bytes: 24 expected'),
    (header(*[2**32 - 1] * 3), '.* at most 2,147,483,648 '),
    (header(2**31 + 1), '.* 2,147,483,649 bytes, at most'),
])
@cases('pack', [bytes, gzip.compress])
def test_damage_is_named(tmp_path, content, problem, pack):
    with pytest.raises(RunError, match=f'some-file: {problem}'):
        read_idx(written(tmp_path, pack(content)))


def flipped(content, place):
    return content[:place] + bytes([content[place] ^ 0xff]) + content[place:][1:]


GOOD = gzip.compress(packed(IMAGES))


@cases('content', [
    GOOD[:2], GOOD[:7], GOOD[:20], GOOD[:-8], GOOD[:-1],
    flipped(GOOD, 2), flipped(GOOD, 10), flipped(GOOD, len(GOOD) - 8), flipped(GOOD, len(GOOD) - 1),
    GOOD + b'garbage',
])
def test_corrupt_gzip_is_named(tmp_path, content):
    with pytest.raises(RunError, match=r'some-file: corrupt gzip: .'):
        read_idx(written(tmp_path, content))


@cases('cut', range(1, len(GOOD)))
def test_every_cut_of_a_gzip_file_is_refused(tmp_path, cut):
    with pytest.raises(RunError, match='some-file: '):
        read_idx(written(tmp_path, GOOD[:cut]))


def peak_of(path):
    """Bytes of memory it took to refuse the file."""
    tracemalloc.start()
    try:
        with pytest.raises(RunError):
            read_idx(path)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@cases('pack', [bytes, gzip.compress])
def test_a_large_claim_costs_no_memory(tmp_path, pack):
    shape = (2_000_000, 32, 32)
    assert math.prod(shape) < 2**31
    assert peak_of(written(tmp_path, pack(header(*shape) + bytes(100)))) < 8e6


def test_a_gzip_bomb_is_left_packed(tmp_path):
    packer = zlib.compressobj(wbits=31)
    bomb = packer.compress(packed(IMAGES))
    bomb += b''.join(packer.compress(bytes(1 << 20)) for _ in range(64)) + packer.flush()
    path = written(tmp_path, bomb)
    assert path.stat().st_size < 100_000
    assert peak_of(path) < 2e6


def test_a_missing_file_and_a_folder_are_named(tmp_path):
    with pytest.raises(RunError, match='nothing-here: No such file'):
        read_idx(tmp_path / 'nothing-here')
    with pytest.raises(RunError, match=f'{tmp_path.name}: Is a directory'):
        read_idx(tmp_path)
