"""Checks the labels of images, and the size of a batch."""

import numpy as np

from dcgan_tf.errors import UsageError


def checked_classes(labels, n: int, config) -> np.ndarray:
    """Returns labels as an array [n] of indices into config.class_names.

    UsageError if they are no such indices, one for each of n images.
    """
    classes = len(config.class_names)
    labels = np.asarray(labels)
    valid = labels.shape == (n,) and (labels.dtype.kind in 'iu' or not n)
    if not valid or (n and not 0 <= labels.min() <= labels.max() < classes):
        raise UsageError(f'labels: a {config.type} needs [{n}] whole numbers from 0 to '
                         f'{classes - 1}, one an image')
    return labels


def checked_labels(labels, n: int, config) -> np.ndarray:
    """Returns the labels of a training, as `checked_classes` does.

    UsageError also if a class has no image.
    """
    labels = checked_classes(labels, n, config)
    counts = np.bincount(labels, minlength=len(config.class_names))
    if not counts.all():
        where = ' among those of this worker (--split-data)' if config.split_data else ''
        raise UsageError(f'class {config.class_names[counts.argmin()]!r} has no picture{where}: a '
                         f'{config.type} learns every class from its own')
    return labels


def check_batch_size(batch_size: int, n: int, n_held_out: int = 0) -> None:
    """Raises UsageError unless 1 <= batch_size <= n, the number of images in the training.

    n_held_out: the number of the others.
    """
    if not 1 <= batch_size <= n:
        others = f' without the {n_held_out} that --hold-out keeps away' if n_held_out else ''
        raise UsageError(f'--batch-size {batch_size} does not fit the data set:'
                         f' expected 1 to {n}, its number of images{others}')
