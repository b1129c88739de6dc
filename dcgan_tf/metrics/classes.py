"""Metrics of classes: is each generated image clear, are all classes there, is it the right one?

p [N, K] are the probabilities: 0 or more, the sum of each row is 1 within SUM_TOLERANCE. The
functions raise UsageError for other values, and for what `base.array` refuses.
"""

import numpy as np

from dcgan_tf.errors import UsageError
from dcgan_tf.metrics import base
from dcgan_tf.metrics.base import Estimate, array, checked_integer, whole_numbers
from dcgan_tf.metrics.distances import squared_distances
from dcgan_tf.seeds import generator

SUM_TOLERANCE = 1e-3      # the rounding of a softmax in half precision
SPLITS = 10               # parts of the images, as in the paper


def classifier_score(p, *, splits: int = SPLITS, seed: int = 0) -> Estimate:
    """Returns exp E KL(p(y|x) || p(y)), from 1 to K.

    K is best: each image is clear, and all classes are equally frequent. This is the formula of the
    Inception Score (Salimans et al. 2016, arXiv 1606.03498, section 4), which is its name with one
    published network. The value is the mean over `splits` parts of p, each with its own p(y). The
    error is the standard error of that mean (papers print the standard deviation over the parts).
    The rows are shuffled first (seed), because parts of rows that are sorted by class would miss
    classes. Raises UsageError also for fewer than two rows per part.
    """
    p = _probabilities(p)
    splits = checked_integer('splits', splits, 1, len(p) // 2)
    shuffled = p[generator(seed, 'classifier_score').permutation(len(p))]
    return base.mean([_score(part) for part in np.array_split(shuffled, splits)])


def class_histogram(p) -> np.ndarray:
    """Counts the images by their most likely class; of equal ones the first counts.   -> int [K]"""
    p = _probabilities(p)
    return np.bincount(p.argmax(axis=1), minlength=p.shape[1])


def modes(p) -> float:
    """Counts the classes that are the most likely one of an image: the modes that were found.

    Of a generator that covers the data it is K. With few images a mode is missing by chance: of
    26,000 images that are spread evenly over 1,000 modes, none.
    """
    return float(np.count_nonzero(class_histogram(p)))


def modes_kl(p) -> float:
    """Returns KL(q || uniform) in nats, where q are the shares of `class_histogram`; best 0.

    Metz et al. 2017, arXiv 1611.02163, section 3.3.1. It is not 0 even for the data: N images of K
    equally probable classes have about (K - 1) / 2 N, which is 0.019 for 26,000 images and 1,000
    classes. Combinations of MNIST's training digits add 0.0043, as they are not quite balanced.
    """
    share = class_histogram(p) / len(p)
    return float(np.log(len(share)) - _entropy(share))


def class_entropy(p) -> float:
    """Returns entropy of `class_histogram` / log K, in [0, 1].

    0 = one class only, 1 = all classes are equally frequent. Best is the value of the data, which
    is 1 if its classes are balanced. It does not measure how clear or varied the images of a class
    are.
    """
    share = class_histogram(p) / len(p)
    return float(_entropy(share) / np.log(len(share)))


def class_accuracy(p, labels) -> Estimate:
    """Returns the share of images whose most likely class is their label, in [0, 1].

    The error is that of drawing the images. labels: whole numbers [N], the classes.
    """
    p = _probabilities(p)
    return base.mean(p.argmax(axis=1) == whole_numbers('labels', labels, len(p)))


def class_diversity(real, real_labels, fake, labels) -> float:
    """Returns the mean distance of two images of one class, divided by that of real images.

    real [N, F], fake [M, F]: features. 1 = as different as real images are; 0 = all images of a
    class are equal. The mean over the classes of which both have two images or more: of each the
    mean over its pairs. nan if there is no such class, or if all real images of a class are equal.
    """
    real, fake = base.features(real=real, fake=fake)
    real_labels = whole_numbers('real_labels', real_labels, len(real))
    labels = whole_numbers('labels', labels, len(fake))
    counts = [np.bincount(x, minlength=max(real_labels.max(), labels.max()) + 1)
              for x in (real_labels, labels)]
    classes = np.flatnonzero(np.min(counts, axis=0) > 1)
    if not len(classes):
        return float('nan')
    within = [np.mean([_mean_distance(x[y == k]) for k in classes])
              for x, y in ((real, real_labels), (fake, labels))]
    return float(within[1] / within[0]) if within[0] else float('nan')


def _mean_distance(x):
    """Returns the mean distance of two different rows."""
    total = sum(np.sqrt(squared).sum() for _, squared in squared_distances(x, x))
    return total / (len(x) * (len(x) - 1))


def _score(p):
    """Returns exp of the mutual information H(y) - E H(y|x), which is E KL(p(y|x) || p(y))."""
    return np.exp(_entropy(p.mean(axis=0)) - np.mean(_entropy(p)))


def _entropy(p):
    """Returns -sum p log p in nats, over the last axis, with 0 log 0 = 0."""
    return -np.sum(p * np.log(np.where(p > 0, p, 1.0)), axis=-1) + 0.0    # + 0.0 turns -0.0 into 0


def _probabilities(p):
    """Returns p as float64 with rows of sum 1. Raises UsageError if it has no probabilities."""
    p = array('probabilities', p, '[N, K]')
    if p.shape[1] < 2:
        raise UsageError('probabilities: got 1 class, expected 2 or more')
    sums = p.sum(axis=1)
    worst = sums[np.argmax(np.abs(sums - 1.0))]
    if p.min() < 0 or abs(worst - 1.0) > SUM_TOLERANCE:
        raise UsageError(f'probabilities: got a minimum of {p.min():.4g} and a row of sum '
                         f'{worst:.4g}, expected 0 or more and rows of sum 1 (a softmax)')
    return p / sums[:, None]
