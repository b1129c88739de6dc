"""Packed pictures: decoded once into a file of uint8 pixels, memory-mapped from then on.

    CACHE/NAME-KEY/images.npy      [N, H, W, C] uint8
                   labels.npy      [N] int32
                   places.npy      [N] int64, of a part: where each lies in the whole data set
                   rejected.tsv    every file that is not in it, with the reason
                   pack.json       written last: without it there is no pack

KEY is made of the names, sizes, times and permissions of the files, of what is left out (hidden
files apart, which come and go) and of the Fit: when any of them changes, a new pack is made. A pack
can be deleted at any time.
"""

import concurrent.futures
import contextlib
import hashlib
import json
import os
import pathlib
import re
import time
import warnings
from typing import NamedTuple

import cv2
import numpy as np
import tqdm

from dcgan_tf.data import Fit
from dcgan_tf.data.dataset import fingerprint
from dcgan_tf.data.decode import decode
from dcgan_tf.data.header import Refused
from dcgan_tf.data.npz import DAMAGE
from dcgan_tf.data.rejected import check_enough, write_rejected
from dcgan_tf.data.scan import HIDDEN, Scan
from dcgan_tf.errors import RunError
from dcgan_tf.files import whole_file, write_whole

FORMAT = 1                      # of a pack; a new number makes all packs anew
THREADS = min(8, os.cpu_count() or 1)       # each may hold one large picture
BLOCK = 64 * THREADS            # pictures held between two writes, if they take
MOST_HELD = 1 << 28             # not more bytes than this
OLD = 3600                      # seconds after which a half-written file belongs to nobody


class Pack(NamedTuple):
    """Pictures that are ready to train on."""

    images: np.ndarray          # [N, H, W, C] uint8, memory-mapped, read-only
    labels: np.ndarray          # [N] int32
    refused: int                # files that could not be decoded; rejected.tsv names them
    fingerprint: str            # of images and labels
    places: np.ndarray | None   # [N] int64 of a part, else None


def place(cache: str | os.PathLike, folder: str | os.PathLike, found: Scan,
          fit: Fit) -> pathlib.Path:
    """Where the pack of these files and this Fit belongs."""
    name = re.sub(r'[^\w.-]', '_', pathlib.Path(folder).resolve().name)[:40]
    left_out = [row for row in found.left_out if row[1] != HIDDEN]
    parts = json.dumps([FORMAT, fit, found.files, found.class_names, left_out,
                        *([found.places] if found.places is not None else [])])
    return pathlib.Path(cache, f'{name}-{hashlib.sha256(parts.encode()).hexdigest()[:16]}')


def open_pack(pack: pathlib.Path) -> Pack | None:
    """The pack, or None when it is not there or not whole.

    All of it is compared with what was written, but for the pixels, of which only the number is:
    nobody waits until a large file has been read.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')                          # about old or odd headers
            note = json.loads((pack / 'pack.json').read_text())
            images = np.load(pack / 'images.npy', mmap_mode='r', allow_pickle=False)
            labels = np.load(pack / 'labels.npy', allow_pickle=False)
            places = np.load(pack / 'places.npy', allow_pickle=False) if note['part'] else None
        whole = (note.pop('seal') == _seal(note, labels, places)
                 and (images.dtype, images.shape) == (np.uint8, tuple(note['shape']))
                 and images.flags.c_contiguous
                 and images.offset + images.nbytes == (pack / 'images.npy').stat().st_size)
        return Pack(images, labels, note['refused'], note['fingerprint'], places) if whole else None
    except (*DAMAGE, AttributeError):                                # a zip has no dtype
        return None


def _seal(note, labels, places):
    """SHA-256 of all that is small in a pack."""
    digest = hashlib.sha256(json.dumps(note, sort_keys=True).encode())
    for array in (labels, places)[:1 + note['part']]:
        digest.update(f'{array.dtype.str} {array.shape}'.encode() + array.tobytes())
    return digest.hexdigest()


def make_pack(pack: pathlib.Path, folder: str | os.PathLike, found: Scan, fit: Fit, *,
              progress: bool = False) -> Pack:
    """Decodes all files, in their order, and maps the result.

    Where more than half are refused, or all of a class, a UsageError says so, and rejected.tsv is
    all that is left. RunError when the cache cannot be written.
    """
    try:
        _make_room(pack)
        with whole_file(pack / 'images.npy') as temporary:
            labels, taken, refused = _write_images(temporary, folder, found, fit, progress)
            write_rejected(pack, [*refused, *found.left_out])
            check_enough(folder, found, labels, refused, pack)
        places = None if found.places is None else np.array(found.places, np.int64)[taken]
        for name, array in (('labels', labels), ('places', places)):
            if array is not None:
                with whole_file(pack / f'{name}.npy') as temporary:
                    np.save(temporary, array)
        images = np.load(pack / 'images.npy', mmap_mode='r')
        made = Pack(images, labels, len(refused), fingerprint(images, labels), places)
        note = {'shape': images.shape, 'refused': made.refused, 'fingerprint': made.fingerprint,
                'fit': fit._asdict(), 'part': places is not None}
        write_whole(pack / 'pack.json',
                    json.dumps({**note, 'seal': _seal(note, labels, places)}))
    except OSError as error:
        raise RunError(f'{error.filename or pack}: {error.strerror or error}; --cache-folder says '
                       'where decoded pictures are kept') from error
    return made


def _make_room(pack):
    """The folder, without what a killed process left in it."""
    pack.mkdir(parents=True, exist_ok=True)
    (pack / 'pack.json').unlink(missing_ok=True)
    for path in pack.glob('.*.tmp*'):
        with contextlib.suppress(FileNotFoundError):      # another process has just finished it
            if time.time() - path.stat().st_mtime > OLD:  # a younger one may be in use
                path.unlink()


def _write_images(path, folder, found, fit, progress):
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
                _write_header(file, len(found.files), shape)
            file.write(pixels.data)
            labels.append(entry.label)
            taken.append(i)
        if shape:
            file.seek(0)
            _write_header(file, len(labels), shape)       # as long as before: NumPy leaves room
    return np.array(labels, np.int32), taken, refused


def _write_header(file, n, shape):
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
    return min(BLOCK, max(THREADS, MOST_HELD // (width * height * 3)))


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
