"""Measures how different samples are, compared with the same number of real pictures.

It is cheap enough for every run.
"""

import cv2
import numpy as np

from dcgan_tf import seeds

N_SAMPLES = 64
MAX_CLASSES = 8               # the classes of the samples, where the generator takes labels
SIDE = 8                      # height and width of the small pictures that show the class
MAX_CLASS_PICTURES = 2_000    # real pictures, of all classes together, for the mean pictures
MAX_REAL_ONE_CLASS = 0.8      # above this share of real pictures, one_class would mean nothing


class SampleDiversity:
    """Callable: uint8 samples [64, H, W, C], the i-th of class labels[i] -> name -> quantity.

        diversity   the samples' variance divided by that of real pictures, a mean over pixels;
                    within each class, if the generator takes labels
        one_class   with labels: the share of samples in the most frequent class; a sample has the
                    class with the nearest mean picture; left out if real pictures also have a share
                    above 0.8
    """

    def __init__(self, images: np.ndarray, labels: np.ndarray | None, classes: int, *,
                 conditioned: bool):
        """images: uint8 [N, H, W, C], the data. labels: int [N] in [0, classes), or None.

        conditioned: does the generator take labels?
        """
        random = seeds.generator(0, 'variety')
        self.labels = np.arange(N_SAMPLES) % (min(classes, MAX_CLASSES) if conditioned else 1)
        if conditioned:
            real_labels = self.labels
            indices = [random.choice(np.flatnonzero(labels == k)) for k in real_labels]
        else:
            indices = np.sort(random.permutation(len(images))[:N_SAMPLES])
            real_labels = np.zeros(len(indices), int)
        self.real = len(indices)              # the number of real pictures to compare with
        real = images[np.array(indices)]
        self._variance = _variance(real, real_labels)
        self._means = None if labels is None else _class_means(images, labels, classes, random)
        if self._means is not None and self._most_frequent(real) > MAX_REAL_ONE_CLASS:
            self._means = None

    @property
    def names(self) -> list[str]:
        """The names of the quantities that can be measured with this data set."""
        return ['diversity'] * (self._variance > 0) + ['one_class'] * (self._means is not None)

    def __call__(self, samples: np.ndarray) -> dict[str, float]:
        quantities = {}
        if self._variance > 0:
            quantities['diversity'] = _variance(samples, self.labels) / self._variance
        if self._means is not None:
            quantities['one_class'] = self._most_frequent(samples)
        return quantities

    def _most_frequent(self, images):
        x = _small(images)
        distances = ((x[:, None] - self._means) ** 2).sum(axis=2)
        return float(np.bincount(distances.argmin(axis=1)).max() / len(x))


def _variance(images, labels):
    """Returns the variance over the images of a class, a mean over pixels and classes.

    images: uint8; sums of bytes and of their squares are exact. To save memory, only one image at
    a time is converted to float64.
    """
    variances = []
    for k in np.unique(labels):
        total, squares = np.zeros(images.shape[1:]), np.zeros(images.shape[1:])
        indices = np.flatnonzero(labels == k)
        for i in indices:
            x = images[i].astype(np.float64)
            total += x
            squares += x * x
        variances.append((squares / len(indices) - (total / len(indices)) ** 2).mean())
    return max(float(np.mean(variances)), 0.0)


def _class_means(images, labels, classes, random):
    """Returns the mean small picture of each class with pictures, [K, F]; None if K < 2."""
    means = []
    for k in range(classes if images.shape[-1] <= 4 else 0):       # OpenCV: at most four channels
        indices = np.flatnonzero(labels == k)
        if len(indices):
            chosen = np.sort(random.permutation(indices)[:max(1, MAX_CLASS_PICTURES // classes)])
            means.append(_small(images[i] for i in chosen).mean(axis=0))
    return np.stack(means) if len(means) > 1 else None


def _small(images):
    """Shrinks N pictures [H, W, C] to at most 8x8 pixels each.   -> [N, F] float32"""
    small = []
    for image in images:
        size = (min(SIDE, image.shape[1]), min(SIDE, image.shape[0]))
        small.append(cv2.resize(image, size, interpolation=cv2.INTER_AREA).reshape(-1))
    return np.float32(small)
