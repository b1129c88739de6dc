"""Decodes one picture file to pixels, or gives the reason why it is refused.

header.py reads the header first. Then OpenCV decodes the pixels, or Pillow where formats.py says
so.
"""

import contextlib
import io
import pathlib

import cv2
import numpy as np
from PIL import Image, ImageOps

from dcgan_tf.data import ImageFormat
from dcgan_tf.data.fit import fit_picture
from dcgan_tf.data.pictures.formats import Refused, formats
from dcgan_tf.data.pictures.header import read
from dcgan_tf.errors import reason

ORIENTATION = 0x0112            # EXIF's tag for the orientation of the camera
PNG_BITS = 24                   # the place of a PNG's bits per channel
PART = 1 << 16                  # pixels that are put on white at once: floats take 4 x the memory


def decode(path: pathlib.Path, fit: ImageFormat) -> np.ndarray:
    """Decodes a file to uint8 [height, width, 3], or [height, width, 1] if grey. Raises Refused.

    The picture is turned by EXIF's orientation, transparent parts become white, 16 bits become 8.
    """
    header, content = read(path)
    if header.pillow:
        pixels = _by_pillow(content, header.alpha)
    elif header.alpha or header.white:
        pixels = _decode_values(content, header)
    else:
        pixels = _decode(content, header, fit)
    return fit_picture(pixels, fit)


def _decode(content, header, fit):
    """Decodes a picture without transparency to [H, W, 3], or [H, W, 1] if grey is requested."""
    flag = cv2.IMREAD_GRAYSCALE if fit.gray else cv2.IMREAD_COLOR_RGB
    if header.format == 'JPEG':
        flag = _REDUCED[_reduction(header, fit)][fit.gray]
    pixels = _imdecode(content, flag)
    if flag in _BGR:
        pixels = cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB)
    return pixels.reshape(*pixels.shape[:2], -1)


_REDUCED = {                    # the factor by which both sides shrink: flags for colour and grey
    1: (cv2.IMREAD_COLOR_RGB,       cv2.IMREAD_GRAYSCALE),
    2: (cv2.IMREAD_REDUCED_COLOR_2, cv2.IMREAD_REDUCED_GRAYSCALE_2),
    4: (cv2.IMREAD_REDUCED_COLOR_4, cv2.IMREAD_REDUCED_GRAYSCALE_4),
    8: (cv2.IMREAD_REDUCED_COLOR_8, cv2.IMREAD_REDUCED_GRAYSCALE_8),
}
_BGR = {colour for colour, _ in _REDUCED.values()} - {cv2.IMREAD_COLOR_RGB}


def _reduction(header, fit):
    """Returns the factor 1, 2, 4 or 8 by which a JPEG is decoded smaller, which saves time.

    JPEG's DCT blocks allow this. The result is still at least twice as large as the requested size,
    in every orientation.
    """
    if not fit.size:
        return 1
    ratio = min(header.width, header.height) / max(fit.size)
    return max(k for k in _REDUCED if k == 1 or ratio >= 2 * k)


def _decode_values(content, header):
    """Decodes a picture with transparency, put on white, or a PPM with its own maximum value.

    -> [H, W, 3]
    """
    pixels, turn = _imdecode_values(content)
    if header.alpha and pixels.ndim == 2:               # a grey PNG: OpenCV loses its transparency
        pixels = _with_clear_value(pixels, content)
    if header.format == 'BMP' and not pixels[..., 3:].any():      # its alpha was left empty
        pixels = pixels[..., :3]
    return _turned(_on_white(pixels, header.white or np.iinfo(pixels.dtype).max), turn)


def _on_white(pixels, white):
    """Converts BGR, BGRA or grey with values up to `white` to RGB [H, W, 3] uint8 on white."""
    result = np.empty([*pixels.shape[:2], 3], np.uint8)
    flat, flat_result = pixels.reshape(result[..., 0].size, -1), result.reshape(-1, 3)
    for start in range(0, len(flat), PART):
        part = np.minimum(flat[start:start + PART].astype(np.float32) / white, 1)
        colour, alpha = part[:, 2::-1], part[:, 3:] if part.shape[1] == 4 else 1
        flat_result[start:start + PART] = np.rint(255 * (colour * alpha + (1 - alpha)))
    return result


def _turned(pixels, turn):
    """Turns a picture upright by EXIF's orientation, 1 to 8; another value leaves it as it is."""
    pixels = pixels.swapaxes(0, 1) if turn in (5, 6, 7, 8) else pixels
    pixels = pixels[:, ::-1] if turn in (2, 3, 6, 7) else pixels
    return pixels[::-1] if turn in (3, 4, 7, 8) else pixels


def _imdecode(content, flag):
    """Returns OpenCV's pixels, or raises Refused. `imread` would accept half a JPEG."""
    with _refusing():
        return _checked(cv2.imdecode(np.frombuffer(content, np.uint8), flag))


def _imdecode_values(content):
    """Returns OpenCV's pixels as stored, and EXIF's orientation, or None."""
    with _refusing():
        pixels, kinds, texts = cv2.imdecodeWithMetadata(np.frombuffer(content, np.uint8),
                                                        flags=cv2.IMREAD_UNCHANGED)
    exif = Image.Exif()
    with contextlib.suppress(Exception):               # a damaged EXIF does not spoil the picture
        exif.load(dict(zip(kinds, texts, strict=True))[cv2.IMAGE_METADATA_EXIF].tobytes())
    return _checked(pixels), exif.get(ORIENTATION)


def _by_pillow(content, alpha):
    """Decodes with Pillow, on white if the picture has alpha.   -> RGB [H, W, 3]"""
    try:
        with Image.open(io.BytesIO(content), formats=formats()) as picture:
            picture.load()                               # turns a TIFF upright
            upright = _upright(picture)
            if upright.mode == 'La':                     # grey that is multiplied by alpha
                upright = upright.convert('LA')
            pixels = np.asarray(upright.convert('RGBA' if alpha else 'RGB'))
        return _on_white(cv2.cvtColor(pixels, cv2.COLOR_RGBA2BGRA), 255) if alpha else pixels
    except Exception as error:  # noqa: BLE001 (a damaged file may break a decoder in any way)
        raise Refused(f'cannot be decoded: {reason(error)}') from None


def _upright(picture):
    with contextlib.suppress(Exception):               # a damaged EXIF does not spoil the picture
        return ImageOps.exif_transpose(picture)
    return picture


def _with_clear_value(pixels, content):
    """Converts a grey PNG, uint8 or uint16 [H, W], to BGRA.

    Pillow reads which value is transparent: one of as many bits as the file has, 1 to 16.
    """
    with Image.open(io.BytesIO(content), formats=('PNG',)) as picture:
        clear = picture.info['transparency']
    white, most = np.iinfo(pixels.dtype).max, (1 << content[PNG_BITS]) - 1
    alpha = np.where(pixels == (clear & most) * (white // most), 0, white)
    return np.stack([pixels, pixels, pixels, alpha.astype(pixels.dtype)], axis=-1)


@contextlib.contextmanager
def _refusing():
    """Turns OpenCV's errors into Refused."""
    try:
        yield
    except cv2.error as error:
        raise Refused(f'cannot be decoded: {error.err or reason(error)}') from None


def _checked(pixels):
    if pixels is None:
        raise Refused('damaged: the pixels cannot be decoded')
    return pixels
