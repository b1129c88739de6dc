"""Reads an array in NumPy's format that may be larger than the memory, and keeps a part of it.

Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
"""

import hashlib
import math

import numpy as np

HEADERS = {(1, 0): np.lib.format.read_array_header_1_0,
           (2, 0): np.lib.format.read_array_header_2_0}


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
        block = _exactly(stream, rows * math.prod(shape[1:]) * dtype.itemsize)
        digest.update(block)
        own = np.frombuffer(block, dtype).reshape(rows, *shape[1:])[part.first:][:part.rows]
        kept[done:done + len(own)] = own
        done += len(own)
    return kept, shape[0], digest


def _exactly(stream, n):
    """Reads n bytes. Raises ValueError if there are fewer."""
    parts = []
    while n > 0:
        parts.append(stream.read(n))
        if not parts[-1]:
            raise ValueError('it ends too soon')
        n -= len(parts[-1])
    return b''.join(parts)
