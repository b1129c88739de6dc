"""Do the codes E(x) of an encoder lie where latents lie, and what do they say of the images?

The unit of codes and of their errors is the length of latents, the root of E|z|^2. So the values of
priors with other deviations and other numbers of dimensions can be compared.
"""

import numpy as np

from dcgan_tf.metrics import base
from dcgan_tf.metrics.base import Estimate, features, whole_numbers
from dcgan_tf.metrics.distances import EQUAL_WITHIN, squared_distances
from dcgan_tf.metrics.frechet import frechet_distance


def cycle(cycled, latents) -> float:
    """Returns the relative error of the codes of G's images: (E|E(G(z)) - z|^2 / E|z|^2)^1/2.

    cycled [N, Z]: E(G(z)); latents [N, Z]: z. 0 is best; 1 = E says 0, the mean of the prior, of
    each image; the root of 2 = E says a latent that has nothing to do with z. On a sphere it is
    (2 - 2 cos)^1/2, with the mean cosine. nan if all latents are 0. Raises UsageError for other
    shapes, and for what `base.features` refuses.
    """
    cycled, latents = features(cycled=cycled, latents=latents)
    base.same_rows('cycled and latents', cycled, latents)
    length = _mean_square(latents)
    return float(np.sqrt(_mean_square(cycled - latents) / length)) if length else float('nan')


def code_moments(codes, latents) -> float:
    """Returns the Frechet distance of codes [N, Z] and latents of the prior [M, Z], / E|z|^2.

    0 is best: means and covariances are those of the prior. 1 = all codes are 0. There is no upper
    bound. With N = M, chance gives about (2 + Z / 2) / N to codes that are drawn from the prior.
    nan if all latents are 0. Raises UsageError for what `base.features` refuses.
    """
    codes, latents = features(codes=codes, latents=latents)
    length = _mean_square(latents)
    return frechet_distance(codes, latents) / length if length else float('nan')


def neighbour_accuracy(codes, labels, train_codes, train_labels) -> Estimate:
    """Returns the share of images whose class is that of the nearest training image, in [0, 1].

    codes [N, Z], labels [N]: of the held-out images; train_codes [M, Z], train_labels [M]: of the
    training images; the distance is the Euclidean one. If several are equally near, the result is
    the mean over all ways to break the tie. So codes that are all equal give the share of pairs of
    one class. The error is that of drawing the held-out images.
    Raises UsageError for labels that are no classes, and for what `base.features` refuses.
    """
    codes, train_codes = features(codes=codes, train_codes=train_codes)
    labels = whole_numbers('labels', labels, len(codes))
    train_labels = whole_numbers('train_labels', train_labels, len(train_codes))
    return base.mean(np.concatenate([_share(squared, labels[rows, None] == train_labels)
                                     for rows, squared in squared_distances(codes, train_codes)]))


def _share(squared, right):
    """Returns the share of right ones among the nearest.   [rows, M] twice -> [rows]"""
    nearest = squared <= squared.min(axis=1, keepdims=True) * EQUAL_WITHIN
    return (nearest & right).sum(axis=1) / nearest.sum(axis=1)


def _mean_square(x):
    """Returns the mean squared length of rows.   [N, Z] -> float"""
    return float(np.mean(np.sum(np.square(x), axis=1)))
