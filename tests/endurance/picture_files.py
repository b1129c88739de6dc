"""A valid file of every kind of picture that a folder may hold, and what a person sees in it."""

import struct
from typing import NamedTuple

import cv2
import numpy as np
from PIL import Image, features

from tests.data.written import by_opencv, exif, saved, with_clear_value

WIDTH, HEIGHT = 48, 32
ENDINGS = {'PNG': 'png', 'JPEG': 'jpg', 'BMP': 'bmp', 'GIF': 'gif', 'WEBP': 'webp', 'TIFF': 'tif',
           'PPM': 'ppm', 'AVIF': 'avif'}


class Whole(NamedTuple):
    """A file that is not damaged."""

    content: bytes
    pixels: np.ndarray          # [HEIGHT, WIDTH, 3] uint8: what is seen
    tolerance: float = 0        # of the mean distance from that


def _painted():
    """A smooth picture with some noise: it shrinks, but not to nothing, and survives a JPEG."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    smooth = np.stack([4 * x, 6 * y, 120 + x + y], axis=-1)
    return (smooth + np.random.default_rng(0).integers(0, 16, smooth.shape)).astype(np.uint8)


COLOUR = _painted()
GRAY = COLOUR[..., 2]
BITS = np.where(GRAY > 165, 255, 0).astype(np.uint8)
ALPHA = np.where(GRAY % 3 > 0, 255, 51).astype(np.uint8)           # a fifth is there


def _seen(pixels, alpha=None):
    """Pixels as colour, laid on white."""
    colour = pixels if pixels.ndim == 3 else np.dstack([pixels] * 3)
    if alpha is None:
        return colour
    share = alpha[..., None] / 255
    return np.rint(colour * share + 255 * (1 - share)).astype(np.uint8)


def _packed_rows(values):
    """A BMP of 8 bits whose rows are packed: pairs (times, value), from the bottom upwards."""
    rows = b''.join(bytes(np.stack([np.ones_like(row), row], axis=-1)) + b'\0\0'
                    for row in values[::-1]) + b'\0\1'
    grays = b''.join(bytes([i, i, i, 0]) for i in range(256))
    start = 54 + len(grays)
    return (b'BM' + struct.pack('<IHHI', start + len(rows), 0, 0, start)
            + struct.pack('<IiiHHIIiiII', 40, WIDTH, HEIGHT, 1, 8, 1, len(rows), 0, 0, 256, 0)
            + grays + rows)


RGBA, LA = np.dstack([COLOUR, ALPHA]), np.dstack([GRAY, ALPHA])
PALETTE = Image.fromarray(COLOUR).quantize(32)
OF_PALETTE = np.asarray(PALETTE.convert('RGB'))
RARE = PALETTE.getpixel((0, 0))
NO_RARE = np.where((np.asarray(PALETTE) == RARE)[..., None], 255, OF_PALETTE)
UPSIDE_DOWN = COLOUR[::-1, ::-1]
FILM = {'save_all': True, 'append_images': [PALETTE.rotate(180)]}


def wholes() -> dict[str, Whole]:
    """{'KIND_variant': a valid file}."""
    jpeg = {'quality': 95, 'subsampling': 0}
    on_white = _seen(COLOUR, ALPHA)
    return {
        'PNG_gray': Whole(saved(GRAY, 'PNG'), _seen(GRAY)),
        'PNG_rgb': Whole(saved(COLOUR, 'PNG'), COLOUR),
        'PNG_rgba': Whole(saved(RGBA, 'PNG'), on_white, 1),
        'PNG_rgba_exif': Whole(saved(RGBA[::-1, ::-1], 'PNG', exif=exif(3)), on_white, 1),
        'PNG_la': Whole(saved(LA, 'PNG'), _seen(GRAY, ALPHA), 1),
        'PNG_bits': Whole(saved(BITS, 'PNG', '1'), _seen(BITS)),
        'PNG_palette': Whole(saved(PALETTE, 'PNG'), OF_PALETTE),
        'PNG_palette_clear': Whole(saved(PALETTE, 'PNG', transparency=RARE), NO_RARE),
        'PNG_gray_clear': Whole(saved(GRAY, 'PNG', transparency=150),
                                _seen(np.where(GRAY == 150, 255, GRAY))),
        'PNG_gray16': Whole(by_opencv(GRAY, '.png'), _seen(GRAY), 1),
        'PNG_gray16_clear': Whole(with_clear_value(by_opencv(GRAY, '.png'), 150 * 257),
                                  _seen(np.where(GRAY == 150, 255, GRAY)), 1),
        'PNG_rgb16': Whole(by_opencv(COLOUR, '.png'), COLOUR, 1),
        'PNG_rgba16': Whole(by_opencv(RGBA, '.png'), on_white, 1),
        'JPEG_baseline': Whole(saved(COLOUR, 'JPEG', **jpeg), COLOUR, 4),
        'JPEG_420': Whole(saved(COLOUR, 'JPEG', quality=95), COLOUR, 8),
        'JPEG_progressive': Whole(saved(COLOUR, 'JPEG', progressive=True, **jpeg), COLOUR, 4),
        'JPEG_gray': Whole(saved(GRAY, 'JPEG', quality=95), _seen(GRAY), 4),
        'JPEG_cmyk': Whole(saved(COLOUR, 'JPEG', 'CMYK', **jpeg), COLOUR, 6),
        'JPEG_exif': Whole(saved(UPSIDE_DOWN, 'JPEG', exif=exif(3), **jpeg), COLOUR, 4),
        'BMP_rgb': Whole(saved(COLOUR, 'BMP'), COLOUR),
        'BMP_unused_byte': Whole(saved(RGBA, 'BMP'), COLOUR),
        'BMP_rgba': Whole(cv2.imencode('.bmp', RGBA[..., [2, 1, 0, 3]])[1].tobytes(), on_white, 1),
        'BMP_palette': Whole(saved(PALETTE, 'BMP'), OF_PALETTE),
        'BMP_bits': Whole(saved(BITS, 'BMP', '1'), _seen(BITS)),
        'BMP_packed': Whole(_packed_rows(GRAY), _seen(GRAY)),
        'GIF_palette': Whole(saved(PALETTE, 'GIF'), OF_PALETTE),
        'GIF_clear': Whole(saved(PALETTE, 'GIF', transparency=RARE), NO_RARE),
        'GIF_film': Whole(saved(PALETTE, 'GIF', **FILM), OF_PALETTE),
        'WEBP_lossless': Whole(saved(COLOUR, 'WEBP', lossless=True), COLOUR),
        'WEBP_lossy': Whole(saved(COLOUR, 'WEBP', quality=95), COLOUR, 8),
        'WEBP_rgba_exif': Whole(saved(RGBA[::-1, ::-1], 'WEBP', lossless=True, exif=exif(3)),
                                on_white, 1),
        'WEBP_film': Whole(saved(Image.fromarray(COLOUR), 'WEBP', lossless=True, save_all=True,
                                  append_images=[Image.fromarray(UPSIDE_DOWN)]), COLOUR),
        'TIFF_raw': Whole(saved(COLOUR, 'TIFF'), COLOUR),
        'TIFF_lzw': Whole(saved(COLOUR, 'TIFF', compression='tiff_lzw'), COLOUR),
        'TIFF_deflate': Whole(saved(GRAY, 'TIFF', compression='tiff_adobe_deflate'), _seen(GRAY)),
        'TIFF_packbits': Whole(saved(GRAY, 'TIFF', compression='packbits'), _seen(GRAY)),
        'TIFF_jpeg': Whole(saved(COLOUR, 'TIFF', compression='jpeg', quality=95), COLOUR, 8),
        'TIFF_group4': Whole(saved(BITS, 'TIFF', '1', compression='group4'), _seen(BITS)),
        'TIFF_rgba': Whole(saved(RGBA, 'TIFF'), on_white, 1),
        'TIFF_cmyk': Whole(saved(COLOUR, 'TIFF', 'CMYK'), COLOUR, 2),
        'TIFF_ycbcr': Whole(saved(COLOUR, 'TIFF', 'YCbCr'), COLOUR, 2),
        'TIFF_lab': Whole(saved(COLOUR, 'TIFF', 'LAB'), COLOUR, 8),
        'TIFF_rgb16': Whole(by_opencv(COLOUR, '.tif'), COLOUR, 1),
        'PPM_rgb': Whole(saved(COLOUR, 'PPM'), COLOUR),
        'PPM_rgb16': Whole(by_opencv(COLOUR, '.ppm'), COLOUR, 1),
        'PPM_bits': Whole(saved(BITS, 'PPM', '1'), _seen(BITS)),
        'PPM_text': Whole(b'P3 48 32 255\n' + ' '.join(map(str, COLOUR.ravel())).encode() + b'\n',
                          COLOUR),
        **_avif(on_white),
    }


def _avif(on_white):
    """Nothing where Pillow was built without it."""
    if not features.check('avif'):
        return {}
    best = {'quality': 100, 'subsampling': '4:4:4'}
    return {'AVIF_rgb': Whole(saved(COLOUR, 'AVIF', **best), COLOUR, 4),
            'AVIF_rgba_exif': Whole(saved(RGBA[::-1, ::-1], 'AVIF', exif=exif(3), **best),
                                    on_white, 4)}
