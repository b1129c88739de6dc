"""Does the generator repeat its training images? Distances to the nearest of them.

The share is that of real images that were kept out of training, the measure of Meehan et al. 2020
(arXiv 2004.05675: do samples lie nearer to the training set than fresh data do?) in one figure.
Features may be anything in which distance means likeness, also pixels in a row; but in pixels a
smooth image lies near to many, copied or not.
"""

import numpy as np

from dcgan_tf.metrics.base import features
from dcgan_tf.metrics.distances import squared_distances

NEAR = 0.01     # the share of fresh real images that lie as near


def nearest(train, samples) -> tuple[np.ndarray, np.ndarray]:
    """The nearest training image of each sample: index int [M], distance [M] in features' units.

    train [N, F], samples [M, F], one row or more each; of several as near, one of them.
    UsageError for what else `base.features` refuses.
    """
    train, samples = features(least=1, train=train, samples=samples)
    index = np.concatenate([squared.argmin(axis=1)
                            for _, squared in squared_distances(samples, train)])
    return index, np.linalg.norm(samples - train[index], axis=1)   # once more: free of rounding


def copies(train, samples, held_out) -> float:
    """The share of samples as near to a training image as the nearest 1 % of held-out images.

    Features train [N, F], samples [M, F], held_out [L, F] -> in [0, 1]. 0.01 is expected of fresh
    real images, and is best; 1 of a generator that copies; 0 of one far from all data. The
    percentile needs some hundred held-out images: with fewer, more than 0.01 is expected.
    UsageError for what `base.features` refuses.
    """
    train, samples, held_out = features(train=train, samples=samples, held_out=held_out)
    limit = np.quantile(nearest(train, held_out)[1], NEAR)
    # As near counts: where held-out images are in the training set too, the limit is 0.
    return float(np.mean(nearest(train, samples)[1] <= limit))
