"""images.npy of a pack: all files of a folder, decoded by several threads, in their order."""

import concurrent.futures
import contextlib
import os
import pathlib
import warnings

import cv2
import numpy as np
import tqdm

from dcgan_tf.data import ImageFormat
from dcgan_tf.data.decode import decode
from dcgan_tf.data.header import Refused
from dcgan_tf.data.scan import Scan

THREADS = min(8, os.cpu_count() or 1)       # each may hold one large picture
BLOCK = 64 * THREADS            # pictures held between two writes, if they take
MAX_HELD = 1 << 28              # not more bytes than this


def write_images(path: pathlib.Path, folder: str | os.PathLike, found: Scan, fit: ImageFormat,
                 progress: bool) -> tuple[np.ndarray, list[int], list[tuple[str, str]]]:
    """Writes the pixels of all files that can be decoded.

    -> labels [N], which of the files they are [N], [(name, why refused)]
    Plain writes, not a map: a full disk is then an error here and no crash.
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
            write_header(file, len(labels), shape)       # as long as before: NumPy leaves room
    return np.array(labels, np.int32), taken, refused


def write_header(file, n: int, shape: tuple[int, int, int]) -> None:
    """NumPy's, of n pictures of a shape [H, W, C] uint8."""
    np.lib.format.write_array_header_1_0(
        file, {'descr': '|u1', 'fortran_order': False, 'shape': (n, *shape)})


def _decoded(folder, files, fit, progress):
    """Yields (file, pixels or Refused) in order, decoded by several threads."""
    def one(file):
        try:
            return decode(pathlib.Path(folder, file.name), fit)
        except Refused as refusal:
            return refusal

    with (_quiet(), concurrent.futures.ThreadPoolExecutor(THREADS) as pool,
          tqdm.tqdm(total=len(files), unit='picture', desc='decoding', disable=not progress,
                    dynamic_ncols=True) as bar):
        size = _block(fit)
        for start in range(0, len(files), size):
            block = files[start:start + size]
            for file, result in zip(block, pool.map(one, block), strict=True):
                yield file, result
                bar.update()


def _block(fit):
    """How many pictures are decoded between two writes."""
    width, height = fit.size or (1, 1)
    return min(BLOCK, max(THREADS, MAX_HELD // (width * height * 3)))


@contextlib.contextmanager
def _quiet():
    """No remarks of Pillow and OpenCV about single files: rejected.tsv tells what counts.

    libpng and libjpeg write theirs to the terminal all the same.
    """
    level = cv2.utils.logging.getLogLevel()
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')
            yield
    finally:
        cv2.utils.logging.setLogLevel(level)
