"""Headers that lie: sizes from 0 to 2^32 - 1 and other wrong numbers, in every format of pictures.

Where a checksum covers the header it is made right again, or nobody would look further.
"""

import re
import struct
import zlib

SIZES = (0, 1, 31, 33, 255, 8192, 8193, 30_000, 65_535, 1 << 16, (1 << 31) - 1, 1 << 31,
         (1 << 32) - 1)
NUMBERS = *SIZES, 2, 3, 4, 8, 12, 16, 24, 32, 64, 127, 128, 254
BITS = {'B': 8, 'H': 16, 'I': 32}


def wrong_header(content: bytearray, draw) -> bytes:
    """One or two fields are changed; half the time they are the width and the height."""
    if content[:1] == b'P':
        return _wrong_text(bytes(content), draw)
    sizes, others = _fields(content)
    if draw.random() < .5:
        value = draw.choice(SIZES)
        chosen = [(field, value) for field in draw.choice((sizes, sizes[:1], sizes[1:]))]
    else:
        chosen = [(draw.choice(others), draw.choice((*NUMBERS, draw.getrandbits(32))))]
    for (place, kind), value in chosen:
        if place + struct.calcsize(kind) <= len(content):
            struct.pack_into(kind, content, place, value % (1 << BITS[kind[-1]]))
    if content[:4] != b'\x89PNG':
        return bytes(content)
    change = draw.choice((_same, _chunk_moved, _bytes_changed, _second_header))
    return _with_checksums(change(_chunks(content), draw))


def _fields(content):
    """((place, struct's letter) of width and height, those of other numbers)."""
    start = bytes(content[:4])
    readers = {b'\x89PNG': _png, b'\xff\xd8\xff': _jpeg, b'BM': _bmp, b'GIF8': _gif,
               b'RIFF': _webp, b'II*\0': _tiff, b'MM\0*': _tiff}
    if content[4:8] == b'ftyp':
        return _avif(content)
    return next(read for magic, read in readers.items() if start.startswith(magic))(content)


def _png(content):
    return [(16, '>I'), (20, '>I')], [(place, 'B') for place in range(24, 29)]


def _jpeg(content):
    """The frame's segment is what counts; others have lengths."""
    place, others = 2, []
    while content[place + 1] not in (0xc0, 0xc1, 0xc2):
        others.append((place + 2, '>H'))
        place += 2 + struct.unpack_from('>H', content, place + 2)[0]
    length, = struct.unpack_from('>H', content, place + 2)
    others += [(place + 2, '>H'), *((place + 2 + i, 'B') for i in (2, *range(7, length)))]
    return [(place + 7, '>H'), (place + 5, '>H')], others


def _bmp(content):
    others = [(10, '<I'), (14, '<I'), (26, '<H'), (28, '<H'), (30, '<I'), (34, '<I'), (46, '<I')]
    return [(18, '<I'), (22, '<I')], others


def _gif(content):
    """The size of the screen; the first frame's place, size and code length are the others."""
    place = 13 + 3 * (2 << (content[10] & 7)) * (content[10] >> 7)
    while content[place] == 0x21:                                   # an extension: its blocks
        place += 2
        while content[place]:
            place += 1 + content[place]
        place += 1
    frame = [(place + i, '<H') for i in (1, 3, 5, 7)]
    others = [(10, 'B'), (11, 'B'), *frame, (place + 9, 'B'), (place + 10, 'B')]
    return [(6, '<H'), (8, '<H')], others


def _webp(content):
    """Lengths of the chunks, and the first bytes of each, where sizes lie between other bits."""
    place, others = 12, [(4, '<I')]
    sizes = [(24, '<I'), (27, '<I')] if content[12:16] == b'VP8X' else [(26, '<H'), (28, '<H')]
    while place + 8 <= len(content):
        others += [(place + 4, '<I'), *((place + 8 + i, 'B') for i in range(10))]
        length, = struct.unpack_from('<I', content, place + 4)
        place += 8 + length + length % 2
    return sizes, others


def _avif(content):
    """Width and height of the first picture; the sizes of the boxes around them."""
    size = content.index(b'ispe')
    boxes = re.finditer(b'meta|iloc|iprp|ipco|ispe|pixi|av1C|iinf|mdat|infe', content)
    others = [(found.start() - 4, '>I') for found in boxes]
    return [(size + 8, '>I'), (size + 12, '>I')], [(0, '>I'), *others]


def _tiff(content):
    """Type, count and value of each entry of the first directory."""
    end = '<' if content[:1] == b'I' else '>'
    first, = struct.unpack_from(f'{end}I', content, 4)
    count, = struct.unpack_from(f'{end}H', content, first)
    entries = range(first + 2, first + 2 + 12 * count, 12)
    tags = {struct.unpack_from(f'{end}H', content, entry)[0]: entry for entry in entries}
    others = [(4, f'{end}I')]
    for entry in entries:
        others += [(entry, f'{end}H'), (entry + 2, f'{end}H'), (entry + 4, f'{end}I'),
                   (entry + 8, f'{end}I'), (entry + 8, f'{end}H')]
    return [(tags[tag] + 8, f'{end}I') for tag in (256, 257)], others


def _wrong_text(content, draw):
    """PPM: a number of the text at the start is another one."""
    numbers = list(re.finditer(rb'\d+', content[:20]))[1:4]
    chosen = draw.choice(numbers)
    value = draw.choice((*NUMBERS, -1, 10 ** 30))
    return content[:chosen.start()] + str(value).encode() + content[chosen.end():]


def _chunks(content):
    """[(kind, body)] of a PNG whose chunks are whole."""
    place, found = 8, []
    while place < len(content):
        length, kind = struct.unpack_from('>I4s', content, place)
        found.append((kind, bytes(content[place + 8:place + 8 + length])))
        place += 12 + length
    return found


def _same(chunks, draw):
    return chunks


def _chunk_moved(chunks, draw):
    """One more of the chunks at any place: two headers, pixels before the header ..."""
    place = draw.randrange(len(chunks) + 1)
    return [*chunks[:place], draw.choice(chunks), *chunks[place:]]


def _bytes_changed(chunks, draw):
    """Other bytes in a body."""
    place = draw.randrange(len(chunks))
    kind, body = chunks[place][0], bytearray(chunks[place][1] or b'\0')
    body[draw.randrange(min(len(body), 40))] = draw.randrange(256)
    return [*chunks[:place], (kind, bytes(body)), *chunks[place + 1:]]


def _second_header(chunks, draw):
    """Another size before or after the first one."""
    sizes = struct.pack('>II', *(draw.choice(SIZES) % (1 << 32) for _ in range(2)))
    other = [(b'IHDR', sizes + chunks[0][1][8:])]
    return other + chunks if draw.random() < .5 else chunks[:1] + other + chunks[1:]


def _with_checksums(chunks):
    return b'\x89PNG\r\n\x1a\n' + b''.join(
        struct.pack('>I', len(body)) + kind + body + struct.pack('>I', zlib.crc32(kind + body))
        for kind, body in chunks)
