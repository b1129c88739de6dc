"""A file that is no whole picture is refused with a reason, and costs neither memory nor time."""

import csv
import pathlib
import struct
import tracemalloc
import zipfile
import zlib

import cv2
import numpy as np
import pytest

from dcgan_tf.data import ImageFormat
from dcgan_tf.data.pictures import decode, scan
from dcgan_tf.data.pictures.header import Refused
from tests.cases import cases
from tests.data.written import chunk, decoded, saved

AWKWARD = pathlib.Path(__file__).resolve().parents[3] / 'shared/data/awkward'
NOISE = np.random.default_rng(0).integers(0, 256, [24, 40, 4], dtype=np.uint8)


KINDS = ('JPEG', 'PNG', 'WEBP', 'GIF', 'TIFF', 'BMP', 'PPM')
WHOLE = {kind: saved(NOISE[..., :3], kind) for kind in KINDS}
WHOLE['PNG, RGBA'], WHOLE['TIFF, RGBA'] = saved(NOISE, 'PNG'), saved(NOISE, 'TIFF')
WRONG_CRC = WHOLE['PNG'][:29] + b'\0\0\0\0' + WHOLE['PNG'][33:]


def png(width, height, *chunks):
    size = struct.pack('>IIBBBBB', width, height, 8, 2, 0, 0, 0)
    return b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', size) + b''.join(chunks)


def bmp(width, height):
    return b'BM' + struct.pack('<IHHIIiiHHIIiiII', 54, 0, 0, 54, 40, width, height, 1, 24,
                               0, 0, 0, 0, 0, 0)


@cases('content', [
    png(12_000, 12_000, chunk(b'IDAT', zlib.compress(bytes(1000))), chunk(b'IEND', b'')),
    png(8193, 8193, chunk(b'IDAT', b'')), bmp(30_000, 30_000), b'P6 9000 9000 255\n',
    b'GIF89a' + struct.pack('<HHBBB', 60_000, 60_000, 0, 0, 0) + b',' + bytes(10),
])
def test_a_large_claim_is_refused_before_memory_is_asked_for(tmp_path, monkeypatch, content):
    for name in ('imdecode', 'imdecodeWithMetadata'):
        monkeypatch.setattr(cv2, name, lambda *_, **__: pytest.fail('decoded'))
    monkeypatch.setattr('PIL.ImageFile.ImageFile.load', lambda _: pytest.fail('decoded'))
    with pytest.raises(Refused, match='more than 67,108,864 pixels'):
        decoded(tmp_path, content)


@cases('kind', ['PNG', 'PNG, RGBA', 'JPEG', 'GIF'])
def test_the_header_is_read_without_decoding(tmp_path, monkeypatch, kind):
    monkeypatch.setattr('PIL.ImageFile.ImageFile.load', lambda _: pytest.fail('decoded'))
    assert decoded(tmp_path, WHOLE[kind]).shape == (24, 40, 3)


def test_a_png_part_that_claims_gigabytes_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(cv2, 'imdecode', lambda *_: pytest.fail('decoded'))
    content = WHOLE['PNG']
    place = content.index(b'IDAT') - 4
    with pytest.raises(Refused, match='damaged: the file is shorter than its parts'):
        decoded(tmp_path, content[:place] + b'\x7f' + content[place + 1:])


def test_transparency_of_a_large_picture_takes_little_memory(tmp_path):
    content = saved(np.zeros([2000, 2000, 4], np.uint8), 'PNG')
    tracemalloc.start()
    try:
        assert decoded(tmp_path, content).min() == 255
        assert tracemalloc.get_traced_memory()[1] < 2.5 * 2000 * 2000 * 4
    finally:
        tracemalloc.stop()


def test_a_long_film_is_not_read(tmp_path, monkeypatch):
    with (tmp_path / 'film.jpg').open('wb') as file:
        file.write(b'\0\0\0\x18ftypmp42')
        file.truncate(900_000_000)                           # a hole: it takes no room
    monkeypatch.setattr('pathlib.Path.read_bytes', lambda _: pytest.fail('read'))
    with pytest.raises(Refused, match='not a picture'):
        decode.decode(tmp_path / 'film.jpg', ImageFormat())


@cases(('content', 'why'), [
    (b'', 'the file is empty'),
    (b'# Read me\n', 'not a picture of a known format .JPEG, PNG, WEBP, BMP, GIF, TIFF, PPM.'),
    (WHOLE['JPEG'][:20], 'not a picture|damaged'),
    (WRONG_CRC, 'not a picture|damaged'),
    (WHOLE['PNG'].replace(b'IDAT', b'IDAT\0', 1), 'damaged'),
    (saved(NOISE[..., 0].astype(np.float32), 'TIFF'), '32 bits a channel: save it with 8 or 16'),
    (saved(NOISE[..., 0].astype(np.int32), 'TIFF'), '32 bits a channel'),
    (b'P6 0 4 255\n', 'damaged|not a picture'), (b'P6 2 2 0\n' + bytes(12), 'damaged'),
    (b'%PDF-1.4', 'not a picture'), (b'\xff\xd8\xff', 'not a picture'), (bytes(100), 'not a'),
])
def test_damage_is_refused_with_a_reason(tmp_path, content, why):
    with pytest.raises(Refused, match=why):
        decoded(tmp_path, content)


@cases('kind', WHOLE)
@cases('part', [.02, .3, .5, .9])
def test_half_a_file_is_no_half_picture(tmp_path, kind, part):
    assert decoded(tmp_path, WHOLE[kind]).shape == (24, 40, 3)
    with pytest.raises(Refused):
        decoded(tmp_path, WHOLE[kind][:int(part * len(WHOLE[kind]))])


@cases('kind', WHOLE)
def test_random_damage_gives_pixels_or_a_refusal(tmp_path, kind):
    random = np.random.default_rng(0)
    for _ in range(40):
        content = bytearray(WHOLE[kind])
        for place in random.integers(0, len(content), 3):
            content[place] = random.integers(256)
        try:
            assert decoded(tmp_path, bytes(content), ImageFormat((8, 8))).shape == (8, 8, 3)
        except Refused as refusal:
            assert str(refusal)


@pytest.mark.parametrize(('name', 'why'), [
    ('missing', 'cannot be read: No such file'), ('folder', 'cannot be read: Is a directory'),
    ('locked', 'cannot be read: Permission denied')])
def test_what_cannot_be_read_is_refused(tmp_path, name, why):
    (tmp_path / 'folder').mkdir()
    (tmp_path / 'locked').touch(0o000)
    try:
        (tmp_path / 'locked').open('rb').close()
    except PermissionError:
        pass
    else:
        if name == 'locked':
            pytest.skip('root may read everything')
    with pytest.raises(Refused, match=why):
        decode.decode(tmp_path / name, ImageFormat())


def manifest():
    if not AWKWARD.is_dir():
        return []
    with (AWKWARD / 'MANIFEST.tsv').open(encoding='utf-8', newline='') as file:
        return list(csv.DictReader(file, delimiter='\t', quoting=csv.QUOTE_NONE))


@pytest.fixture(scope='module')
def awkward(tmp_path_factory):
    """The files, unpacked, and those among them that scan() takes for pictures."""
    if not AWKWARD.is_dir():
        pytest.skip('the awkward files are not in ../shared/data/awkward')
    root = tmp_path_factory.mktemp('awkward')
    with zipfile.ZipFile(AWKWARD / 'awkward.zip') as file:
        file.extractall(root)
    return root, {file.name for file in scan.scan(root).files}


def test_the_manifest_has_its_44_files(awkward):
    assert len(manifest()) == len([path for path in awkward[0].rglob('*') if path.is_file()]) == 44


@pytest.mark.filterwarnings('ignore')                        # Pillow's, as during a real start
@cases('fit', [ImageFormat((64, 64)), ImageFormat((8, 6), gray=True, crop='none')])
def test_the_awkward_files(awkward, fit):
    root, found = awkward
    wrong, expected = [], (*fit.size[::-1], 1 if fit.gray else 3)
    for row in manifest():
        try:
            if row['file'] not in found:
                raise Refused('left out')
            shape = decode.decode(root / row['file'], fit).shape
        except Refused:
            good = row['expect'] != 'accept'
        else:
            good = row['expect'] != 'reject' and shape == expected
        wrong += [] if good else [row]
    assert not wrong
