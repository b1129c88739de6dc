"""Images in an object of the user's own, such as an h5py or zarr array: read as they are needed."""

import numpy as np

from dcgan_tf.errors import UsageError


class Indexable:
    """Images like an array [N, H, W, C] uint8, in an object that has `shape`, `len` and indexing.

    The object needs `shape` = (N, H, W, C), len(...) = N and object[i] or, faster, object[indices]
    with a sorted list of different indices, as h5py has it. What it returns is checked: uint8, and
    of that shape. It is never read as a whole, but once for the fingerprint of a run folder, in
    parts.
    """

    dtype = np.dtype(np.uint8)

    def __init__(self, source):
        """UsageError if it has no such shape, or another length."""
        self._source, self.shape = source, tuple(getattr(source, 'shape', ()))
        if len(self.shape) != 4 or len(source) != self.shape[0]:
            raise UsageError(f'images {type(source).__name__} with the shape {self.shape} and '
                             f'{len(source)} elements: expected the shape (N, H, W, C) and N of '
                             'them')

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, key):
        """Returns an image, or those of a slice or of an array of indices, as an array."""
        indices = np.arange(len(self))[key]                      # IndexError beyond the end
        if indices.ndim == 0:
            return self._read([int(indices)])[0]
        different, places = np.unique(indices, return_inverse=True)
        return self._read(different.tolist())[places]

    def _read(self, indices):
        """Returns the images of a sorted list of different indices.   -> uint8 [n, H, W, C]"""
        try:
            found = np.asarray(self._source[indices])
        except (TypeError, IndexError, KeyError):         # a list of indices is not for everyone
            found = np.stack([np.asarray(self._source[i]) for i in indices])
        if found.dtype != np.uint8 or found.shape != (len(indices), *self.shape[1:]):
            raise UsageError(f'images {type(self._source).__name__}: {len(indices)} of them came '
                             f'as {found.dtype} {found.shape}: expected uint8 '
                             f'{(len(indices), *self.shape[1:])}')
        return found


def as_images(images):
    """Returns arrays as they are, and other objects with a shape as an Indexable."""
    if isinstance(images, np.ndarray) or not hasattr(images, 'shape'):
        return images
    return Indexable(images)
