"""CIFAR-10: find the batches of a split in the published binary form, read them, check them.

A batch is a row of records of 3,073 bytes and nothing else, plain or gzip:

    1 byte        label, 0 to 9
    3,072 bytes   32x32 red, then 32x32 green, then 32x32 blue, each row by row

Looked in, first match wins: `<data_dir>/cifar10/`, `<data_dir>/cifar-10-batches-bin/`, the name in
the published archive, then `<data_dir>/` itself.
Source: A. Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009,
https://www.cs.toronto.edu/~kriz/cifar.html, "Binary version".
"""

import gzip
import os
import pathlib
import re
import zlib

import numpy as np

from dcgan_tf.data.dataset import Dataset
from dcgan_tf.data.idx import GZIP_MAGIC, LARGEST, read_at_most
from dcgan_tf.errors import RunError, UsageError

CLASSES = 10
SIZE, CHANNELS = 32, 3
RECORD = 1 + CHANNELS * SIZE * SIZE
SPLITS = {'train': 'data_batch_', 'test': 'test_batch'}           # how file names begin
FOLDERS = ('cifar10', 'cifar-10-batches-bin', '')
META = 'batches.meta.txt'
META_LARGEST = 1 << 16      # bytes; the published file has 61


def load(data_dir: str | os.PathLike, split: str = 'train') -> Dataset:
    """A split: images [50000 or 10000, 32, 32, 3] RGB when all its batches are there.

    Raises UsageError when there are no batches, RunError when a file is damaged.
    """
    paths = find(data_dir, split)
    if not paths:
        raise UsageError(_missing(pathlib.Path(data_dir), split))
    folder = paths[0].parent
    class_names = _class_names(folder / META)
    records = _read_batches(paths)
    planes = records[:, 1:].reshape(-1, CHANNELS, SIZE, SIZE)
    return Dataset(name='cifar10', images=np.ascontiguousarray(planes.transpose(0, 2, 3, 1)),
                   labels=records[:, 0].astype(np.int32), class_names=class_names,
                   folder=str(folder))


def find(data_dir: str | os.PathLike, split: str = 'train') -> list[pathlib.Path]:
    """Paths of a split's batches, 2 before 10, all in the first folder that has one, or []."""
    return next(filter(None, (_batches(folder, split) for folder in _folders(data_dir))), [])


def _folders(data_dir):
    """Where to look, in this order."""
    return [pathlib.Path(data_dir, name) for name in FOLDERS]


def _batches(folder, split):
    """The batches of one folder; packed ones win over plain ones, gzip carries a checksum."""
    try:
        name = re.compile(SPLITS[split] + r'.*\.bin(\.gz)?')
        # A link to nowhere counts: reading it fails loudly, where leaving it out would lose data.
        paths = sorted(path for path in folder.iterdir() if name.fullmatch(path.name)
                       and (path.is_file() or path.is_symlink()))
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:                # no permission, a name too long
        raise RunError(f'{folder}: {error.strerror or error}') from None
    one_each = {path.name.removesuffix('.gz'): path for path in paths}      # x.bin, then x.bin.gz
    return [one_each[name] for name in sorted(one_each, key=_natural)]


def _natural(name):
    """A sort key that reads digits as numbers."""
    return [int(part) if part.isdecimal() else part for part in re.split(r'(\d+)', name)]


def _missing(data_dir, split):
    """Says what was looked for and where, and the way out."""
    wayout = ('point --data-dir to the binary version of CIFAR-10,'
              ' https://www.cs.toronto.edu/~kriz/cifar.html')
    if not data_dir.is_dir():
        return f"--data-dir '{data_dir}' is no folder; {wayout}"
    folders = ' and '.join(f"'{folder}'" for folder in _folders(data_dir))
    return (f'no cifar10 files: looked in {folders} for {SPLITS[split]}*.bin'
            f' or {SPLITS[split]}*.bin.gz; {wayout}')


def _class_names(path):
    """The ten lines of `batches.meta.txt`, or '0' to '9' when there is no such file."""
    try:
        with path.open('rb') as file:
            lines = file.read(META_LARGEST).decode('utf-8-sig').splitlines()
    except FileNotFoundError:
        return tuple(map(str, range(CLASSES)))
    except UnicodeDecodeError:
        raise RunError(f'{path}: not UTF-8 text, expected {CLASSES} class names') from None
    except OSError as error:
        raise RunError(f'{path}: {error.strerror or error}') from None
    names = tuple(filter(None, map(str.strip, lines)))
    if len(names) != CLASSES or len(set(names)) != CLASSES:
        raise RunError(f'{path}: {len(names)} class names, {len(set(names))} of them different;'
                       f' expected {CLASSES} different ones, one a line')
    return names


def _read_batches(paths):
    """[N, 3073] uint8: the records of all batches, LARGEST bytes together at most."""
    batches, room = [], LARGEST
    for path in paths:
        content = _read(path, room + 1)
        if len(content) > room:
            raise RunError(f'{path}: too large: at most {LARGEST:,} bytes are accepted in all'
                           ' batches together, unpacked')
        room -= len(content)
        batches.append(_records(path, content))
    return np.concatenate(batches)


def _read(path, limit):
    """Up to `limit` bytes of a file, unpacked when it starts like gzip, whatever its name."""
    try:
        with path.open('rb') as raw:
            packed = raw.read(2) == GZIP_MAGIC      # no batch starts so: 0x1f is no label
            raw.seek(0)
            return read_at_most(gzip.GzipFile(fileobj=raw) if packed else raw, limit)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise RunError(f'{path}: corrupt gzip: {error}') from None
    except OSError as error:
        raise RunError(f'{path}: {error.strerror or error}') from None


def _records(path, content):
    """[n, 3073] uint8, n > 0, with labels that exist. Raises RunError."""
    if not content or len(content) % RECORD:
        problem = 'truncated, or no CIFAR-10 batch' if content else 'the file is empty'
        raise RunError(f'{path}: {problem}: {len(content):,} bytes, expected a multiple of'
                       f' {RECORD:,}, one label and {CHANNELS} planes of {SIZE}x{SIZE} a record')
    records = np.frombuffer(content, np.uint8).reshape(-1, RECORD)
    labels = records[:, 0]
    if labels.max() >= CLASSES:
        where = (labels >= CLASSES).argmax()
        raise RunError(f'{path}: no CIFAR-10 batch: label {labels[where]} in record {where},'
                       f' expected 0 to {CLASSES - 1}')
    return records
