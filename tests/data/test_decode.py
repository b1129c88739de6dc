"""A picture file becomes the pixels that a person sees in it."""

import cv2
import numpy as np
from PIL import Image

from dcgan_tf.data import ImageFormat
from tests.cases import cases
from tests.data.written import by_opencv, decoded, exif, saved, with_clear_value

COLOUR = np.zeros([24, 40, 3], np.uint8)                     # four corners of four colours
COLOUR[:12, :20], COLOUR[:12, 20:] = (255, 0, 0), (0, 255, 0)
COLOUR[12:, :20], COLOUR[12:, 20:] = (0, 0, 255), (102, 51, 153)
GRAY = np.uint8([[10, 80], [160, 240]]).repeat(12, 0).repeat(20, 1)
BITS = np.where(GRAY > 100, 255, 0).astype(np.uint8)
HALF = np.full([24, 40], 255, np.uint8)
HALF[:, ::2] = 51                                            # a fifth is there, the rest is white
ON_WHITE = np.where(HALF[..., None] == 51, np.rint(255 * .8 + COLOUR * .2), COLOUR)
GRAY_ON_WHITE = np.where(HALF == 51, np.rint(255 * .8 + GRAY * .2), GRAY)
RGBA, LA = np.dstack([COLOUR, HALF]), np.dstack([GRAY, HALF])
TURNED = {                                                   # EXIF's orientation -> what is seen
    1: lambda x: x,              2: np.fliplr,
    3: lambda x: np.rot90(x, 2), 4: np.flipud,
    5: lambda x: np.rot90(np.fliplr(x), 1),  6: lambda x: np.rot90(x, -1),
    7: lambda x: np.rot90(np.fliplr(x), -1), 8: lambda x: np.rot90(x, 1),
}


def assert_seen(folder, content, expected, tolerance):
    """In colour and in grey."""
    expected = expected if np.ndim(expected) == 3 else np.dstack([expected] * 3)
    seen = decoded(folder, content)
    assert (seen.shape, seen.dtype) == (expected.shape, np.uint8)
    assert np.abs(seen - expected.astype(float)).max() <= tolerance
    gray = expected @ [.299, .587, .114]
    seen = decoded(folder, content, ImageFormat(gray=True))[..., 0]
    assert np.abs(seen - gray).max() <= tolerance + 1


PALETTE = Image.fromarray(COLOUR).quantize(8)
RED = PALETTE.getpixel((0, 0))
NO_RED = np.where((COLOUR == [255, 0, 0]).all(-1, keepdims=True), 255, COLOUR)
LESS_RED = np.where((COLOUR == [255, 0, 0]).all(-1, keepdims=True), [255, 204, 204], COLOUR)


def deep_with_clear_value():
    """A grey PNG of 16 bits, 0x1234, 0x8000, 0xffff and 0x00ff, of which the first is clear."""
    values = np.uint16([[0x1234, 0x8000, 0xffff, 0x00ff]])
    return with_clear_value(cv2.imencode('.png', values)[1].tobytes(), 0x1234)


@cases(('content', 'expected', 'tolerance'), [
    (saved(GRAY, 'PNG'), GRAY, 0),
    (saved(COLOUR, 'PNG'), COLOUR, 0),
    (saved(RGBA, 'PNG'), ON_WHITE, 1),
    (saved(LA, 'PNG'), GRAY_ON_WHITE, 1),
    (saved(PALETTE, 'PNG'), COLOUR, 0),
    (saved(PALETTE, 'PNG', transparency=RED), NO_RED, 0),
    (saved(PALETTE, 'PNG', transparency=bytes([51 if i == RED else 255 for i in range(8)])),
     LESS_RED, 1),
    (saved(COLOUR, 'PNG', transparency=(255, 0, 0)), NO_RED, 0),
    (saved(GRAY, 'PNG', transparency=80), np.where(GRAY == 80, 255, GRAY), 0),
    (deep_with_clear_value(), np.uint8([[255, 128, 255, 1]]), 0),
    (saved(BITS, 'PNG', '1'), BITS, 0),
    (by_opencv(GRAY, '.png'), GRAY, 1),
    (by_opencv(COLOUR, '.png'), COLOUR, 1),
    (by_opencv(RGBA, '.png'), ON_WHITE, 1),
    (saved(COLOUR, 'JPEG', quality=98, subsampling=0), COLOUR, 4),
    (saved(COLOUR, 'JPEG', quality=98, subsampling=0, progressive=True), COLOUR, 4),
    (saved(GRAY, 'JPEG', quality=98), GRAY, 4),
    (saved(COLOUR, 'JPEG', 'CMYK', quality=98, subsampling=0), COLOUR, 6),
    (saved(COLOUR, 'WEBP', lossless=True), COLOUR, 0),
    (saved(RGBA, 'WEBP', lossless=True), ON_WHITE, 1),
    (saved(PALETTE, 'GIF'), COLOUR, 0),
    (saved(PALETTE, 'GIF', transparency=RED), NO_RED, 0),
    (saved(PALETTE, 'GIF', save_all=True, append_images=[PALETTE.transpose(0)]), COLOUR, 0),
    (saved(COLOUR, 'TIFF'), COLOUR, 0),
    (saved(COLOUR, 'TIFF', compression='tiff_lzw'), COLOUR, 0),
    (saved(RGBA, 'TIFF'), ON_WHITE, 1),
    (saved(LA, 'TIFF'), GRAY_ON_WHITE, 1),
    (saved(COLOUR, 'TIFF', 'CMYK'), COLOUR, 2),
    (saved(BITS, 'TIFF', '1', compression='group4'), BITS, 0),
    (by_opencv(GRAY, '.tif'), GRAY, 1),
    (saved(COLOUR, 'BMP'), COLOUR, 0),
    (saved(PALETTE, 'BMP'), COLOUR, 0),
    (saved(BITS, 'BMP', '1'), BITS, 0),
    (saved(COLOUR, 'PPM'), COLOUR, 0),
    (saved(BITS, 'PPM', '1'), BITS, 0),
    (by_opencv(GRAY, '.pgm'), GRAY, 1),
    (b'P5 40 24 15\n' + (GRAY // 17).tobytes(), GRAY // 17 * 17, 0),
    (b'P5\n# 1 2 3\n40 24 1000\n' + (GRAY * 3.).astype('>u2').tobytes(), GRAY * (3 * .255), 1),
    (b'P2 2 1 15\n15 3\n', np.uint8([[255, 51]]), 0),
    (b'P2 2 1 1000\n1000 200\n', np.uint8([[255, 51]]), 0),
])
def test_what_is_decoded_is_what_is_seen(tmp_path, content, expected, tolerance):
    assert_seen(tmp_path, content, expected, tolerance)


@cases('turn', TURNED)
@cases(('pixels', 'expected', 'kind', 'options'), [
    (COLOUR, COLOUR, 'JPEG', {'quality': 98, 'subsampling': 0}), (GRAY, GRAY, 'JPEG', {}),
    (COLOUR, COLOUR, 'PNG', {}), (RGBA, ON_WHITE, 'PNG', {}), (LA, GRAY_ON_WHITE, 'PNG', {}),
    (COLOUR, COLOUR, 'WEBP', {'lossless': True}), (RGBA, ON_WHITE, 'WEBP', {'lossless': True}),
    (COLOUR, COLOUR, 'TIFF', {}), (RGBA, ON_WHITE, 'TIFF', {}),
])
def test_exif_orientation_is_obeyed(tmp_path, turn, pixels, expected, kind, options):
    content = saved(pixels, kind, exif=exif(turn), **options)
    assert_seen(tmp_path, content, TURNED[turn](expected), 6)


@cases('turn', TURNED)
@cases('gray', [False, True])
def test_a_large_jpeg_is_decoded_smaller_and_looks_the_same(tmp_path, turn, gray):
    large = COLOUR.repeat(20, 0).repeat(20, 1)               # 480 x 800
    content = saved(large, 'JPEG', quality=98, subsampling=0, exif=exif(turn))
    seen = TURNED[turn](COLOUR).astype(float)
    seen = seen @ np.float64([[.299], [.587], [.114]]) if gray else seen
    image = decoded(tmp_path, content, ImageFormat(seen.shape[1::-1], gray))
    assert image.shape == seen.shape
    assert np.abs(image - seen).max() <= 6


@cases(('side', 'width'), [(2, 32), (2, 64), (4, 32), (8, 16), (16, 8)])
def test_a_large_jpeg_keeps_what_the_new_size_can_show(tmp_path, side, width):
    stripes = np.uint8([[0, 255]]).repeat(side, 1)
    content = saved(np.tile(stripes, (64, 32 // side)), 'JPEG', quality=98)
    columns = decoded(tmp_path, content, ImageFormat((width, 64), gray=True, crop='none'))[0, :, 0]
    expected = np.tile(np.uint8([[0, 255]]).repeat(side * width // 64, 1), 32 // side)
    assert np.abs(columns - expected[0].astype(float)).max() < 20


@cases('pixels', [COLOUR, RGBA])
@cases('value', [b'junk', b'MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03'])
def test_damaged_exif_means_upright(tmp_path, pixels, value):
    content = saved(pixels, 'PNG', exif=b'Exif\0\0' + value)
    assert decoded(tmp_path, content).shape == COLOUR.shape
