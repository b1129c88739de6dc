"""Reads the idx files of MNIST: a big-endian header, then bytes; plain or gzip.

    0 0 8 rank   magic number; 8 = unsigned bytes, rank 1 for labels and 3 for images
    uint32       one size per axis, `rank` of them
    bytes        the product of the sizes, nothing after them

Source: https://yann.lecun.com/exdb/mnist/, "The IDX file format". A gzip stream is unpacked to at
most one byte more than the header declares.
"""

import math
import os
import struct

import numpy as np

from dcgan_tf.data.stream import LARGEST, DamagedError, named_errors, read_at_most, unpacked

RANKS = {b'\0\0\x08\x01': 1, b'\0\0\x08\x03': 3}


def read_idx(path: str | os.PathLike) -> np.ndarray:
    """Reads a file to uint8 [N] or [N, H, W]. Raises RunError with its name and what is wrong."""
    with named_errors(path), unpacked(path) as stream:
        shape = _read_header(stream)
        content = read_at_most(stream, math.prod(shape) + 1)
        _check_length(len(content), math.prod(shape))
    return np.frombuffer(content, np.uint8).reshape(shape)


def _read_header(stream):
    """Returns the declared shape: 1 or 3 sizes above 0 whose product is at most LARGEST."""
    magic = stream.read(4)
    if not magic:
        raise DamagedError('the file is empty')
    if magic not in RANKS:
        raise DamagedError(f'not an idx file of bytes: it starts with {magic.hex(" ")}, expected'
                            f' {" or ".join(known.hex(" ") for known in RANKS)}')
    length = 4 * RANKS[magic]
    sizes = stream.read(length)
    if len(sizes) < length:
        raise DamagedError(f'truncated: the header has {4 + len(sizes)} bytes,'
                            f' expected {4 + length}')
    shape = struct.unpack(f'>{RANKS[magic]}I', sizes)
    _check_shape(shape)
    return shape


def _check_shape(shape):
    text = ' x '.join(f'{size:,}' for size in shape)
    if 0 in shape:
        raise DamagedError(f'nothing inside: the header declares {text} bytes')
    if math.prod(shape) > LARGEST:
        raise DamagedError(f'the header declares {text} bytes, at most {LARGEST:,} are accepted')


def _check_length(found, expected):
    if found < expected:
        raise DamagedError(f'truncated: {expected:,} bytes expected after the header,'
                            f' {found:,} found')
    if found > expected:
        raise DamagedError(f'trailing bytes: {expected:,} expected after the header, more found')
