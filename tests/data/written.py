"""Writers of picture files, also such that no library here writes, and of MNIST's; a reader."""

import gzip
import io
import struct
import zlib

import cv2
import numpy as np
from PIL import Image

from dcgan_tf.data import ImageFormat
from dcgan_tf.data.pictures import decode


def decoded(folder, content, fit=None):
    """uint8 [H, W, C]: what a file with this content is decoded to."""
    (folder / 'file').write_bytes(content)
    return decode.decode(folder / 'file', fit or ImageFormat())


def saved(pixels, kind, mode=None, **options):
    """The bytes of a file by Pillow. pixels: an array, or Pillow's own image."""
    file = io.BytesIO()
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    (image.convert(mode) if mode else image).save(file, kind, **options)
    return file.getvalue()


def by_opencv(pixels, ending):
    """The bytes of a file by OpenCV, with 16 bits a channel."""
    order = {3: [2, 1, 0], 4: [2, 1, 0, 3]}.get(pixels.shape[-1], slice(None))
    deep = (pixels[..., order] if pixels.ndim == 3 else pixels).astype(np.uint16) * 257
    return cv2.imencode(ending, deep)[1].tobytes()


def exif(turn):
    """Says how a picture is to be turned: 1 to 8."""
    found = Image.Exif()
    found[0x0112] = turn
    return found


def idx_header(*sizes):
    """The first bytes of an idx file whose values are unsigned bytes."""
    return bytes([0, 0, 8, len(sizes)]) + np.array(sizes, '>u4').tobytes()


def write_mnist(folder, n=40, size=(28, 28)):
    """A pair of files in a new folder: n black images, compressed, and labels of 0."""
    folder.mkdir(parents=True)
    (folder / 'train-images-idx3-ubyte.gz').write_bytes(
        gzip.compress(idx_header(n, *size) + bytes(n * size[0] * size[1])))
    (folder / 'train-labels-idx1-ubyte').write_bytes(idx_header(n) + bytes(n))


def _rows(values, bits, order):
    """[H, ...] -> the bytes of each row: values of 1, 2, 4, 8, 16 or 32 bits, packed."""
    flat = values.reshape(len(values), -1)
    if bits >= 8:
        return [row.astype(f'{order}u{bits // 8}').tobytes() for row in flat]
    parts = np.unpackbits(flat.astype(np.uint8)[..., None], axis=-1)[..., 8 - bits:]
    return [row.tobytes() for row in np.packbits(parts.reshape(len(flat), -1), axis=1)]


def chunk(kind, body):
    """A part of a PNG."""
    return struct.pack('>I', len(body)) + kind + body + struct.pack('>I', zlib.crc32(kind + body))


def gray_png(bits, values, clear=None):
    """A grey PNG. values: [H, W] of `bits` bits. clear: the value that is transparent, or None."""
    size = struct.pack('>IIBBBBB', *values.shape[::-1], bits, 0, 0, 0, 0)
    rows = b''.join(b'\0' + row for row in _rows(values, bits, '>'))
    mark = b'' if clear is None else clear_value(clear)
    return (b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', size) + mark
            + chunk(b'IDAT', zlib.compress(rows)) + chunk(b'IEND', b''))


def clear_value(value):
    """The part of a grey PNG that makes a value transparent."""
    return chunk(b'tRNS', struct.pack('>H', value))


def with_clear_value(content, value):
    """A grey PNG, as Pillow writes it, in which a value of 16 bits is transparent."""
    place = content.index(b'IDAT') - 4
    return content[:place] + clear_value(value) + content[place:]


def bmp(bits, values, masks, header=124):
    """A BMP. values: [H, W] of 16 or 32 bits. masks: of red, green, blue and, if any, alpha."""
    data = b''.join(_rows(values[::-1], bits, '<'))
    info = struct.pack('<IiiHHIIiiII', header, *values.shape[::-1], 1, bits, 3, len(data),
                       0, 0, 0, 0) + struct.pack(f'<{len(masks)}I', *masks)
    if header > 40:
        info = (info.ljust(56, b'\0') + b'BGRs').ljust(header, b'\0')
    start = 14 + len(info)
    return b'BM' + struct.pack('<IHHI', start + len(data), 0, 0, start) + info + data


def tiff(bits, values, photometric, *, extra=(), planes=1, sampling=(), order='<'):
    """A TIFF in one strip, or a strip for each plane. values: [H, W, channels], uncompressed.

    extra: what the channels beyond the colours are; sampling: the tag YCbCrSubSampling.
    """
    height, width, channels = values.shape
    planes_of = [values] if planes == 1 else list(values.transpose(2, 0, 1))
    strips = [b''.join(_rows(each, bits, order)) for each in planes_of]
    tags = {256: [width], 257: [height], 258: [bits] * channels, 259: [1], 262: [photometric],
            273: [0] * len(strips), 277: [channels], 278: [height],
            279: [len(strip) for strip in strips], 284: [planes], 338: extra, 530: sampling}
    tags = {tag: numbers for tag, numbers in tags.items() if numbers}
    start = 8 + 2 + 12 * len(tags) + 4                       # of the numbers that need more room
    room = sum(4 * len(numbers) for numbers in tags.values())
    tags[273] = [start + room + sum(map(len, strips[:i])) for i in range(len(strips))]
    entries = more = b''
    for tag, numbers in sorted(tags.items()):
        packed = struct.pack(f'{order}{len(numbers)}I', *numbers)
        place = packed if len(packed) == 4 else struct.pack(f'{order}I', start + len(more))
        more += b'' if len(packed) == 4 else packed
        entries += struct.pack(f'{order}HHI', tag, 4, len(numbers)) + place
    head = (b'II*\0' if order == '<' else b'MM\0*') + struct.pack(f'{order}IH', 8, len(tags))
    return (head + entries + bytes(4) + more).ljust(start + room, b'\0') + b''.join(strips)
