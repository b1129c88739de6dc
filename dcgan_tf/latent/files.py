"""Latents in an npz file: z [N, Z], and labels [N] for a generator that uses labels."""

import io
import os
import pathlib

import numpy as np

from dcgan_tf.errors import ARRAY_DAMAGE, RunError, UsageError
from dcgan_tf.files import write_whole

ENDING = '.npz'
MAX_LATENTS = 100_000         # most latents in a file
MAX_BYTES = 1 << 30           # most bytes of a file, unpacked
MAX_VALUE = 1e6               # numbers must be smaller


def save(path: str | os.PathLike, z: np.ndarray, labels: np.ndarray | None = None) -> None:
    """Writes z [N, Z] float32, and labels int32 if there are any. Writes all or nothing.

    labels: [N], or [N, L] of a generator that takes several.
    """
    content = io.BytesIO()
    optional = {} if labels is None else {'labels': np.int32(labels)}
    np.savez(content, z=np.float32(z), **optional)
    write_whole(path, content.getvalue())


def load(path: str | os.PathLike, z_dim: int) -> tuple[np.ndarray, np.ndarray | None]:
    """Reads a file of `save`, or a plain .npy array.   -> z [N, z_dim] float32, labels or None

    UsageError for latents of another generator, RunError for a file that is missing or damaged.
    """
    z, labels = _arrays(path)
    if z.ndim != 2 or z.shape[1] != z_dim or not 1 <= len(z) <= MAX_LATENTS:
        raise UsageError(f'{path}: got latents {list(z.shape)}, expected [N, {z_dim}], N from 1 to '
                         f'{MAX_LATENTS:,}: they belong to another generator')
    if z.dtype.kind not in 'fiu' or not (np.abs(np.float64(z)) < MAX_VALUE).all():
        raise UsageError(f'{path}: got latents that are no numbers below {MAX_VALUE:g}')
    if labels is not None and (labels.ndim not in (1, 2) or len(labels) != len(z)
                               or labels.dtype.kind not in 'iu'):
        raise UsageError(f'{path}: got labels {list(labels.shape)} {labels.dtype} for {len(z)} '
                         'latents')
    return np.float32(z), labels


def _array(found):
    """Returns a member of the archive. TypeError if it is not an array."""
    if not isinstance(found, np.ndarray):
        raise TypeError(f'got {type(found).__name__}')
    return found


def _arrays(path):
    """Returns z and labels as they are in the file.

    A plain array is mapped into memory, so that only the parts that are used are read.
    """
    if not pathlib.Path(path).is_file():
        raise UsageError(f'{path} is no file')
    try:
        with pathlib.Path(path).open('rb') as file:
            magic = np.lib.format.MAGIC_PREFIX
            if file.read(len(magic)) == magic:
                return np.load(path, mmap_mode='r', allow_pickle=False), None
            file.seek(0)
            found = np.load(file, allow_pickle=False)
            size = sum(part.file_size for part in found.zip.infolist())
            if size > MAX_BYTES:
                raise UsageError(f'{path}: unpacked it would take {size / 1e9:.1f} GB')
            return _array(found['z']), _array(found['labels']) if 'labels' in found.files else None
    except UsageError:
        raise
    except OSError as error:
        raise RunError(f'{path}: {error.strerror or error}') from error
    except ARRAY_DAMAGE as error:
        raise RunError(f'{path} holds no latents: expected z [N, Z] in an .npz or .npy file'
                       ) from error
