"""Packs: pictures are decoded once into a file of uint8 pixels, which is memory-mapped later.

    CACHE/NAME-KEY/images.npy      [N, H, W, C] uint8
                   labels.npy      [N] int32
                   places.npy      [N] int64, of a part: the index of each in the whole data set
                   rejected.tsv    every file that is not in it, with the reason
                   pack.json       written last; without it the pack is not valid

KEY is a hash of the names, sizes, times and permissions of the files, of the files that are left
out (except hidden ones, which change often) and of the ImageFormat: if any of them changes, a new
pack is made. A pack can be deleted at any time.
"""

import contextlib
import hashlib
import json
import logging
import os
import pathlib
import re
import warnings
from typing import NamedTuple

import numpy as np

from dcgan_tf.data import ImageFormat
from dcgan_tf.data.dataset import fingerprint
from dcgan_tf.data.pictures.formats import formats
from dcgan_tf.data.pictures.pack_images import write_images
from dcgan_tf.data.pictures.rejected import check_enough, write_rejected
from dcgan_tf.data.pictures.scan import HIDDEN, Scan
from dcgan_tf.errors import ARRAY_DAMAGE, RunError, UsageError
from dcgan_tf.files import shared, whole_file, write_whole

logger = logging.getLogger(__name__)

FORMAT = 2                      # of a pack; a new number makes older packs invalid


class Pack(NamedTuple):
    """Pictures that are ready to train on."""

    images: np.ndarray          # [N, H, W, C] uint8, memory-mapped, read-only
    labels: np.ndarray          # [N] int32
    refused: int                # files that could not be decoded; rejected.tsv names them
    fingerprint: str            # of images and labels
    indices: np.ndarray | None   # [N] int64 of a part, else None


def place(cache: str | os.PathLike, folder: str | os.PathLike, found: Scan,
          fit: ImageFormat) -> pathlib.Path:
    """Returns the folder for the pack of these files and this ImageFormat.

    Its name depends on the formats that can be read, too: a package for another one may be added.
    """
    name = re.sub(r'[^\w.-]', '_', pathlib.Path(folder).resolve().name)[:40]
    left_out = [row for row in found.left_out if row[1] != HIDDEN]
    parts = json.dumps([FORMAT, formats(), fit, found.files, found.class_names, left_out,
                        *([found.indices] if found.indices is not None else [])])
    return pathlib.Path(cache, f'{name}-{hashlib.sha256(parts.encode()).hexdigest()[:16]}')


def open_pack(pack: pathlib.Path) -> Pack | None:
    """Returns the pack, or None if it does not exist or is damaged.

    Everything is compared with pack.json. Of the pixels, only their number and the file's time are
    compared, so that a start does not read a large file. If the time differs, all pixels are
    compared, too.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')                          # about old or odd headers
            note = json.loads((pack / 'pack.json').read_text('utf-8'))
            images = np.load(pack / 'images.npy', mmap_mode='r', allow_pickle=False)
            labels = np.load(pack / 'labels.npy', allow_pickle=False)
            indices = np.load(pack / 'places.npy', allow_pickle=False) if note['part'] else None
        written, seal = note.pop('written'), note.pop('seal')
        whole = (seal == _seal(note, labels, indices)
                 and (images.dtype, images.shape) == (np.uint8, tuple(note['shape']))
                 and images.flags.c_contiguous
                 and images.offset + images.nbytes == (pack / 'images.npy').stat().st_size)
        found = Pack(images, labels, note['refused'], note['fingerprint'], indices)
        as_written = written == _time(pack)
    except ARRAY_DAMAGE:
        return None
    return found if whole and (as_written or _same_pixels(pack, found, note)) else None


def _same_pixels(pack, found, note):
    """Compares the pixels of a pack that was copied or changed.

    If they are equal, the new time is noted, so the comparison is made only once.
    """
    logger.warning('%s has another time than pack.json says: its pixels are compared',
                   pack / 'images.npy')
    if fingerprint(found.images, found.labels) != found.fingerprint:
        return False
    with contextlib.suppress(OSError):                               # it may be read-only
        _write_note(pack, found, note)
    return True


def _write_note(pack, made, note):
    """Writes pack.json. note: what `open_pack` compares in addition to the time and the seal."""
    write_whole(pack / 'pack.json', json.dumps({
        **note, 'written': _time(pack), 'seal': _seal(note, made.labels, made.indices)}))


def _time(pack):
    """Returns when the pixels were written, in ns."""
    return (pack / 'images.npy').stat().st_mtime_ns


def _seal(note, labels, indices):
    """Returns the SHA-256 of everything in a pack but the pixels, which are large."""
    digest = hashlib.sha256(json.dumps(note, sort_keys=True).encode())
    for array in (labels, indices)[:1 + note['part']]:
        digest.update(f'{array.dtype.str} {array.shape}'.encode() + array.tobytes())
    return digest.hexdigest()


def make_pack(pack: pathlib.Path, folder: str | os.PathLike, found: Scan, fit: ImageFormat, *,
              progress: bool = False) -> Pack:
    """Decodes all files, in their order, and returns the memory-mapped Pack.

    Raises UsageError if more than half of the files or all of a class are refused; then only
    rejected.tsv is left. Raises RunError if the cache cannot be written.
    """
    with _writing(pack):
        pack.mkdir(parents=True, exist_ok=True)
        (pack / 'pack.json').unlink(missing_ok=True)
        with shared(pack):              # so that other processes do not delete unfinished files
            return _written(pack, folder, found, fit, progress)


def check_listed(pack: pathlib.Path, folder: str | os.PathLike, found: Scan) -> None:
    """Raises UsageError, and writes rejected.tsv, if a class has no file at all.

    It opens no file. Raises RunError if the cache cannot be written.
    """
    try:
        check_enough(folder, found, np.array([file.label for file in found.files]), [], pack)
    except UsageError:
        with _writing(pack):
            pack.mkdir(parents=True, exist_ok=True)
            write_rejected(pack, found.left_out)
        raise


@contextlib.contextmanager
def _writing(pack):
    """Turns an OSError into a RunError that names the flag."""
    try:
        yield
    except OSError as error:
        raise RunError(f'{error.filename or pack}: {error.strerror or error}; decoded pictures are '
                       'kept in the cache (--cache-folder)') from error


def _written(pack, folder, found, fit, progress):
    """Writes all files of a pack, pack.json last. Returns the Pack."""
    with whole_file(pack / 'images.npy') as temporary:
        labels, taken, refused = write_images(temporary, folder, found, fit, progress)
        write_rejected(pack, [*refused, *found.left_out])
        check_enough(folder, found, labels, refused, pack)
    indices = None if found.indices is None else np.array(found.indices, np.int64)[taken]
    for name, array in (('labels', labels), ('places', indices)):
        if array is not None:
            with whole_file(pack / f'{name}.npy') as temporary:
                np.save(temporary, array)
    images = np.load(pack / 'images.npy', mmap_mode='r', allow_pickle=False)
    made = Pack(images, labels, len(refused), fingerprint(images, labels), indices)
    note = {'shape': images.shape, 'refused': made.refused, 'fingerprint': made.fingerprint,
            'fit': fit._asdict(), 'part': indices is not None}
    _write_note(pack, made, note)
    return made
