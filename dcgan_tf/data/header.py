"""What a picture file says of itself: format, size, transparency. No pixel is decoded here.

Pillow reads the headers: it knows every format's. A file of 20 kB that declares a gigabyte, or a
PNG whose parts claim to be larger than the file, is refused before memory is asked for.
"""

import os
import pathlib
import re
import struct
from typing import NamedTuple

from PIL import Image

from dcgan_tf.errors import reason

FORMATS = ('JPEG', 'PNG', 'WEBP', 'BMP', 'GIF', 'TIFF', 'PPM')
MAX_PIXELS = 1 << 26            # 67 megapixels: 200 MB of RGB
MAX_BYTES = 1 << 30


class Refused(Exception):  # noqa: N818 (an answer, not a failure)
    """Why a file does not become a picture of the data set, in words."""


class Header(NamedTuple):
    """What a file says of itself before it is decoded."""

    format: str
    width: int
    height: int
    alpha: bool
    white: int                  # its largest value where OpenCV does not stretch it to 255, else 0


def read(path: pathlib.Path) -> tuple[Header, bytes]:
    """Header and bytes of a file; of a film among the pictures, no more than the start.

    Raises Refused for what cannot be read, is no picture of FORMATS or too large.
    """
    try:
        with path.open('rb') as file:
            size = os.fstat(file.fileno()).st_size
            if not 0 < size <= MAX_BYTES:
                raise Refused(f'larger than {MAX_BYTES:,} bytes' if size else 'the file is empty')
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
        raise Refused(f'more than {MAX_PIXELS:,} pixels') from None
    except Exception as error:  # noqa: BLE001 (a damaged header may break a parser in any way)
        raise Refused(f'damaged header: {reason(error)}') from None
    if header.width * header.height > MAX_PIXELS:
        raise Refused(f'{header.width} x {header.height} are more than {MAX_PIXELS:,} pixels')
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
