"""One picture file -> pixels, or the reason why it is refused.

The header is read first (Pillow: it knows every format's, and reads no pixel), so that a file of
20 kB that declares a gigabyte is refused before memory is asked for. OpenCV then decodes; Pillow
does where OpenCV loses transparency (TIFF, grey PNG with a colour that is transparent).
"""

import contextlib
import io
import os
import pathlib
import re
import struct
from typing import NamedTuple

import cv2
import numpy as np
from PIL import Image

from dcgan_tf.data import Fit
from dcgan_tf.data.fit import fit_picture
from dcgan_tf.errors import reason

FORMATS = ('JPEG', 'PNG', 'WEBP', 'BMP', 'GIF', 'TIFF', 'PPM')
MOST_PIXELS = 1 << 26           # 67 megapixels: 200 MB of RGB
MOST_BYTES = 1 << 30
ORIENTATION = 0x0112            # EXIF's tag: how the camera was held
PART = 1 << 16                  # pixels laid on white at once: floats take four times the memory


class Refused(Exception):  # noqa: N818 (an answer, not a failure)
    """Why a file does not become a picture of the data set, in words."""


class Header(NamedTuple):
    """What a file says of itself before it is decoded."""

    format: str
    width: int
    height: int
    alpha: bool
    white: int                  # its largest value where OpenCV does not stretch it to 255, else 0


def decode(path: pathlib.Path, fit: Fit) -> np.ndarray:
    """A file -> uint8 [height, width, 3], or [..., 1] when grey. Raises Refused.

    EXIF's orientation is obeyed, transparency lies on white, 16 bits become 8.
    """
    header, content = _read(path)
    plain = not (header.alpha or header.white)
    pixels = _decode(content, header, fit) if plain else _decode_values(content, header)
    return fit_picture(pixels, fit)


def _read(path):
    """Header and bytes of a file; of a film among the pictures, no more than the start."""
    try:
        with path.open('rb') as file:
            size = os.fstat(file.fileno()).st_size
            if not 0 < size <= MOST_BYTES:
                raise Refused(f'larger than {MOST_BYTES:,} bytes' if size else 'the file is empty')
            header = _header(file)
            file.seek(0)
            return header, file.read()
    except OSError as error:
        raise Refused(f'cannot be read: {error.strerror or error}') from None


def _header(file):
    """Format, size and transparency."""
    try:
        with Image.open(file, formats=FORMATS) as picture:
            white = _white(file) if picture.format == 'PPM' else 0
            header = Header(picture.format, *picture.size, picture.has_transparency_data, white)
            deep = picture.mode == 'F' or (picture.mode == 'I' and not white)
    except Image.UnidentifiedImageError:
        raise Refused(f'not a picture of a known format ({", ".join(FORMATS)})') from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused(f'more than {MOST_PIXELS:,} pixels') from None
    except Exception as error:  # noqa: BLE001 (a damaged header may break a parser in any way)
        raise Refused(f'damaged header: {reason(error)}') from None
    if header.width * header.height > MOST_PIXELS:
        raise Refused(f'{header.width} x {header.height} are more than {MOST_PIXELS:,} pixels')
    if header.format == 'PNG':
        _check_chunks(file)
    if deep:
        raise Refused('32 bits a channel: save it with 8 or 16')
    return header


def _check_chunks(file):
    """Refused for a PNG whose parts claim more than there is: OpenCV asks for as much memory."""
    end = file.seek(0, os.SEEK_END)
    place, kind = 8, b''
    while kind != b'IEND' and place < end:
        file.seek(place)
        length, kind = struct.unpack('>I4s', file.read(8).ljust(8, b'\0'))
        place += 12 + length
    if place > end:
        raise Refused('damaged: the file is shorter than its parts')


def _white(file):
    """The largest value of a PPM, 0 where OpenCV stretches it: in bits, and up to 255 in text."""
    file.seek(0)
    kind, *words = re.sub(rb'#.*', b'', file.read(1 << 12)).split(maxsplit=4)
    if kind in (b'P1', b'P4', b'Pf'):
        return 0
    white = int(words[2])
    return 0 if kind in (b'P2', b'P3') and white < 256 else white


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
    pixels, turn = _imdecode_values(content)
    if header.format == 'TIFF':                                   # its alpha is lost or spent
        pixels, turn = _by_pillow(content), 1                     # it comes turned
    elif header.alpha and pixels.ndim == 2:                       # a grey PNG
        pixels = _by_pillow(content)
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
