"""Loads the user's own arrays: an .npz archive as `np.savez` or Keras writes it, or a single .npy.

    images        [N, H, W] or [N, H, W, C] uint8, C = 1 or 3; in Keras's files x_train
    labels        [N] or [N, 1] of any integer type, from 0; in Keras's files y_train; optional
    class_names   [K] text, all different, name k for label k; optional, ignored without labels

If a file has a single array, that may have any name. Members that are no .npy are ignored. Nothing
is ever unpickled, because a pickle can run any code.
Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
"""

import contextlib
import os
import pathlib
import warnings
import zipfile

import numpy as np

from dcgan_tf.data.dataset import Dataset
from dcgan_tf.data.parts import Part
from dcgan_tf.data.stream import DamagedError, named_errors, read_part
from dcgan_tf.errors import ARRAY_DAMAGE, UsageError, reason

PAIRS = ('images', 'labels'), ('x_train', 'y_train')
SHAPES = '[N, H, W] or [N, H, W, C] with C = 1 or 3'
MAX_CLASSES = 100_000       # with more, the array is probably not the labels
LARGEST = 16 << 30          # bytes of an unpacked member: a small zip can expand a thousandfold
METHODS = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED              # all that NumPy writes


def load(file: str | os.PathLike, part: Part | None = None) -> Dataset:
    """Loads the images of the file, [N, H, W, C]; `Dataset.folder` is the path of the file.

    part: the part to keep, None = all; the others are read but not kept in memory.

    Raises UsageError if there is no such file, RunError if it is damaged or has other contents.
    """
    path = pathlib.Path(file)
    with named_errors(path):
        if not path.is_file():
            raise UsageError(f"'{path}' is no file; expected an .npz file whose array 'images'"
                             f" is uint8 {SHAPES} (--data-dir)")
        arrays = _read(path, part)
        images = _images(arrays['images'])
        labels, class_names = _classes(arrays, arrays.get('count', len(images)))
    more = {}
    if part:
        more, labels = _of_part(arrays, labels, part)
    return Dataset(name='npz', images=images, labels=labels, class_names=class_names,
                   folder=str(path), **more)


def _of_part(arrays, labels, part):
    """Returns (the additional fields of a Dataset that is a part, its labels)."""
    indices, digest = np.flatnonzero(part.has(np.arange(arrays['count']))), arrays['digest']
    if labels is not None:
        digest.update(labels.astype('<i4').tobytes())
        labels = labels[indices]
    return {'indices': indices, 'digest': digest.hexdigest(), 'n_total': arrays['count']}, labels


@contextlib.contextmanager
def _reading(what):
    """Turns all errors of damaged files into one, and hides warnings about old or odd headers."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')
            yield
    except ARRAY_DAMAGE as error:
        raise DamagedError(f'{what} cannot be read: {reason(error)}; expected whole arrays of'
                            ' numbers or text, no pickles') from None


def _read(path, part=None):
    """Reads the arrays of the file: {images, maybe labels, maybe class_names}.

    With a part, also `count` and `digest`, see `_read_array`.
    """
    with path.open('rb') as file, _reading('the file'):
        start = file.read(6)
        file.seek(0)
        if start.startswith(b'PK'):
            with zipfile.ZipFile(file) as archive:
                members = _members(archive.namelist())
                arrays = {key: _read_member(archive, name, part if key == 'images' else None)
                          for key, name in members.items()}
                return {**arrays, **arrays['images']} if part else arrays
        if start == np.lib.format.MAGIC_PREFIX:
            array = _read_array(file, 'the array', part)
            return array if part else {'images': array}
    raise DamagedError(f'not an .npz file: it starts with {start.hex(" ")}, expected 50 4b'
                        if start else 'the file is empty, expected an .npz file')


def _members(names):
    """Returns {key: name in the archive} for the images, the labels and the class names."""
    arrays = {name.removesuffix('.npy'): name for name in names if name.endswith('.npy')}
    for images, labels in PAIRS:
        if images in arrays:
            wanted = {'images': images, 'labels': labels, 'class_names': 'class_names'}
            return {key: arrays[name] for key, name in wanted.items() if name in arrays}
    if len(arrays) == 1:
        return {'images': next(iter(arrays.values()))}
    raise DamagedError(f'{len(arrays)} arrays{" named " if arrays else ""}'
                        f'{", ".join(map(repr, arrays)):.200}; expected images or x_train,'
                        ' or a single array')


def _read_member(archive, name, part):
    """Reads one member as `_read_array` does. Raises DamagedError above LARGEST bytes."""
    info = archive.getinfo(name)
    if info.compress_type not in METHODS or info.flag_bits & 1:
        raise DamagedError(f'{name!r} is encrypted or packed by method {info.compress_type},'
                            f' expected {METHODS[0]} or {METHODS[1]} as np.savez writes it')
    if info.file_size * (part.rows / part.of if part else 1) > LARGEST:
        raise DamagedError(f'{name!r} declares {info.file_size:,} bytes,'
                            f' at most {LARGEST:,} are accepted')
    with _reading(repr(name)), archive.open(info) as stream:
        return _read_array(stream, repr(name), part)


def _read_array(stream, what, part):
    """Reads an array up to the end of its stream, where zipfile checks the checksum of a member.

    With a part, returns {images: those of the part, count: number of all, digest: of all}.
    """
    with _reading(what):
        if part:
            array = dict(zip(('images', 'count', 'digest'), read_part(stream, part), strict=True))
        else:
            array = np.lib.format.read_array(stream, allow_pickle=False)
        trailing = stream.read(1)
    if trailing:
        raise DamagedError(f'{what} has trailing bytes, expected the end of the file after it')
    return array


def _images(images):
    """Returns contiguous [N, H, W, C] uint8. The errors say what is wrong and how to correct it."""
    shape = list(images.shape)
    if images.dtype != np.uint8:
        hint = ("; convert values from 0 to 1 by (x * 255).round().astype('uint8')"
                if images.dtype.kind == 'f' else '')
        raise DamagedError(f'images are {images.dtype.name}, expected uint8 from 0 to 255{hint}')
    if len(shape) != 3 and (len(shape) != 4 or shape[3] not in (1, 3)):
        hint = ('; channels come last: x.transpose(0, 2, 3, 1)'
                if len(shape) == 4 and shape[1] in (1, 3) else
                '; if the fourth channel is transparency, leave it out: x[..., :3]'
                if len(shape) == 4 and shape[3] == 4 else '')
        raise DamagedError(f'images are {shape}, expected {SHAPES}{hint}')
    if not images.size:
        raise DamagedError(f'images are {shape}: nothing inside, expected one image at least')
    return np.ascontiguousarray(images if len(shape) == 4 else images[..., None])


def _classes(arrays, count):
    """Returns labels [count] int32 and class_names, or None and () if the file has no labels."""
    if 'labels' not in arrays:
        return None, ()
    labels = arrays['labels']
    if labels.ndim == 2 and labels.shape[1] == 1:           # Keras's CIFAR-10
        labels = labels[:, 0]
    if labels.dtype.kind not in 'iu' or labels.shape != (count,):
        raise DamagedError(f'labels are {labels.dtype.name} {list(labels.shape)},'
                            f' expected whole numbers [{count}], one for each image')
    names = _class_names(arrays['class_names']) if 'class_names' in arrays else None
    max_classes = MAX_CLASSES if names is None else len(names)
    low, high = int(labels.min()), int(labels.max())        # int: uint8 would overflow at high + 1
    if low < 0 or high >= max_classes:
        raise DamagedError(f'labels go from {low} to {high}, expected 0 to {max_classes - 1:,}'
                            f'{"" if names is None else ", the indices in class_names"}')
    return labels.astype(np.int32), names or tuple(map(str, range(high + 1)))


def _class_names(names):
    """Returns the names as a tuple of text. Raises DamagedError if they are not names."""
    expected = f'expected text [K], K from 1 to {MAX_CLASSES:,}'
    if names.dtype.kind != 'U' or names.ndim != 1 or not 1 <= len(names) <= MAX_CLASSES:
        raise DamagedError(f'class_names are {names.dtype.name} {list(names.shape)}, {expected}')
    with _reading('class_names'):               # NumPy stores numbers, maybe invalid characters
        names = tuple(names.tolist())
        ''.join(names).encode()
    if len(set(names)) < len(names):
        raise DamagedError(f'{len(names)} class_names, {len(set(names))} of them different;'
                            ' expected a different name for each label')
    return names
