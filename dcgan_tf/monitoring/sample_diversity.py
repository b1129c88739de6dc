"""How different are a few samples, next to as many real pictures? Cheap enough for every run."""

import cv2
import numpy as np

from dcgan_tf import seeds

LOOKED_AT = 64                # samples
MAX_CLASSES = 8               # of which they are, where the generator takes labels
SIDE = 8                      # pixels of the small pictures that classes are told apart by
MAX_CLASS_PICTURES = 2_000    # real pictures that the mean of each class is found from
TOO_MANY_ALIKE = 0.8          # share of real pictures: beyond it one class tells nothing


class SampleDiversity:
    """Callable: uint8 samples [64, H, W, C], the i-th of class labels[i] -> its quantities.

        diversity   their variance over that of real pictures, a mean over pixels; with a
                    generator that takes labels, within each class
        one_class   with labels: the share of the class that most of them are nearest to, by the
                    mean picture of each class; left out where most real pictures are of one, too
    """

    def __init__(self, images: np.ndarray, labels: np.ndarray | None, classes: int, *,
                 conditioned: bool):
        """images: uint8 [N, H, W, C] of the data, labels: int [N] of `classes` classes or None."""
        random = seeds.generator(0, 'variety')
        self.labels = np.arange(LOOKED_AT) % (min(classes, MAX_CLASSES) if conditioned else 1)
        if conditioned:
            of = self.labels
            places = [random.choice(np.flatnonzero(labels == k)) for k in of]
        else:
            places = np.sort(random.permutation(len(images))[:LOOKED_AT])
            of = np.zeros(len(places), int)
        self.real = len(places)               # real pictures that samples are compared with
        real = images[np.array(places)]
        self._variance = _variance(real, of)
        self._means = None if labels is None else _class_means(images, labels, classes, random)
        if self._means is not None and self._most_frequent(real) > TOO_MANY_ALIKE:
            self._means = None

    @property
    def names(self) -> list[str]:
        """Of the quantities."""
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
    """Mean over pixels and classes of the variance over the images of a class.

    Sums of bytes and of their squares are exact; one image at a time is held as numbers.
    """
    variances = []
    for k in np.unique(labels):
        total, squares = np.zeros(images.shape[1:]), np.zeros(images.shape[1:])
        places = np.flatnonzero(labels == k)
        for i in places:
            x = images[i].astype(np.float64)
            total += x
            squares += x * x
        variances.append((squares / len(places) - (total / len(places)) ** 2).mean())
    return max(float(np.mean(variances)), 0.0)


def _class_means(images, labels, classes, random):
    """The mean small picture of each class that has pictures.   [K, F], or None of one class."""
    means = []
    for k in range(classes if images.shape[-1] <= 4 else 0):       # OpenCV resizes four channels
        places = np.flatnonzero(labels == k)
        if len(places):
            some = np.sort(random.permutation(places)[:max(1, MAX_CLASS_PICTURES // classes)])
            means.append(_small(images[i] for i in some).mean(axis=0))
    return np.stack(means) if len(means) > 1 else None


def _small(images):
    """Pictures [H, W, C] -> [N, F] float32, of at most 8x8 each."""
    small = []
    for image in images:
        size = (min(SIDE, image.shape[1]), min(SIDE, image.shape[0]))
        small.append(cv2.resize(image, size, interpolation=cv2.INTER_AREA).reshape(-1))
    return np.float32(small)
