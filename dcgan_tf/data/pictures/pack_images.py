"""Writes images.npy of a pack: all files of a folder in order, decoded by several threads."""

import concurrent.futures
import contextlib
import os
import pathlib
import warnings

import cv2
import numpy as np

from dcgan_tf.bars import bar
from dcgan_tf.data import ImageFormat
from dcgan_tf.data.pictures.decode import decode
from dcgan_tf.data.pictures.header import Refused
from dcgan_tf.data.pictures.scan import Scan

THREADS = min(8, os.cpu_count() or 1)       # each may hold one large picture
BLOCK = 64 * THREADS            # maximum number of pictures between two writes
MAX_BLOCK_BYTES = 1 << 28       # and of their bytes


def write_images(path: pathlib.Path, folder: str | os.PathLike, found: Scan, fit: ImageFormat,
                 progress: bool) -> tuple[np.ndarray, list[int], list[tuple[str, str]]]:
    """Writes the pixels of all files that can be decoded.

    -> (labels [N], indices of their files [N], [(name of a refused file, reason)])
    It uses plain writes, not a memory map: with a map a full disk would crash the process.
    """
    labels, taken, refused, shape = [], [], [], None
    with path.open('wb') as file:
        for i, (entry, pixels) in enumerate(_decoded(folder, found.files, fit, progress)):
            if isinstance(pixels, Refused):
                refused.append((entry.name, str(pixels)))
                continue
            if shape is None:
                shape = pixels.shape
                write_header(file, len(found.files), shape)
            file.write(pixels.data)
            labels.append(entry.label)
            taken.append(i)
        if shape:
            file.seek(0)
            write_header(file, len(labels), shape)       # NumPy pads the header to equal length
    return np.array(labels, np.int32), taken, refused


def write_header(file, n: int, shape: tuple[int, int, int]) -> None:
    """Writes the .npy header for n pictures of shape [H, W, C] uint8."""
    np.lib.format.write_array_header_1_0(
        file, {'descr': '|u1', 'fortran_order': False, 'shape': (n, *shape)})


def _decoded(folder, files, fit, progress):
    """Yields (file, pixels or Refused) in order, decoded by several threads."""
    def decode_one(file):
        try:
            return decode(pathlib.Path(folder, file.name), fit)
        except Refused as refusal:
            return refusal

    with (_quiet(), concurrent.futures.ThreadPoolExecutor(THREADS) as pool,
          bar(total=len(files), unit='picture', desc='decoding', shown=progress) as progress_bar):
        size = _block(fit)
        for start in range(0, len(files), size):
            block = files[start:start + size]
            for file, result in zip(block, pool.map(decode_one, block), strict=True):
                yield file, result
                progress_bar.update()


def _block(fit):
    """Returns the number of pictures that are decoded between two writes."""
    width, height = fit.size or (1, 1)
    return min(BLOCK, max(THREADS, MAX_BLOCK_BYTES // (width * height * 3)))


@contextlib.contextmanager
def _quiet():
    """Hides warnings of Pillow and OpenCV about single files: rejected.tsv lists the problems.

    Warnings of libpng and libjpeg still appear on the terminal.
    """
    level = cv2.utils.logging.getLogLevel()
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')
            yield
    finally:
        cv2.utils.logging.setLogLevel(level)
