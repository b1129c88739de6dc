"""How different are a few samples, next to as many real pictures? Cheap enough for every run."""

import cv2
import numpy as np

from dcgan_tf import seeds

LOOKED_AT = 64                # samples
MOST_CLASSES = 8              # of which they are, where the generator takes labels
SIDE = 8                      # pixels of the small pictures that classes are told apart by
MOST_OF_CLASSES = 2_000       # real pictures that the mean of each class is found from
TOO_MANY_ALIKE = 0.8          # share of real pictures: beyond it one class tells nothing


class Variety:
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
        n = min(LOOKED_AT, len(images))
        self.labels = np.arange(n) % (min(classes, MOST_CLASSES) if conditioned else 1)
        self._grouped = conditioned
        if conditioned:
            places = [random.choice(np.flatnonzero(labels == k)) for k in self.labels]
        else:
            places = random.permutation(len(images))[:n]
        real = images[np.sort(places)] if not conditioned else images[np.array(places)]
        self._variance = self._variance_of(real)
        self._means = None if labels is None else _class_means(images, labels, classes, random)
        if self._means is not None and self._most_frequent(real) > TOO_MANY_ALIKE:
            self._means = None

    def __call__(self, samples: np.ndarray) -> dict[str, float]:
        quantities = {}
        if self._variance > 0:
            quantities['diversity'] = self._variance_of(samples) / self._variance
        if self._means is not None:
            quantities['one_class'] = self._most_frequent(samples)
        return quantities

    def _variance_of(self, images):
        """Mean over pixels and groups of the variance over the images of a group."""
        groups = [images[self.labels == k] for k in np.unique(self.labels)]
        return float(np.mean([np.float64(group).var(axis=0).mean() for group in groups]))

    def _most_frequent(self, images):
        x = _small(images)
        distances = ((x[:, None] - self._means) ** 2).sum(axis=2)
        return float(np.bincount(distances.argmin(axis=1)).max() / len(x))


def _class_means(images, labels, classes, random):
    """The mean small picture of each class that has pictures.   [K, F], or None of one class"""
    means = []
    for k in range(classes):
        places = np.flatnonzero(labels == k)
        if len(places):
            some = np.sort(random.permutation(places)[:max(1, MOST_OF_CLASSES // classes)])
            means.append(_small(images[some]).mean(axis=0))
    return np.stack(means) if len(means) > 1 else None


def _small(images):
    """[N, H, W, C] -> [N, F], pictures of at most 8x8."""
    size = (min(SIDE, images.shape[2]), min(SIDE, images.shape[1]))
    small = [cv2.resize(image, size, interpolation=cv2.INTER_AREA) for image in images]
    return np.float32(small).reshape(len(images), -1)
