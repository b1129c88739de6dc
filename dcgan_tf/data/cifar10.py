"""CIFAR-10: finds the batches of a split in the published binary form, reads and checks them.

A batch is a sequence of records of 3,073 bytes and nothing else, plain or gzip:

    1 byte        label, 0 to 9
    3,072 bytes   32x32 red, then 32x32 green, then 32x32 blue, each row by row

The batches are searched for in `<data_dir>/cifar10/`, then in `<data_dir>/cifar-10-batches-bin/`,
the name in the published archive, then in `<data_dir>/` itself. The first folder with batches wins.
Source: A. Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009,
https://www.cs.toronto.edu/~kriz/cifar.html, "Binary version".
"""

import contextlib
import os
import pathlib
import re

import numpy as np

from dcgan_tf.data.dataset import Dataset
from dcgan_tf.data.stream import LARGEST, DamagedError, named_errors, read_at_most, unpacked
from dcgan_tf.errors import UsageError

CLASSES = 10
SIZE, CHANNELS = 32, 3
RECORD = 1 + CHANNELS * SIZE * SIZE
SPLITS = {'train': 'data_batch_', 'test': 'test_batch'}           # how file names begin
FOLDERS = ('cifar10', 'cifar-10-batches-bin', '')
META = 'batches.meta.txt'
META_LARGEST = 1 << 16      # bytes; the published file has 61


def load(data_dir: str | os.PathLike, split: str = 'train') -> Dataset:
    """Loads a split: images [50000 or 10000, 32, 32, 3] RGB if all its batches are there.

    Raises UsageError if there are no batches, RunError if a file is damaged.
    """
    paths = found(data_dir, split)
    folder = paths[0].parent
    class_names = _class_names(folder / META)
    records = _read_batches(paths)
    planes = records[:, 1:].reshape(-1, CHANNELS, SIZE, SIZE)
    return Dataset(name='cifar10', images=np.ascontiguousarray(planes.transpose(0, 2, 3, 1)),
                   labels=records[:, 0].astype(np.int32), class_names=class_names,
                   folder=str(folder))


def found(data_dir: str | os.PathLike, split: str) -> list[pathlib.Path]:
    """Returns what `find` finds. UsageError if that is nothing."""
    paths = find(data_dir, split)
    if not paths:
        raise UsageError(_missing(pathlib.Path(data_dir), split))
    return paths


def find(data_dir: str | os.PathLike, split: str = 'train') -> list[pathlib.Path]:
    """Returns the paths of a split's batches in the first folder that has one, or [].

    The order is by number: 2 before 10.
    """
    return next(filter(None, (_batches(folder, split) for folder in _folders(data_dir))), [])


def _folders(data_dir):
    """Returns the folders to search, in this order."""
    return [pathlib.Path(data_dir, name) for name in FOLDERS]


def _batches(folder, split):
    """Returns the batches of one folder. Gzip files win over plain ones: they have a checksum."""
    name, paths = re.compile(SPLITS[split] + r'.*\.bin(\.gz)?'), []
    # A broken link counts: reading it gives an error, while ignoring it would lose data.
    with named_errors(folder), contextlib.suppress(FileNotFoundError, NotADirectoryError):
        paths = sorted(path for path in folder.iterdir() if name.fullmatch(path.name)
                       and (path.is_file() or path.is_symlink()))
    # `paths` has x.bin before x.bin.gz, so the gzip file replaces the plain one.
    by_name = {path.name.removesuffix('.gz'): path for path in paths}
    return [by_name[name] for name in sorted(by_name, key=_natural)]


def _natural(name):
    """Returns a sort key in which digits count as numbers."""
    return [int(part) if part.isdecimal() else part for part in re.split(r'(\d+)', name)]


def by_hand(data_dir: str | os.PathLike) -> str:
    """Returns what a user has to do to get the files, the end of a message."""
    return (f"put data_batch_1.bin to data_batch_5.bin and test_batch.bin of the binary version "
            f"(https://www.cs.toronto.edu/~kriz/cifar.html) into '{_folders(data_dir)[0]}'")


def _missing(data_dir, split):
    """Returns the error message: what was searched for, where, and how to provide it."""
    remedy = f'{by_hand(data_dir)}, or name their folder (--data-dir)'
    if not data_dir.is_dir():
        return f"'{data_dir}' is no folder; {remedy}"
    folders = ' and '.join(f"'{folder}'" for folder in _folders(data_dir))
    return (f'no cifar10 files: looked in {folders} for {SPLITS[split]}*.bin'
            f' or {SPLITS[split]}*.bin.gz; {remedy}')


def _class_names(path):
    """Returns the ten lines of `batches.meta.txt`, or '0' to '9' if there is no such file."""
    with named_errors(path):
        try:
            with path.open('rb') as file:
                lines = file.read(META_LARGEST).decode('utf-8-sig').splitlines()
        except FileNotFoundError:
            return tuple(map(str, range(CLASSES)))
        except UnicodeDecodeError:
            raise DamagedError(f'not UTF-8 text, expected {CLASSES} class names') from None
        names = tuple(filter(None, map(str.strip, lines)))
        if len(names) != CLASSES or len(set(names)) != CLASSES:
            raise DamagedError(f'{len(names)} class names, {len(set(names))} of them different;'
                               f' expected {CLASSES} different ones, one a line')
        return names


def _read_batches(paths):
    """Returns the records of all batches [N, 3073] uint8, at most LARGEST bytes together."""
    batches, bytes_left = [], LARGEST
    for path in paths:
        with named_errors(path), unpacked(path) as stream:      # gzip is no batch: 0x1f is no label
            content = read_at_most(stream, bytes_left + 1)
            if len(content) > bytes_left:
                raise DamagedError(f'too large: at most {LARGEST:,} bytes are accepted in all'
                                   ' batches together, unpacked')
            batches.append(_records(content))
        bytes_left -= len(content)
    return np.concatenate(batches)


def _records(content):
    """Returns the records [n, 3073] uint8, n > 0, with valid labels. Raises DamagedError if not."""
    if not content or len(content) % RECORD:
        problem = 'truncated, or no CIFAR-10 batch' if content else 'the file is empty'
        raise DamagedError(f'{problem}: {len(content):,} bytes, expected a multiple of {RECORD:,},'
                           f' one label and {CHANNELS} planes of {SIZE}x{SIZE} a record')
    records = np.frombuffer(content, np.uint8).reshape(-1, RECORD)
    labels = records[:, 0]
    if labels.max() >= CLASSES:
        where = (labels >= CLASSES).argmax()
        raise DamagedError(f'no CIFAR-10 batch: label {labels[where]} in record {where},'
                           f' expected 0 to {CLASSES - 1}')
    return records
