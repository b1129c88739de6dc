"""Colours are those that other programs show, for each format, depth and kind of colour."""

import io
import sys

import numpy as np
import pytest
from PIL import Image

from dcgan_tf.data import ImageFormat
from dcgan_tf.data.pictures import formats
from dcgan_tf.data.pictures.formats import Refused
from tests.cases import cases
from tests.data import written
from tests.data.written import bmp, gray_png, saved, tiff

RNG = np.random.default_rng(0)
NOISE = RNG.integers(0, 256, [16, 24, 4], dtype=np.uint8)
RGB, GRAY = NOISE[..., :3], NOISE[..., 0]
SHARE = NOISE[..., 3:] / 255                                 # how much is there, the rest is white
ON_WHITE = RGB * SHARE + 255 * (1 - SHARE)
PNG_BITS = (1, 2, 4, 8, 16)
SOFT = np.full([16, 24, 3], (90, 120, 200), np.uint8)        # keeps its colour in a lossy format


def decoded(folder, content, *, gray=False):
    """float [H, W, C]"""
    return written.decoded(folder, content, ImageFormat(gray=gray)).astype(float)


def of_mode(mode):
    """A noisy picture of one of Pillow's modes."""
    if mode in ('CMYK', 'YCbCr', 'RGBA', 'LA', 'L', 'RGBX'):
        channels = len(Image.new(mode, (1, 1)).getbands())
        return Image.frombytes(mode, (24, 16), NOISE[..., :channels].tobytes())
    return Image.fromarray(RGB).convert(mode)


def pillows(content):
    """What Pillow shows, on white."""
    values = np.asarray(Image.open(io.BytesIO(content)).convert('RGBA')).astype(float)
    share = values[..., 3:] / 255
    return values[..., :3] * share + 255 * (1 - share)


ALL = ('1', 'L', 'LA', 'P', 'PA', 'RGB', 'RGBA', 'RGBX', 'CMYK', 'YCbCr', 'LAB')
PACKED = [('TIFF', mode, {'compression': kind})
          for kind in ('tiff_lzw', 'tiff_adobe_deflate', 'packbits') for mode in ALL]
JPEG = [('TIFF', mode, {'compression': 'jpeg'}) for mode in ('L', 'RGB', 'CMYK', 'YCbCr')]
OTHERS = {'BMP': ('1', 'L', 'P', 'RGB', 'RGBA'), 'PPM': ('1', 'L', 'RGB'), 'GIF': ('1', 'L', 'P'),
          'PNG': ('1', 'L', 'LA', 'P', 'RGB', 'RGBA'), 'JPEG': ('L', 'RGB', 'CMYK'),
          'WEBP': ('L', 'RGB', 'RGBA'), 'AVIF': ('L', 'LA', 'RGB', 'RGBA')}


@cases(('kind', 'mode', 'options'), [
    *(('TIFF', mode, {}) for mode in ALL), *PACKED, *JPEG,
    *((kind, mode, {}) for kind, modes in OTHERS.items() for mode in modes)])
def test_all_that_pillow_writes_looks_as_in_pillow(tmp_path, kind, mode, options):
    if kind == 'AVIF' and 'AVIF' not in formats.formats():
        pytest.skip('this Pillow has no AVIF')
    content = saved(of_mode(mode), kind, **options)
    expected = pillows(content)
    assert np.abs(decoded(tmp_path, content) - expected).max() <= 1 + 2 * (kind == 'JPEG')
    if kind != 'JPEG':                     # whose grey is that of the file, not of clipped colours
        gray = expected @ [.299, .587, .114]
        assert np.abs(decoded(tmp_path, content, gray=True)[..., 0] - gray).max() <= 1.5


@cases('bits', PNG_BITS)
@cases('share', [None, 0, .5])
def test_a_gray_png_of_any_depth(tmp_path, bits, share):
    """Pillow is no reference: it takes the transparent value for one of 8 bits."""
    white = (1 << bits) - 1
    values = RNG.integers(0, white, [16, 24], endpoint=True)
    clear = None if share is None else int(share * (white + 1))
    values[3, 5] = clear or 0
    expected = np.where(values == clear, 255, values * (255 / white))[..., None]
    content = gray_png(bits, values, clear)
    for gray in (False, True):
        assert np.abs(decoded(tmp_path, content, gray=gray) - expected).max() <= bits / 16


def lab_to_srgb(lab):
    """CIE L*a*b* of the white D50 [..., 3] -> sRGB in [0, 255], by the formulas of CIE 15, ICC."""
    y = (lab[..., 0] + 16) / 116
    f = np.stack([y + lab[..., 1] / 500, y, y - lab[..., 2] / 200], axis=-1)
    xyz = np.where(f > 6 / 29, f ** 3, 3 * (6 / 29) ** 2 * (f - 4 / 29)) * [.9642, 1, .8249]
    linear = np.clip(xyz @ np.transpose([[3.1338561, -1.6168667, -.4906146],
                                         [-.9787684, 1.9161415, .0334540],
                                         [.0719453, -.2289914, 1.4052427]]), 0, 1)
    return 255 * np.where(linear <= .0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - .055)


@cases('order', '<>')
def test_lab_against_its_formulas(tmp_path, order):
    light, a = np.meshgrid(np.arange(110, 200, 6), np.arange(-20, 21, 4))
    b = light % 40 - 20
    expected = lab_to_srgb(np.stack([light / 2.55, a, b], axis=-1))
    content = tiff(8, np.stack([light, a % 256, b % 256], axis=-1), 8, order=order)
    distance = np.abs(decoded(tmp_path, content) - expected)
    assert distance.max() <= 5 and distance.mean() <= 1      # Pillow's profile counts in 8 bits


def by_black(cmyk):
    """Ink that takes light away, as Pillow and OpenCV have it."""
    return (255 - cmyk[..., :3]) * (255 - cmyk[..., 3:]) / 255


def to_ycbcr(rgb):
    return np.asarray(Image.fromarray(rgb).convert('YCbCr')).astype(int)


@cases('order', '<>')
@cases(('bits', 'planes', 'values', 'photometric', 'extra', 'expected', 'tolerance'), [
    (8, 1, NOISE, 5, (), by_black(NOISE.astype(float)), 2),
    (8, 2, NOISE, 5, (), by_black(NOISE.astype(float)), 2),
    (16, 1, NOISE, 5, (), by_black(NOISE.astype(float)), 2),
    (8, 1, to_ycbcr(SOFT), 6, (), SOFT, 3),
    (8, 1, RGB, 2, (), RGB, 0), (8, 2, RGB, 2, (), RGB, 0),
    (16, 1, RGB, 2, (), RGB, 1), (16, 2, RGB, 2, (), RGB, 1),
    (8, 1, NOISE, 2, (0,), RGB, 0), (8, 1, NOISE, 2, (2,), ON_WHITE, 1),
    (8, 2, NOISE, 2, (2,), ON_WHITE, 1), (16, 1, NOISE, 2, (2,), ON_WHITE, 2),
    (8, 1, np.rint(np.dstack([RGB * SHARE, NOISE[..., 3]])), 2, (1,), ON_WHITE, 2),
    (8, 1, np.rint(np.dstack([RGB[..., :1] * SHARE, NOISE[..., 3]])), 1, (1,), ON_WHITE[..., :1],
     2),
    (8, 1, NOISE[..., [0, 3]], 1, (2,), ON_WHITE[..., :1], 1),
    *((bits, 1, (GRAY >> 8 - bits)[..., None] if bits < 16 else GRAY[..., None], 1, (),
       (GRAY >> max(8 - bits, 0))[..., None] * (255 / ((1 << min(bits, 8)) - 1)), .5)
      for bits in PNG_BITS),
])
def test_a_tiff_of_any_kind(tmp_path, order, bits, planes, values, photometric, extra, expected,
                            tolerance):
    values = np.asarray(values).astype(int) * (257 if bits == 16 else 1)
    content = tiff(bits, values, photometric, extra=extra, planes=planes, order=order)
    assert np.abs(decoded(tmp_path, content) - expected).max() <= tolerance


def test_a_tiff_with_fewer_colours_than_pixels(tmp_path):
    """Two by two pixels have a colour together: four Y, Cb, Cr. Pillow expects three bytes each."""
    y, cb, cr = to_ycbcr(SOFT)[0, 0]
    whole = tiff(8, to_ycbcr(SOFT), 6, sampling=(2, 2))
    short = whole[:-SOFT.size] + bytes([y, y, y, y, cb, cr]) * (16 * 24 // 4)
    sizes = [n.to_bytes(4, 'little') for n in (SOFT.size, SOFT.size // 2)]
    assert np.abs(decoded(tmp_path, short.replace(*sizes)) - SOFT).max() <= 3


@cases(('values', 'photometric', 'extra', 'why'), [
    (NOISE[..., :3], 8, (), 'a plane for each channel: save it with the channels together'),
    (NOISE, 2, (2,), 'a plane for each channel'), (NOISE, 5, (), 'a plane for each channel'),
    (NOISE[..., [0, 1, 2, 3, 3]], 5, (2,), 'a TIFF of a kind that is not known: save it as RGB'),
])
def test_a_tiff_that_no_decoder_here_reads_rightly_is_refused(tmp_path, values, photometric, extra,
                                                              why):
    bits = 8 if photometric == 8 else 16
    with pytest.raises(Refused, match=why):
        decoded(tmp_path, tiff(bits, values.astype(int) << bits - 8, photometric, extra=extra,
                               planes=2))


MASKS = {'BGRA': (0xff0000, 0xff00, 0xff, 0xff000000), 'RGBA': (0xff, 0xff00, 0xff0000, 0xff000000),
         'ABGR': (0xff000000, 0xff0000, 0xff00, 0xff)}


@cases('order', MASKS)
@cases('header', [56, 108, 124])
@cases(('alpha', 'expected'), [(np.zeros_like(GRAY), RGB), (NOISE[..., 3], ON_WHITE),
                               (np.full_like(GRAY, 255), RGB)])
def test_a_bmp_of_32_bits(tmp_path, order, header, alpha, expected):
    """Alpha that is 0 everywhere was left empty by the program that wrote the file."""
    channels = np.dstack([RGB, alpha]).astype(np.int64)
    values = (channels * [mask & -mask for mask in MASKS[order]]).sum(axis=-1)
    content = bmp(32, values, MASKS[order], header)
    assert np.abs(decoded(tmp_path, content) - expected).max() <= .5


@cases(('masks', 'steps'), [((0xf800, 0x7e0, 0x1f), (31, 63, 31)),
                            ((0x7c00, 0x3e0, 0x1f), (31, 31, 31))])
def test_white_of_a_bmp_of_16_bits_is_white(tmp_path, masks, steps):
    channels = np.rint(RGB / 255 * steps).astype(np.int64)
    channels[0, 0] = steps
    values = (channels * [mask & -mask for mask in masks]).sum(axis=-1)
    seen = decoded(tmp_path, bmp(16, values, masks, header=40))
    assert np.abs(seen - channels * (255 / np.array(steps))).max() <= 1
    assert (seen[0, 0] == 255).all()


@cases('turn', [1, 3, 6, 8])
def test_an_avif_is_upright(tmp_path, turn):
    if 'AVIF' not in formats.formats():
        pytest.skip('this Pillow has no AVIF')
    exif, corner = Image.Exif(), SOFT.copy()
    exif[0x0112], corner[:8, :8] = turn, 20
    seen = decoded(tmp_path, saved(Image.fromarray(corner), 'AVIF', quality=100, exif=exif))
    upright = np.rot90(corner, {1: 0, 3: 2, 6: -1, 8: 1}[turn]).astype(float)
    assert seen.shape == upright.shape and np.abs(seen - upright).mean() < 6


@pytest.fixture
def without_packages(monkeypatch):
    monkeypatch.setitem(sys.modules, 'pillow_heif', None)
    monkeypatch.setattr('PIL.features.check', lambda name: False)
    formats.formats.cache_clear()
    yield
    formats.formats.cache_clear()


@cases(('brand', 'why'), [
    (b'heic', '^a HEIC picture: pip install pillow-heif, or save it as JPEG or PNG$'),
    (b'mif1', '^a HEIC picture: pip install pillow-heif'),
    (b'avif', '^an AVIF picture, which this Pillow cannot read: pip install --upgrade pillow$'),
    (b'mp42', 'not a picture of a known format .JPEG, PNG, WEBP, BMP, GIF, TIFF, PPM.$'),
])
def test_a_missing_package_is_named(tmp_path, without_packages, brand, why):
    with pytest.raises(Refused, match=why):
        decoded(tmp_path, b'\0\0\0\x18ftyp' + brand + bytes(100))


def test_a_heic_is_read_with_its_package(tmp_path):
    pytest.importorskip('pillow_heif', reason='needs pillow-heif')
    assert 'HEIF' in formats.formats()
    exif = Image.Exif()
    exif[0x0112] = 6
    content = saved(of_mode('RGB'), 'HEIF', quality=-1, exif=exif.tobytes())
    assert np.abs(decoded(tmp_path, content) - pillows(content)).max() <= 1
    assert decoded(tmp_path, content).shape == (24, 16, 3)


def test_a_package_that_is_added_makes_a_new_pack(tmp_path, without_packages, monkeypatch):
    from dcgan_tf.data.pictures import pack, scan
    (tmp_path / 'a.heic').write_bytes(b'\0\0\0\x18ftypheic')
    found = scan.scan(tmp_path)
    before = pack.place(tmp_path, tmp_path, found, ImageFormat())
    monkeypatch.setattr(pack, 'formats', lambda: (*formats.formats(), 'HEIF'))
    assert pack.place(tmp_path, tmp_path, found, ImageFormat()) != before
