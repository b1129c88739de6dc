"""A folder of pictures, one sub-folder a class: decoded once, then mapped from the cache."""

import hashlib
import json
import os
from collections.abc import Callable

import numpy as np

from dcgan_tf.data import ImageFormat
from dcgan_tf.data.dataset import Dataset
from dcgan_tf.data.pack import make_pack, open_pack, place
from dcgan_tf.data.parts import Part
from dcgan_tf.data.scan import scan

SIZE = (64, 64)                 # when none is asked for: pictures of a folder differ in size


def load(folder: str | os.PathLike, fit: ImageFormat, *, cache: str | os.PathLike = 'cache',
         results: str | os.PathLike = 'results', progress: bool = False,
         before_decoding: Callable[[tuple[str, ...]], None] | None = None,
         part: Part | None = None) -> Dataset:
    """images [N, height, width, 1 or 3] in the order of classes and names, memory-mapped.

    cache, results: what is written there is not learnt, should they lie in the folder.
    before_decoding: called with the names of the classes, unless all is decoded already; may raise.
    part: the files to take, None = all. Their indices count all files that may be pictures,
    whether they can be read or not.
    Raises UsageError for no folder, no pictures, an empty class or more refused than taken files,
    RunError when the folder cannot be read or the cache not written.
    """
    fit = fit if fit.size else fit._replace(size=SIZE)
    everything = scan(folder, fit.file_num, (cache, results))
    found = _part_of(everything, part) if part else everything
    pack = place(cache, folder, found, fit)
    ready = open_pack(pack)
    if ready is None:
        if before_decoding:
            before_decoding(found.class_names)
        ready = make_pack(pack, folder, found, fit, progress=progress)
    return Dataset(name='folder', images=ready.images, labels=ready.labels,
                   class_names=found.class_names, folder=os.fspath(folder),
                   notes=_notes(ready.refused, len(found.left_out), pack),
                   digest=_listed(everything, fit) if part else ready.fingerprint,
                   indices=ready.indices, n_total=len(everything.files) if part else 0)


def _part_of(found, part):
    indices = np.flatnonzero(part.has(np.arange(len(found.files)))).tolist()
    return found._replace(files=[found.files[i] for i in indices], indices=indices)


def _listed(found, fit):
    """The fingerprint of a whole whose pictures nobody has all of: names and sizes of its files."""
    files = [[file.name, file.size] for file in found.files]
    return hashlib.sha256(json.dumps([files, found.class_names, fit]).encode()).hexdigest()


def _notes(refused, left_out, pack):
    """A line about the files that are not in the data set, if there are any."""
    if not refused + left_out:
        return ()
    parts = [f'{n:,} {words}' for n, words in ((refused, 'refused'), (left_out, 'left out')) if n]
    return (f'files {" and ".join(parts)}: {pack / "rejected.tsv"} says why',)
