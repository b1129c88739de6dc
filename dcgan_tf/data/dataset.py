"""`Dataset`, which every loader returns, and `Batches`, the order in which training uses it."""

import dataclasses
import functools
import hashlib

import numpy as np

from dcgan_tf import seeds
from dcgan_tf.data.checks import check_batch_size
from dcgan_tf.data.parts import Part
from dcgan_tf.errors import UsageError

CHUNK = 1_000                 # images that are read at once for a fingerprint


@dataclasses.dataclass(frozen=True, eq=False)
class Dataset:
    """Images as uint8 pixels, in memory or mapped from a file. They are not yet scaled.

    name         a row of `DATASETS`, never `auto`
    images       [N, H, W, C] uint8, N > 0: an array, or an object that makes pictures as they are
                 needed, which has the methods `part` and `fitted`: `stacked_mnist.StackedImages`
    labels       [N] int32 in [0, len(class_names)), or None
    class_names  one per class; () without labels
    folder       the folder or file that was read, or None
    notes        lines for the user, for example how many files were left out
    digest       the fingerprint if it is known already, because computing it reads all pixels
    indices      of a part: [N] int64, the index of each image in the complete data set;
                 None = this is the complete data set
    n_total      the size of the complete data set; 0 = N
    held_out     the images that the training never sees: see `held_out.divided`; None = there are
                 none. A Dataset that has them is a part, and its fingerprint is that of the
                 complete data set

    Raises ValueError if the fields do not fit each other. That is a bug of the loader, not a
    mistake of the user.
    """

    name: str
    images: np.ndarray
    labels: np.ndarray | None
    class_names: tuple[str, ...]
    folder: str | None
    notes: tuple[str, ...] = ()
    digest: str | None = None
    indices: np.ndarray | None = None
    n_total: int = 0
    held_out: 'Dataset | None' = None

    def __post_init__(self):
        _check_array('images', self.images, np.uint8, rank=4)
        if self.indices is not None:
            _check_array('indices', self.indices, np.int64, rank=1)
            _require(len(self.indices) == len(self),
                     f'{len(self.indices)} indices for {len(self)} images')
        if self.labels is None:
            _require(self.class_names == (), 'class_names without labels')
            return
        _check_array('labels', self.labels, np.int32, rank=1)
        _require(len(self.labels) == len(self),
                 f'{len(self.labels)} labels for {len(self)} images')
        low, high, classes = self.labels.min(), self.labels.max(), len(self.class_names)
        _require(low >= 0 and high < classes, f'labels {low}..{high} for {classes} class_names')

    def __len__(self) -> int:
        return len(self.images)

    @property
    def total(self) -> int:
        """The number of images in the complete data set, of which this may be a part."""
        return self.n_total or len(self)

    @property
    def n_held_out(self) -> int:
        """The number of images that the training never sees."""
        return 0 if self.held_out is None else len(self.held_out)

    @property
    def n_training(self) -> int:
        """The number of images in a pass of the training, of all workers together."""
        return self.total - self.n_held_out

    def take(self, indices: np.ndarray) -> 'Dataset':
        """Returns a Dataset of the images with these indices."""
        labels = None if self.labels is None else self.labels[indices]
        where = None if self.indices is None else self.indices[indices]
        part = getattr(self.images, 'part', self.images.__getitem__)
        return dataclasses.replace(self, images=part(indices), labels=labels, digest=None,
                                   indices=where, held_out=None)

    def part(self, part: Part) -> 'Dataset':
        """Returns a part of the complete data set, with the fingerprint of the complete one."""
        indices = np.flatnonzero(part.has(np.arange(len(self))))
        if not len(indices):
            raise UsageError(f'--batch-size {part.of} does not fit the data set: with --split-data '
                             'a worker has no image')
        return dataclasses.replace(self.take(indices), digest=self.fingerprint, indices=indices,
                                   n_total=len(self))

    def replace_images(self, images: np.ndarray) -> 'Dataset':
        """Returns a Dataset with other pixels [N, H', W', C'] uint8 and the same labels."""
        digest = None if self.indices is None else self.digest            # of the whole, as it lies
        return dataclasses.replace(self, images=images, digest=digest)

    @functools.cached_property
    def fingerprint(self) -> str:
        """SHA-256 in hex of shape, pixels and labels. A run refuses to resume with other data."""
        return self.digest or fingerprint(self.images, self.labels)


def fingerprint(images: np.ndarray, labels: np.ndarray | None) -> str:
    """Returns `Dataset.fingerprint` for images [N, H, W, C] uint8 and labels [N] int32 or None."""
    digest = hashlib.sha256(repr(images.shape).encode())
    for first in range(0, len(images), CHUNK):                 # an object may read them from a file
        digest.update(memoryview(np.ascontiguousarray(images[first:first + CHUNK])).cast('B'))
    if labels is not None:
        digest.update(labels.astype('<i4').tobytes())
    return digest.hexdigest()


def all_grey(images: np.ndarray) -> bool:
    """Returns whether colour images [N, H, W, 3] hold no colour.

    It looks at 1,000 of them at most, evenly spread, up to the first that has a colour.
    """
    return images.shape[-1] == 3 and all(
        (image == image[..., :1]).all() for image in images[::max(1, len(images) // 1000)])


class Batches:
    """Makes batch `step` as a pure function of (seed, step), so a resumed run continues exactly.

    replacement  image i of batch `step`
    False        p = step * batch_size + i;  permutation(seed, pass p // N)[p % N]:
                 a pass shows every image exactly once; a batch may belong to two passes
    True         uniform, drawn for this step alone
    """

    def __init__(self, images: np.ndarray, batch_size: int, *, seed: int,
                 replacement: bool = False):
        """images: [N, H, W, C] uint8. Raises UsageError unless 1 <= batch_size <= N."""
        check_batch_size(batch_size, len(images))
        self.images, self.batch_size = images, batch_size
        self.seed, self.replacement = seed, replacement
        self._order = functools.lru_cache(maxsize=2)(      # the current pass and the next one
            functools.partial(_permutation, seed, len(images)))

    def batch(self, step: int) -> np.ndarray:
        """Returns a copy of the images of batch `step`, [batch_size, H, W, C] uint8."""
        return self.images[self.indices(step)]

    def indices(self, step: int) -> np.ndarray:
        """Returns the indices of the images and labels in batch `step`: [batch_size] int64."""
        step, size, n = int(step), self.batch_size, len(self.images)
        if self.replacement:
            return seeds.generator(self.seed, 'batch', step).integers(n, size=size)
        pass_number, start = divmod(step * size, n)
        current = self._order(pass_number)[start:start + size]
        missing = size - len(current)
        if not missing:
            return current
        return np.concatenate([current, self._order(pass_number + 1)[:missing]])


def first_batch(images: np.ndarray, config) -> np.ndarray:
    """Returns the images of the first batch of a run, [batch_size, H, W, C] uint8."""
    return images[first_indices(images, config)]


def first_indices(images: np.ndarray, config) -> np.ndarray:
    """Returns the indices of the images and labels in the first batch of a run: [batch_size]."""
    return Batches(images, config.batch_size, seed=config.seed,
                   replacement=config.replacement).indices(0)


def _permutation(seed, n, pass_number):
    """Returns the order of a pass, [n] int64; read-only, because `indices` returns parts of it."""
    order = seeds.generator(seed, 'order', pass_number).permutation(n)
    order.setflags(write=False)
    return order


def _require(condition, problem):
    if not condition:
        raise ValueError(f'Dataset: {problem}')


def _check_array(what, array, dtype, *, rank):
    """Raises ValueError unless `array` is a non-empty NumPy array of that type and rank."""
    expected = f'{what}: expected a non-empty {np.dtype(dtype)} array of rank {rank}'
    _require(isinstance(array, np.ndarray) or hasattr(array, 'part'),
             f'{expected}, got {type(array).__name__}')
    _require(array.dtype == dtype and array.ndim == rank and array.size,
             f'{expected}, got {array.dtype} {array.shape}')
