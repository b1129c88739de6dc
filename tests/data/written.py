"""Writers of picture files that no library here writes: PNG, BMP and TIFF of any bits."""

import struct
import zlib

import numpy as np


def _rows(values, bits, order):
    """[H, ...] -> the bytes of each row: values of 1, 2, 4, 8, 16 or 32 bits, packed."""
    flat = values.reshape(len(values), -1)
    if bits >= 8:
        return [row.astype(f'{order}u{bits // 8}').tobytes() for row in flat]
    parts = np.unpackbits(flat.astype(np.uint8)[..., None], axis=-1)[..., 8 - bits:]
    return [row.tobytes() for row in np.packbits(parts.reshape(len(flat), -1), axis=1)]


def _chunk(kind, body):
    return struct.pack('>I', len(body)) + kind + body + struct.pack('>I', zlib.crc32(kind + body))


def gray_png(bits, values, clear=None):
    """A grey PNG. values: [H, W] of `bits` bits. clear: the value that is transparent, or None."""
    size = struct.pack('>IIBBBBB', *values.shape[::-1], bits, 0, 0, 0, 0)
    rows = b''.join(b'\0' + row for row in _rows(values, bits, '>'))
    mark = b'' if clear is None else _chunk(b'tRNS', struct.pack('>H', clear))
    return (b'\x89PNG\r\n\x1a\n' + _chunk(b'IHDR', size) + mark
            + _chunk(b'IDAT', zlib.compress(rows)) + _chunk(b'IEND', b''))


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
