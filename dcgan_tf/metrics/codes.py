"""Do the codes of an infogan, or the clusters of an aae, go with the classes of the data?

Chen et al. 2016, arXiv 1606.03657, section 7.2: the first code as a classifier that has seen no
label. Which value of the code is which class is not decided by the training, so they are matched.
Makhzani et al. 2015, arXiv 1511.05644, section 5: more clusters than classes, each of which has
the name of one image.
"""

from typing import NamedTuple

import numpy as np

from dcgan_tf.metrics.base import array, whole_numbers


class Matching(NamedTuple):
    """Which class each value of a code stands for, and how many images do not fit."""

    classes: list                # of each value: its class; None = no class is left, or no image
    #                              has this value
    error: float                 # share of the images whose class is another one
    majority_error: float        # ... each value stands for its most frequent class


def confusion(p, labels, classes: int | None = None) -> np.ndarray:
    """Counts images by the most likely value of their code and by their class.   -> int [V, K]

    p [N, V]: probabilities of the values. labels: int [N], the classes. classes: K, as some
    may have no image; None = the largest label and one.
    """
    p = array('probabilities', p, '[N, V]')
    labels = whole_numbers('labels', labels, len(p))
    table = np.zeros([p.shape[1], classes or labels.max() + 1], np.int64)
    np.add.at(table, (p.argmax(axis=1), labels), 1)
    return table


def matching(table: np.ndarray) -> Matching:
    """Returns the best one-to-one match of values and classes.   table [V, K]: of `confusion`

    The Hungarian method finds it. A value without a class counts as an error.
    """
    from scipy.optimize import linear_sum_assignment  # takes most of a second
    values, classes = linear_sum_assignment(table, maximize=True)
    found = dict(zip(values.tolist(), classes.tolist(), strict=True))
    n = table.sum()
    return Matching([found.get(value) for value in range(len(table))],
                    float(1 - table[values, classes].sum() / n),
                    float(1 - table.max(axis=1).sum() / n))


def naming(p, labels, classes: int | None = None) -> Matching:
    """Names each cluster by the image whose probability of it is largest, as in the paper.

    p, labels, classes: as for `confusion`. Several clusters may have the same class, and one
    without images has None.
    """
    table = confusion(p, labels, classes)
    names = np.asarray(labels)[np.argmax(p, axis=0)].astype(int)
    right = table[np.arange(len(table)), names].sum()
    named = [int(k) if row.any() else None for k, row in zip(names, table, strict=True)]
    return Matching(named, float(1 - right / table.sum()),
                    float(1 - table.max(axis=1).sum() / table.sum()))


def cluster_error(p, labels) -> float:
    """Returns the share of images whose class is not the one that names their cluster."""
    return naming(p, labels).error


def code_error(p, labels) -> float:
    """Returns the share of images whose class is not the one that is matched with their code."""
    return matching(confusion(p, labels)).error
