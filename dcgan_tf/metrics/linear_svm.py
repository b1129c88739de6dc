"""Measures how well a linear SVM, and the nearest neighbour, tell classes apart by features.

The SVM: Radford et al. 2016, arXiv 1511.06434, section 5.1. The nearest neighbour: Donahue et al.
2017, arXiv 1605.09782, table 1, where the features are those of E's last hidden layer.
"""

import math
import warnings
from typing import NamedTuple

import numpy as np

from dcgan_tf import seeds
from dcgan_tf.metrics import base
from dcgan_tf.metrics.base import Estimate, features, whole_numbers

CS = (0.01, 0.1, 1.0, 10.0)   # weights of the SVM's errors, tried in order until accuracy falls
PART = 5                      # one of so many training pictures is used to choose C
CHUNK = 1_000                 # held-out pictures in memory at once, as floats


class SvmResult(NamedTuple):
    """Holds how well classes are told apart by some features."""

    name: str
    numbers: int              # features of each picture
    train: int                # pictures
    held_out: int             # pictures
    c: float                  # the chosen one of CS
    accuracy: float           # share of held-out pictures whose class the SVM predicts
    nearest: float = math.nan     # share of those whose nearest training picture has their class


def try_features(name, function, train, test, seed=0, tick=lambda: None) -> SvmResult:
    """Trains and tests the SVM.   function: uint8 [N, H, W, C] -> float32 [N, F]

    train, test: Datasets with labels. tick: is called after each part of the work.

    For the SVM the features are scaled as `scaler_of` explains. The nearest neighbour is that of
    the features as they are.
    """
    x = function(train.images[:])     # an array: `StackedImages` makes it of what is indexed
    scaler = scaler_of(x)
    x = scaler.transform(x)
    tick()
    c = best_c(x, train.labels, part_of(train), seed, tick)
    svm = fit_svm(x, train.labels, c, seed)
    nearest, right = nearest_class(x, train.labels, np.square(scaler.scale_)), []
    for i in range(0, len(test), CHUNK):
        rows = scaler.transform(function(test.images[i:i + CHUNK]))
        labels = test.labels[i:i + CHUNK]
        right += [*zip(svm.predict(rows) == labels, nearest(rows) == labels, strict=True)]
    tick()
    return SvmResult(name, x.shape[1], len(train), len(test), c, *map(float, np.mean(right, 0)))


def nearest_class(x, labels, weights):
    """Returns a function: rows [M, F] -> the labels [M] of the rows of x [N, F] nearest to them.

    weights: of the squared difference of each feature, [F].
    """
    squares = np.einsum('nf,f,nf->n', x, weights, x)
    return lambda rows: labels[np.argmin(squares - 2.0 * (rows * weights) @ x.T, axis=1)]


def svm_accuracy(codes, labels, train_codes, train_labels, seed: int = 0) -> Estimate:
    """Returns the share of held-out images whose class the SVM predicts by their codes, in [0, 1].

    codes [N, Z], labels [N]: of the held-out images. train_codes [M, Z], train_labels [M]: of those
    that the SVM learns from, in an order that `seed` decides; M = 2 PART or more. nan if those that
    do not choose C are of one class. Raises UsageError for what `base.features` refuses.
    """
    codes, train_codes = features(codes=codes, train_codes=train_codes)
    base.array('train_codes', train_codes, min_rows=2 * PART)
    order = seeds.generator(seed, 'svm', 'order').permutation(len(train_codes))
    labels = whole_numbers('labels', labels, len(codes))
    train_labels = whole_numbers('train_labels', train_labels, len(train_codes))[order]
    part = part_of(order)
    if len(np.unique(train_labels[part:])) < 2:
        return Estimate(float('nan'))
    x = train_codes[order]
    scaler = scaler_of(x)
    x = scaler.transform(x)
    svm = fit_svm(x, train_labels, best_c(x, train_labels, part, seed, lambda: None), seed)
    return base.mean(svm.predict(scaler.transform(codes, copy=True)) == labels)


def scaler_of(x):
    """Returns a scaler of features to mean 0 and variance 1 / F. It changes arrays in place.

    Then each row has a length of about 1, and the same list CS suits all features.
    """
    from sklearn.preprocessing import StandardScaler
    scaler = StandardScaler(copy=False).fit(x)
    scaler.scale_ *= math.sqrt(x.shape[1])
    return scaler


def best_c(x, labels, part, seed, tick):
    """Returns the C with which an SVM of the other rows is most accurate on the first `part`."""
    best, best_accuracy = CS[0], -1.0
    for c in CS:
        accuracy = fit_svm(x[part:], labels[part:], c, seed).score(x[:part], labels[:part])
        tick()
        if accuracy < best_accuracy:
            break
        if accuracy > best_accuracy:
            best, best_accuracy = c, accuracy
    return best


def fit_svm(x, labels, c, seed):
    """Returns the SVM that minimises |w|^2 / 2 + C sum max(0, 1 - t w x)^2 for each class.

    t is 1 or -1. The dual form is solved, which is several times faster here than the primal one,
    to a tolerance below which the accuracy stays the same. An SVM that has not converged is used
    as it is.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.svm import LinearSVC
    with warnings.catch_warnings():
        warnings.simplefilter('ignore', ConvergenceWarning)
        warnings.filterwarnings('ignore', 'The number of unique classes')     # stacked_mnist: 1,000
        svm = LinearSVC(C=c, dual=True, tol=0.1, random_state=seeds.derive(seed, 'svm'))
        return svm.fit(x, labels)


def part_of(train):
    """Returns how many of the training pictures, the first ones, are used to choose C."""
    return max(1, len(train) // PART)
