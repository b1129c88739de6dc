"""Reads the header of a picture file: format, size, transparency. No pixel is decoded here.

Pillow reads the headers of all formats. A file of 20 kB that declares a gigabyte, or a PNG whose
chunks declare more bytes than the file has, is refused before memory is allocated.
"""

import contextlib
import os
import pathlib
import re
import struct
from typing import NamedTuple

from PIL import Image

from dcgan_tf.data.pictures.formats import START, Refused, formats, pillow_suits, unknown
from dcgan_tf.errors import reason

MAX_PIXELS = 1 << 26            # 67 megapixels: 200 MB of RGB
MAX_BYTES = 1 << 30


class Header(NamedTuple):
    """The properties of a picture that its header declares."""

    format: str
    width: int
    height: int
    alpha: bool
    white: int                  # its maximum value if OpenCV does not scale it to 255, else 0
    pillow: bool                # does Pillow decode it, not OpenCV?


def read(path: pathlib.Path) -> tuple[Header, bytes]:
    """Returns the header and the bytes of a file.

    Raises Refused if it cannot be read, is too large or is no picture of a known format. In the
    last case, as for a film, only its start has been read.
    """
    with _opened(path) as (header, file):
        return header, file.read()


def is_picture(path: pathlib.Path) -> bool:
    """Tells whether the header of a file promises a picture that can be read."""
    with contextlib.suppress(Refused), _opened(path):
        return True
    return False


@contextlib.contextmanager
def _opened(path):
    """Opens a file and yields (Header, file). Raises Refused, see `read`."""
    try:
        with path.open('rb') as file:
            size = os.fstat(file.fileno()).st_size
            if not 0 < size <= MAX_BYTES:
                raise Refused(f'larger than {MAX_BYTES:,} bytes' if size else 'the file is empty')
            header = _header(file)
            file.seek(0)
            yield header, file
    except OSError as error:
        raise Refused(f'cannot be read: {error.strerror or error}') from None


def _header(file):
    """Returns the Header. Raises Refused for unknown formats, damage and too large pictures."""
    start = file.read(START)
    file.seek(0)
    try:
        with Image.open(file, formats=formats()) as picture:
            white = _white(file) if picture.format == 'PPM' else 0
            header = Header(picture.format, *picture.size, picture.has_transparency_data, white,
                            pillow_suits(picture, start))
            deep = picture.mode == 'F' or (picture.mode == 'I' and not white)
    except Image.UnidentifiedImageError:
        raise Refused(unknown(start)) from None
    except Refused:
        raise
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
    """Raises Refused for a PNG whose chunks are longer than the file.

    OpenCV would allocate the declared memory.
    """
    end = file.seek(0, os.SEEK_END)
    position, chunk_type = 8, b''
    while chunk_type != b'IEND' and position < end:
        file.seek(position)
        length, chunk_type = struct.unpack('>I4s', file.read(8).ljust(8, b'\0'))
        position += 12 + length
    if position > end:
        raise Refused('damaged: the file is shorter than its parts')


def _white(file):
    """Returns the maximum value of a PPM, or 0 if OpenCV scales its values to 255.

    OpenCV does so for bitmaps, float maps, and text formats with a maximum below 256.
    """
    file.seek(0)
    magic, *fields = re.sub(rb'#.*', b'', file.read(1 << 12)).split(maxsplit=4)
    if magic in (b'P1', b'P4', b'Pf'):
        return 0
    white = int(fields[2])
    return 0 if magic in (b'P2', b'P3') and white < 256 else white
