"""An array in NumPy's format that need not fit in memory: read over, and a part of it kept.

Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
"""

import hashlib
import math

import numpy as np

HEADERS = {(1, 0): np.lib.format.read_array_header_1_0,
           (2, 0): np.lib.format.read_array_header_2_0}


def read_part(stream, part):
    """-> what a Part has of an array [N, ...], N, a SHA-256 that has seen all: `fingerprint`'s.

    ValueError where it is no such array, or ends too soon.
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
        block = _exactly(stream, rows * math.prod(shape[1:]) * dtype.itemsize)
        digest.update(block)
        own = np.frombuffer(block, dtype).reshape(rows, *shape[1:])[part.first:][:part.rows]
        kept[done:done + len(own)] = own
        done += len(own)
    return kept, shape[0], digest


def _exactly(stream, n):
    """n bytes. ValueError where there are fewer."""
    parts = []
    while n > 0:
        parts.append(stream.read(n))
        if not parts[-1]:
            raise ValueError('it ends too soon')
        n -= len(parts[-1])
    return b''.join(parts)
