"""Reads the idx files of MNIST: a big-endian header, then bytes; plain or gzip.

    0 0 8 rank   magic number; 8 = unsigned bytes, rank 1 for labels and 3 for images
    uint32       one size per axis, `rank` of them
    bytes        the product of the sizes, nothing after them

Source: https://yann.lecun.com/exdb/mnist/, "The IDX file format". The header may be wrong, so
memory grows only with the bytes that the file really has, and a gzip stream is unpacked to at most
one byte more than the header declares.
"""

import contextlib
import gzip
import math
import os
import struct
import zlib

import numpy as np

from dcgan_tf.errors import RunError

GZIP_MAGIC = b'\x1f\x8b'
RANKS = {b'\0\0\x08\x01': 1, b'\0\0\x08\x03': 3}
LARGEST = 2 << 30           # bytes; Fashion-MNIST and MNIST have 47,040,000
CHUNK = 1 << 20


def read_idx(path: str | os.PathLike) -> np.ndarray:
    """Reads a file to uint8 [N] or [N, H, W]. Raises RunError with its name and what is wrong."""
    try:
        with _unpacked(path) as stream:
            shape = _read_header(stream)
            content = read_at_most(stream, math.prod(shape) + 1)
        _check_length(len(content), math.prod(shape))
    except _DamagedError as error:
        raise RunError(f'{os.fspath(path)}: {error}') from None
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise RunError(f'{os.fspath(path)}: corrupt gzip: {error}') from None
    except OSError as error:
        raise RunError(f'{os.fspath(path)}: {error.strerror or error}') from None
    return np.frombuffer(content, np.uint8).reshape(shape)


class _DamagedError(Exception):
    """What is wrong with the file; `read_idx` adds its name."""


@contextlib.contextmanager
def _unpacked(path):
    """Yields the file's bytes as a stream, unpacked if it starts like gzip, for any name."""
    with open(path, 'rb') as raw:   # noqa: PTH123 (`path` may be text)
        packed = raw.read(2) == GZIP_MAGIC
        raw.seek(0)
        if packed:
            with gzip.GzipFile(fileobj=raw) as stream:
                yield stream
        else:
            yield raw


def _read_header(stream):
    """Returns the declared shape: 1 or 3 sizes above 0 whose product is at most LARGEST."""
    magic = stream.read(4)
    if not magic:
        raise _DamagedError('the file is empty')
    if magic not in RANKS:
        raise _DamagedError(f'not an idx file of bytes: it starts with {magic.hex(" ")}, expected'
                            f' {" or ".join(known.hex(" ") for known in RANKS)}')
    length = 4 * RANKS[magic]
    sizes = stream.read(length)
    if len(sizes) < length:
        raise _DamagedError(f'truncated: the header has {4 + len(sizes)} bytes,'
                            f' expected {4 + length}')
    shape = struct.unpack(f'>{RANKS[magic]}I', sizes)
    _check_shape(shape)
    return shape


def _check_shape(shape):
    text = ' x '.join(f'{size:,}' for size in shape)
    if 0 in shape:
        raise _DamagedError(f'nothing inside: the header declares {text} bytes')
    if math.prod(shape) > LARGEST:
        raise _DamagedError(f'the header declares {text} bytes, at most {LARGEST:,} are accepted')


def read_at_most(stream, limit):
    """Reads up to `limit` bytes in chunks: `read(limit)` would allocate all the memory at once."""
    content = bytearray()
    while chunk := stream.read(min(CHUNK, limit - len(content))):
        content += chunk
    return content


def _check_length(found, expected):
    if found < expected:
        raise _DamagedError(f'truncated: {expected:,} bytes expected after the header,'
                            f' {found:,} found')
    if found > expected:
        raise _DamagedError(f'trailing bytes: {expected:,} expected after the header, more found')
