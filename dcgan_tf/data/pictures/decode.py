"""Decodes one picture file to pixels, or gives the reason why it is refused.

header.py reads the header first. Then OpenCV decodes the pixels. Pillow decodes those files whose
transparency OpenCV loses: TIFF, and grey PNG with one transparent value.
"""

import contextlib
import io
import pathlib

import cv2
import numpy as np
from PIL import Image

from dcgan_tf.data import ImageFormat
from dcgan_tf.data.fit import fit_picture
from dcgan_tf.data.pictures.header import FORMATS, Refused, read
from dcgan_tf.errors import reason

ORIENTATION = 0x0112            # EXIF's tag for the orientation of the camera
PART = 1 << 16                  # pixels that are put on white at once: floats take 4 x the memory


def decode(path: pathlib.Path, fit: ImageFormat) -> np.ndarray:
    """Decodes a file to uint8 [height, width, 3], or [height, width, 1] if grey. Raises Refused.

    The picture is turned by EXIF's orientation, transparent parts become white, 16 bits become 8.
    """
    header, content = read(path)
    plain = not (header.alpha or header.white)
    pixels = _decode(content, header, fit) if plain else _decode_values(content, header)
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
    if header.format == 'TIFF':                         # OpenCV would lose or apply its alpha
        return _on_white(_by_pillow(content), 255)      # Pillow has turned it already
    pixels, turn = _imdecode_values(content)
    if header.alpha and pixels.ndim == 2:                         # a grey PNG
        deep = pixels.dtype == np.uint16                          # Pillow would clip it at 255
        pixels = _with_clear_value(pixels, content) if deep else _by_pillow(content)
    return _TURNS[turn](_on_white(pixels, header.white or np.iinfo(pixels.dtype).max))


def _on_white(pixels, white):
    """Converts BGR, BGRA or grey with values up to `white` to RGB [H, W, 3] uint8 on white."""
    result = np.empty([*pixels.shape[:2], 3], np.uint8)
    flat, flat_result = pixels.reshape(result[..., 0].size, -1), result.reshape(-1, 3)
    for start in range(0, len(flat), PART):
        part = np.minimum(flat[start:start + PART].astype(np.float32) / white, 1)
        colour, alpha = part[:, 2::-1], part[:, 3:] if part.shape[1] == 4 else 1
        flat_result[start:start + PART] = np.rint(255 * (colour * alpha + (1 - alpha)))
    return result


_TURNS = {                      # EXIF's orientation: function that turns the picture upright
    1: lambda x: x,
    2: lambda x: x[:, ::-1],
    3: lambda x: x[::-1, ::-1],
    4: lambda x: x[::-1],
    5: lambda x: x.swapaxes(0, 1),
    6: lambda x: x.swapaxes(0, 1)[:, ::-1],
    7: lambda x: x.swapaxes(0, 1)[::-1, ::-1],
    8: lambda x: x.swapaxes(0, 1)[::-1],
}


def _imdecode(content, flag):
    """Returns OpenCV's pixels, or raises Refused. `imread` would accept half a JPEG."""
    with _refusing():
        return _checked(cv2.imdecode(np.frombuffer(content, np.uint8), flag))


def _imdecode_values(content):
    """Returns OpenCV's pixels as stored, and EXIF's orientation 1..8; without EXIF 1, upright."""
    with _refusing():
        pixels, kinds, texts = cv2.imdecodeWithMetadata(np.frombuffer(content, np.uint8),
                                                        flags=cv2.IMREAD_UNCHANGED)
    exif = Image.Exif()
    with contextlib.suppress(Exception):               # a damaged EXIF does not spoil the picture
        exif.load(dict(zip(kinds, texts, strict=True))[cv2.IMAGE_METADATA_EXIF].tobytes())
    turn = exif.get(ORIENTATION)
    return _checked(pixels), turn if turn in _TURNS else 1


def _by_pillow(content):
    """Decodes with Pillow, and returns BGRA, as OpenCV would."""
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            return cv2.cvtColor(np.asarray(picture.convert('RGBA')), cv2.COLOR_RGBA2BGRA)
    except Exception as error:  # noqa: BLE001 (a damaged file may break a decoder in any way)
        raise Refused(f'cannot be decoded: {reason(error)}') from None


def _with_clear_value(pixels, content):
    """Converts a grey PNG, uint16 [H, W], to BGRA. Pillow reads which value is transparent."""
    with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
        clear = picture.info['transparency']
    alpha = np.where(pixels == clear, 0, np.iinfo(np.uint16).max)
    return np.stack([pixels, pixels, pixels, alpha.astype(np.uint16)], axis=-1)


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
