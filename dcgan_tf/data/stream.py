"""Reads files of data as streams: plain or gzip, never more than expected, or only a part.

Memory grows only with the bytes that a file really has, whatever its header says.
Source of NumPy's format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
"""

import contextlib
import gzip
import hashlib
import math
import zlib

import numpy as np

from dcgan_tf.errors import RunError

GZIP_MAGIC = b'\x1f\x8b'
LARGEST = 2 << 30           # bytes; Fashion-MNIST and MNIST have 47,040,000
CHUNK = 1 << 16            # bytes
HEADERS = {(1, 0): np.lib.format.read_array_header_1_0,
           (2, 0): np.lib.format.read_array_header_2_0}


class DamagedError(Exception):
    """Says what is wrong with a file; `named_errors` adds its name."""


@contextlib.contextmanager
def named_errors(path):
    """Turns what is wrong with a file into a RunError that names it."""
    try:
        yield
    except DamagedError as error:
        raise RunError(f'{path}: {error}') from None
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise RunError(f'{path}: corrupt gzip: {error}') from None
    except OSError as error:                # no permission, a name too long
        raise RunError(f'{path}: {error.strerror or error}') from None


@contextlib.contextmanager
def unpacked(path):
    """Yields the file's bytes as a stream, unpacked if it starts like gzip, for any name."""
    with open(path, 'rb') as raw:   # noqa: PTH123 (`path` may be text)
        packed = raw.read(2) == GZIP_MAGIC
        raw.seek(0)
        yield gzip.GzipFile(fileobj=raw) if packed else raw


def read_at_most(stream, limit):
    """Reads up to `limit` bytes in chunks: `read(limit)` would allocate all the memory at once."""
    content = bytearray()
    while chunk := stream.read(min(CHUNK, limit - len(content))):
        content += chunk
    return content


def read_part(stream, part):
    """Returns (the rows of a Part, N, a SHA-256 object over all rows) of an array [N, ...].

    The SHA-256 is that of `fingerprint`, still without labels. Raises ValueError if the stream has
    no such array, or ends too soon.
    """
    version = np.lib.format.read_magic(stream)
    if version not in HEADERS:
        raise ValueError(f'its header is of version {version}')
    shape, fortran, dtype = HEADERS[version](stream)
    if fortran or dtype.hasobject or len(shape) < 2 or not math.prod(shape):
        raise ValueError('a part of it can only be read where its rows lie in order')
    digest = hashlib.sha256(repr(shape if len(shape) == 4 else (*shape, 1)).encode())
    kept, done = np.empty((part.count(shape[0]), *shape[1:]), dtype), 0
    for first in range(0, shape[0], part.of):
        rows = min(part.of, shape[0] - first)
        size = rows * math.prod(shape[1:]) * dtype.itemsize
        block = read_at_most(stream, size)
        if len(block) < size:
            raise ValueError('it ends too soon')
        digest.update(block)
        own = np.frombuffer(block, dtype).reshape(rows, *shape[1:])[part.first:][:part.rows]
        kept[done:done + len(own)] = own
        done += len(own)
    return kept, shape[0], digest
