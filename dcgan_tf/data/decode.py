"""One picture file -> pixels, or the reason why it is refused.

header.py looks at the header first. OpenCV then decodes; Pillow does where OpenCV loses
transparency (TIFF, grey PNG with a colour that is transparent).
"""

import contextlib
import io
import pathlib

import cv2
import numpy as np
from PIL import Image

from dcgan_tf.data import ImageFormat
from dcgan_tf.data.fit import fit_picture
from dcgan_tf.data.header import FORMATS, Refused, read
from dcgan_tf.errors import reason

ORIENTATION = 0x0112            # EXIF's tag: how the camera was held
PART = 1 << 16                  # pixels laid on white at once: floats take four times the memory


def decode(path: pathlib.Path, fit: ImageFormat) -> np.ndarray:
    """A file -> uint8 [height, width, 3], or [..., 1] when grey. Raises Refused.

    EXIF's orientation is obeyed, transparency lies on white, 16 bits become 8.
    """
    header, content = read(path)
    plain = not (header.alpha or header.white)
    pixels = _decode(content, header, fit) if plain else _decode_values(content, header)
    return fit_picture(pixels, fit)


def _decode(content, header, fit):
    """[H, W, 3], or [H, W, 1] when grey is wanted, of a picture without transparency."""
    flag = cv2.IMREAD_GRAYSCALE if fit.gray else cv2.IMREAD_COLOR_RGB
    if header.format == 'JPEG':
        flag = _REDUCED[_reduction(header, fit)][fit.gray]
    pixels = _imdecode(content, flag)
    if flag in _BGR:
        pixels = cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB)
    return pixels.reshape(*pixels.shape[:2], -1)


_REDUCED = {                    # one in so many pixels each way -> flags for colour and grey
    1: (cv2.IMREAD_COLOR_RGB,       cv2.IMREAD_GRAYSCALE),
    2: (cv2.IMREAD_REDUCED_COLOR_2, cv2.IMREAD_REDUCED_GRAYSCALE_2),
    4: (cv2.IMREAD_REDUCED_COLOR_4, cv2.IMREAD_REDUCED_GRAYSCALE_4),
    8: (cv2.IMREAD_REDUCED_COLOR_8, cv2.IMREAD_REDUCED_GRAYSCALE_8),
}
_BGR = {colour for colour, _ in _REDUCED.values()} - {cv2.IMREAD_COLOR_RGB}


def _reduction(header, fit):
    """1, 2, 4 or 8: how much smaller a JPEG may be decoded (its DCT blocks allow it, for less time)
    so that what is left is still twice as large as wanted, whichever way it is turned."""
    if not fit.size:
        return 1
    ratio = min(header.width, header.height) / max(fit.size)
    return max(k for k in _REDUCED if k == 1 or ratio >= 2 * k)


def _decode_values(content, header):
    """[H, W, 3] of a picture with transparency, laid on white, or of a PPM with its own white."""
    if header.format == 'TIFF':                                   # OpenCV loses or spends its alpha
        return _on_white(_by_pillow(content), 255)                # it comes turned
    pixels, turn = _imdecode_values(content)
    if header.alpha and pixels.ndim == 2:                         # a grey PNG
        deep = pixels.dtype == np.uint16                          # Pillow would clip it at 255
        pixels = _with_clear_value(pixels, content) if deep else _by_pillow(content)
    return _TURNS[turn](_on_white(pixels, header.white or np.iinfo(pixels.dtype).max))


def _on_white(pixels, white):
    """BGR, BGRA or grey of any range -> RGB [H, W, 3] uint8."""
    result = np.empty([*pixels.shape[:2], 3], np.uint8)
    flat, flat_result = pixels.reshape(result[..., 0].size, -1), result.reshape(-1, 3)
    for start in range(0, len(flat), PART):
        part = np.minimum(flat[start:start + PART].astype(np.float32) / white, 1)
        colour, alpha = part[:, 2::-1], part[:, 3:] if part.shape[1] == 4 else 1
        flat_result[start:start + PART] = np.rint(255 * (colour * alpha + (1 - alpha)))
    return result


_TURNS = {                      # EXIF's orientation -> upright
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
    """OpenCV's pixels, or Refused. `imread` would make half a picture of half a JPEG."""
    with _refusing():
        return _there(cv2.imdecode(np.frombuffer(content, np.uint8), flag))


def _imdecode_values(content):
    """OpenCV's pixels as they are stored, and EXIF's orientation 1..8; 1, upright, without EXIF."""
    with _refusing():
        pixels, kinds, texts = cv2.imdecodeWithMetadata(np.frombuffer(content, np.uint8),
                                                        flags=cv2.IMREAD_UNCHANGED)
    exif = Image.Exif()
    with contextlib.suppress(Exception):                          # without it, the picture is whole
        exif.load(dict(zip(kinds, texts, strict=True))[cv2.IMAGE_METADATA_EXIF].tobytes())
    turn = exif.get(ORIENTATION)
    return _there(pixels), turn if turn in _TURNS else 1


def _by_pillow(content):
    """Pillow's pixels as OpenCV would give them: BGRA."""
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            return cv2.cvtColor(np.asarray(picture.convert('RGBA')), cv2.COLOR_RGBA2BGRA)
    except Exception as error:  # noqa: BLE001 (a damaged file may break a decoder in any way)
        raise Refused(f'cannot be decoded: {reason(error)}') from None


def _with_clear_value(pixels, content):
    """Grey uint16 [H, W] -> BGRA: one value of the PNG, which Pillow knows, is transparent."""
    with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
        clear = picture.info['transparency']
    alpha = np.where(pixels == clear, 0, np.iinfo(np.uint16).max)
    return np.stack([pixels, pixels, pixels, alpha.astype(np.uint16)], axis=-1)


@contextlib.contextmanager
def _refusing():
    """OpenCV's errors as Refused."""
    try:
        yield
    except cv2.error as error:
        raise Refused(f'cannot be decoded: {error.err or reason(error)}') from None


def _there(pixels):
    if pixels is None:
        raise Refused('damaged: the pixels cannot be decoded')
    return pixels
