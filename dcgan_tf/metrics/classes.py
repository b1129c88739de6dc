"""What a classifier says of generated images: is each one clear, and are all classes there?

p [N, K] are its probabilities: 0 or more, each row of sum 1 within SUM. UsageError for others, and
for what `base.array` refuses.
"""

import numpy as np

from dcgan_tf.errors import UsageError
from dcgan_tf.metrics import base
from dcgan_tf.metrics.base import Estimate, array, whole
from dcgan_tf.seeds import generator

SUM = 1e-3      # a softmax in half precision is that far from 1
SPLITS = 10     # parts of the images, as in the paper


def classifier_score(p, *, splits: int = SPLITS, seed: int = 0) -> Estimate:
    """exp E KL(p(y|x) || p(y)), from 1 to K, K is best: each image clear, all classes as frequent.

    The formula of the Inception Score (Salimans et al. 2016, arXiv 1606.03498, section 4); that is
    the name with one published network. Mean over `splits` parts of p, each with a p(y) of its own,
    and its standard error (papers print the standard deviation over the parts). The rows are
    shuffled first (seed): parts of rows in the order of their classes would miss classes.
    UsageError also for fewer than two rows a part.
    """
    p = _probabilities(p)
    splits = whole('splits', splits, 1, len(p) // 2)
    shuffled = p[generator(seed, 'classifier_score').permutation(len(p))]
    return base.mean([_score(part) for part in np.array_split(shuffled, splits)])


def class_histogram(p) -> np.ndarray:
    """How many images have each class as their most likely one; of equals, the first. -> int [K]"""
    p = _probabilities(p)
    return np.bincount(p.argmax(axis=1), minlength=p.shape[1])


def class_entropy(p) -> float:
    """Entropy of that histogram / log K, in [0, 1]: 0 = one class only, 1 = all as frequent.

    Best is that of the data: 1 where its classes are balanced. It does not see how clear or how
    varied the images of a class are.
    """
    share = class_histogram(p) / len(p)
    return float(_entropy(share) / np.log(len(share)))


def _score(p):
    """exp of the mutual information H(y) - E H(y|x), which is E KL(p(y|x) || p(y))."""
    return np.exp(_entropy(p.mean(axis=0)) - np.mean(_entropy(p)))


def _entropy(p):
    """-sum p log p in nats, over the last axis, with 0 log 0 = 0."""
    return -np.sum(p * np.log(np.where(p > 0, p, 1.0)), axis=-1) + 0.0    # no -0.0


def _probabilities(p):
    """p as float64 of sum 1, or UsageError."""
    p = array('probabilities', p, '[N, K]')
    if p.shape[1] < 2:
        raise UsageError('probabilities: got 1 class, expected 2 or more')
    sums = p.sum(axis=1)
    worst = sums[np.argmax(np.abs(sums - 1.0))]
    if p.min() < 0 or abs(worst - 1.0) > SUM:
        raise UsageError(f'probabilities: got {p.min():.4g} as the least and a row of sum '
                         f'{worst:.4g}, expected 0 or more and rows of sum 1 (a softmax)')
    return p / sums[:, None]
