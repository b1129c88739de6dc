"""The labels that go with latents: numbers of classes or codes, and weights of one-hot vectors.

A generator may take no label, one, or several: an infogan has one for each categorical code.
`sizes` says how many values each label has.
"""

import numpy as np

from dcgan_tf.errors import UsageError
from dcgan_tf.seeds import generator


def label_weights(labels, n: int, sizes: tuple[int, ...]) -> np.ndarray:
    """Checks labels and converts them to one-hot vectors, one label after the other.

    int [N], int [N, L] or float [N, K] -> float32 [N, K].   L labels, K = sum of `sizes`
    Where there are several labels, int [N] is the first, and the others are 0. UsageError unless
    each of the n images has labels in [0, size), or a row of K finite weights.
    """
    y, width = np.asarray(labels), sum(sizes)
    if np.issubdtype(y.dtype, np.integer) and y.shape in ((n,), (n, len(sizes))):
        columns = y[:, None] if y.ndim == 1 else y
        columns = np.pad(columns, [(0, 0), (0, len(sizes) - columns.shape[1])])
        return np.concatenate([_one_hot(column, size)
                               for column, size in zip(columns.T, sizes, strict=True)], axis=1)
    if y.shape == (n, width) and np.issubdtype(y.dtype, np.floating) and np.isfinite(y).all():
        return y.astype(np.float32)
    raise UsageError(f'labels {y.dtype} {y.shape}: expected [{n}] whole numbers from 0 to '
                     f'{sizes[0] - 1}, or finite weights [{n}, {width}]')


def label_numbers(weights: np.ndarray, sizes: tuple[int, ...]) -> np.ndarray:
    """Converts one-hot vectors back to labels.   [N, K] -> int32 [N], or [N, L] of L labels"""
    ends = np.cumsum(sizes)[:-1]
    columns = [part.argmax(axis=1) for part in np.split(weights, ends, axis=1)]
    return np.int32(columns[0] if len(sizes) == 1 else np.column_stack(columns))


def with_other_labels(labels, numbers, sizes: tuple[int, ...]) -> np.ndarray:
    """Adds the labels after the first, each drawn with the number of its picture.   [n] -> [n, L]

    A generator that takes one label gets it as it is, [n].
    """
    labels = np.asarray(labels)
    if len(sizes) == 1:
        return labels
    others = [generator(number, 'codes').integers(sizes[1:]) for number in numbers]
    others = np.array(others, int).reshape(len(labels), len(sizes) - 1)
    return np.column_stack([labels, others])


def first_label(labels):
    """Returns the first label of each picture.   [n] or [n, L] -> [n]; None stays None"""
    return labels if labels is None or np.ndim(labels) == 1 else np.asarray(labels)[:, 0]


def with_first_label(labels, value: int):
    """Returns the labels of pictures with another first label.   [n] or [n, L]"""
    changed = np.array(labels)
    changed[(..., 0) if changed.ndim > 1 else ...] = value
    return changed


def _one_hot(column, size):
    if len(column) and not 0 <= column.min() <= column.max() < size:
        raise UsageError(f'labels from {column.min()} to {column.max()}: expected 0 to {size - 1}')
    return np.eye(size, dtype=np.float32)[column]
