"""Does the generator repeat its training images? It measures distances to the nearest of them.

Held-out real images give the scale. This is the question of Meehan et al. 2020 (arXiv 2004.05675:
are samples nearer to the training set than fresh data?) as one number. The features can be anything
in which near means similar, also the pixels; but in pixels, a smooth image is near to many others,
copied or not.
"""

import numpy as np

from dcgan_tf.metrics.base import features
from dcgan_tf.metrics.distances import squared_distances

NEAR = 0.01     # the share of held-out real images that count as near


def nearest(train, samples) -> tuple[np.ndarray, np.ndarray]:
    """Returns the nearest training image of each sample: index int [M], distance [M].

    train [N, F], samples [M, F], one row or more each. The distance has the unit of the features.
    If several images are equally near, the index is one of them. Raises UsageError for what
    `base.features` refuses.
    """
    train, samples = features(min_rows=1, train=train, samples=samples)
    index = np.concatenate([squared.argmin(axis=1)
                            for _, squared in squared_distances(samples, train)])
    # The distances are computed again, without the rounding error of `squared_distances`.
    return index, np.linalg.norm(samples - train[index], axis=1)


def copies(train, samples, held_out) -> float:
    """Returns the share of samples that are suspiciously near to a training image.

    That is as near as the nearest 1 % of the held-out images, or nearer.
    Features train [N, F], samples [M, F], held_out [L, F] -> in [0, 1]. Fresh real images give
    0.01, which is best. A generator that copies gives 1, and one that is far from all data gives 0.
    The percentile needs some hundred held-out images: with fewer, fresh images give more than 0.01.
    Raises UsageError for what `base.features` refuses.
    """
    train, samples, held_out = features(train=train, samples=samples, held_out=held_out)
    limit = np.quantile(nearest(train, held_out)[1], NEAR)
    # <=, not <: if held-out images are in the training set too, the limit is 0.
    return float(np.mean(nearest(train, samples)[1] <= limit))
