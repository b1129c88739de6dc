"""Loads a folder of pictures, one sub-folder per class. They are decoded once and then cached."""

import hashlib
import json
import os
import pathlib
from collections.abc import Callable

import numpy as np

from dcgan_tf.data import ImageFormat
from dcgan_tf.data.dataset import Dataset
from dcgan_tf.data.parts import Part
from dcgan_tf.data.pictures.header import is_picture
from dcgan_tf.data.pictures.pack import check_listed, make_pack, open_pack, place
from dcgan_tf.data.pictures.scan import SPLITS, File, scan
from dcgan_tf.errors import UsageError
from dcgan_tf.names import counted

SIZE = (64, 64)                 # the default, because pictures of a folder differ in size
LOOKED_AT = 256                 # files whose headers are read after a wrong flag


def load(folder: str | os.PathLike, fit: ImageFormat, *, cache: str | os.PathLike = 'cache',
         results: str | os.PathLike = 'results', progress: bool = False,
         before_decoding: Callable[[tuple[str, ...], np.ndarray], None] | None = None,
         part: Part | None = None) -> Dataset:
    """Loads images [N, height, width, 1 or 3], memory-mapped, in the order of classes and names.

    cache, results: folders that are not read as classes if they are inside the folder.
    before_decoding: is called with the class names and the label of each file, int [N], before
    pictures are decoded, and may raise. It is not called if the cache has them. Its UsageError is
    dropped if the number of files says little, see `doubtful`: the caller checks what was decoded,
    too.
    part: the part of the files to load, None = all. Indices count all files that may be pictures,
    readable or not.
    Raises UsageError for a missing folder, no pictures, a class without pictures, or more refused
    than usable files; RunError if the folder cannot be read or the cache cannot be written.
    """
    fit = fit if fit.size else fit._replace(size=SIZE)
    all_files = scan(folder, fit.file_num, (cache, results))
    found = _part_of(all_files, part) if part else all_files
    pack = place(cache, folder, found, fit)
    ready = open_pack(pack)
    if ready is None:
        check_listed(pack, folder, all_files)
        if before_decoding:
            _ask(before_decoding, folder, all_files)
        ready = make_pack(pack, folder, found, fit, progress=progress)
    return Dataset(name='folder', images=ready.images, labels=ready.labels,
                   class_names=found.class_names, folder=os.fspath(folder),
                   notes=_notes(ready.refused, len(found.left_out), pack)
                   + _note_of_splits(folder, found.class_names),
                   digest=_listing_fingerprint(all_files, fit) if part else ready.fingerprint,
                   indices=ready.indices, n_total=len(all_files.files) if part else 0)


def _ask(before_decoding, folder, found):
    """Calls before_decoding. Its error waits until the pictures are decoded if files are refused.

    The number of files, such as ten HEIC pictures that need a package, would then explain nothing.
    """
    try:
        before_decoding(found.class_names, np.array([file.label for file in found.files], np.int32))
    except UsageError:
        if not doubtful(folder, found.files):
            raise


def doubtful(folder: str | os.PathLike, files: list[File]) -> bool:
    """Tells by their headers whether the number of files says little about that of the pictures.

    That is: more than half of the first LOOKED_AT are refused, or any of fewer files.
    """
    some = files[:LOOKED_AT]
    refused = sum(not is_picture(pathlib.Path(folder, file.name)) for file in some)
    return refused > (len(some) // 2 if len(files) > LOOKED_AT else 0)


def _part_of(found, part):
    indices = np.flatnonzero(part.has(np.arange(len(found.files)))).tolist()
    return found._replace(files=[found.files[i] for i in indices], indices=indices)


def _listing_fingerprint(found, fit):
    """Returns a fingerprint of the names and sizes of all files.

    It is used when each worker has a part: then no process has all pictures.
    """
    files = [[file.name, file.size] for file in found.files]
    return hashlib.sha256(json.dumps([files, found.class_names, fit]).encode()).hexdigest()


def _notes(refused, left_out, pack):
    """Returns a line about the files that are not in the data set, or ()."""
    if not refused + left_out:
        return ()
    parts = [f'{counted(n, "file")} {text}' for n, text in ((refused, 'refused'),
                                                            (left_out, 'left out')) if n]
    return (f'{" and ".join(parts)}: {pack / "rejected.tsv"} says why',)


def _note_of_splits(folder, class_names):
    """Returns a line if the classes are named like the parts of a data set, or ()."""
    if not {name.lower() for name in class_names} <= SPLITS or len(class_names) < 2:
        return ()
    one = next((name for name in class_names if 'train' in name.lower()), class_names[0])
    return (f'classes: {", ".join(class_names)}; if these are parts of one data set, use one: '
            f'--folder {pathlib.Path(folder, one)}',)
