"""Wrong headers of idx, CIFAR-10, .npy, .npz and JSON files; checksums are made right again."""

import gzip
import io
import json
import re
import struct
import zipfile

NUMBERS = (0, 1, 2, 3, 4, 5, 7, 8, 12, 255, 65_535, 1 << 27, (1 << 31) - 1, 1 << 32, 1 << 62,
           1 << 64, 10 ** 30, -1)
VALUES = *NUMBERS, None, True, '', 'x', 0.5, [], [1], {}, [[1]], float('nan')
TYPES = (b'|u1', b'|i1', b'|b1', b'<i4', b'>i4', b'<u4', b'<f4', b'<i8', b'|O', b'<U3', b'|V3',
         b'|S1')
STARTS = b'PK\x03\x04', b'PK\x05\x06', b'\x80\x04\x95', b'\x93NUMPY\x02\0', b'\x93NUMPY\x09\0'


def wrong_idx(content: bytearray, draw) -> bytes:
    """The type, the rank or a size, packed as before."""
    packed = content[:2] == b'\x1f\x8b'
    content = bytearray(gzip.decompress(content) if packed else content)
    if draw.random() < .3:
        content[draw.choice((2, 3))] = draw.randrange(16)
    else:
        place = 4 * draw.randrange(1, content[3] + 1)
        struct.pack_into('>I', content, place, draw.choice(NUMBERS) % (1 << 32))
    return gzip.compress(content, mtime=0) if packed else bytes(content)


def wrong_batch(content: bytearray, draw) -> bytes:
    """CIFAR-10: a label that is none, another one, or a byte more or less, packed as before."""
    packed = content[:2] == b'\x1f\x8b'
    content = bytearray(gzip.decompress(content) if packed else content)
    content[3073 * draw.randrange(len(content) // 3073)] = draw.randrange(14)
    content = draw.choice((content, content, content[:-1], content + b'\0'))
    return gzip.compress(content, mtime=0) if packed else bytes(content)


def wrong_npy(content: bytearray, draw) -> bytes:
    """The text of the header, its length or the first bytes."""
    content = bytes(content)
    return draw.choice((_other_number, _other_number, _other_type, _other_order, _other_length,
                        _other_start))(content, draw)


def _other_number(content, draw):
    end = content.index(b'\n')
    place = draw.choice(list(re.finditer(rb'\d+', content[content.index(b'shape'):end])))
    start = content.index(b'shape') + place.start()
    return content[:start] + b'%d' % draw.choice(NUMBERS) + content[start + len(place[0]):]


def _other_type(content, draw):
    return re.sub(rb"(?<='descr': ')[^']*", draw.choice(TYPES), content, count=1)


def _other_order(content, draw):
    """Fortran's; one blank less keeps the length."""
    return content.replace(b'False', b'True ', 1)


def _other_length(content, draw):
    """The pixels then seem to begin elsewhere."""
    return content[:8] + struct.pack('<H', draw.choice((0, 60, 116, 117, 119, 120, 128, 65_535))
                                     ) + content[10:]


def _other_start(content, draw):
    start = draw.choice(STARTS)
    return start + content[len(start):]


def wrong_npz(content: bytearray, draw) -> bytes:
    """A member with another header, or a number of the archive's directory is wrong."""
    if draw.random() < .4:
        place = content.index(b'PK\x01\x02') + draw.choice((8, 10, 16, 20, 24, 28, 42))
        struct.pack_into('<H', content, place, draw.choice((0, 1, 8, 12, 65_535)))
        return bytes(content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = draw.choice(list(members))
    members[name] = wrong_npy(members[name], draw)
    file = io.BytesIO()
    with zipfile.ZipFile(file, 'w') as archive:
        for name, member in members.items():
            archive.writestr(zipfile.ZipInfo(name), member)         # without the time of day
    return file.getvalue()


def wrong_json(content: bytearray, draw) -> bytes:
    """Another value, one level down at most, or a name less."""
    whole = json.loads(content)
    name = draw.choice(list(whole))
    if draw.random() < .3:
        del whole[name]
    elif isinstance(whole[name], list) and draw.random() < .5:
        whole[name][draw.randrange(len(whole[name]))] = draw.choice(VALUES)
    else:
        whole[name] = draw.choice(VALUES)
    return json.dumps(whole).encode()
