"""The judge of one data set: generated pictures -> figures of METRICS, and the floor of each."""

import functools

import numpy as np

from dcgan_tf import seeds
from dcgan_tf.data.held_out import Split
from dcgan_tf.errors import UsageError
from dcgan_tf.features import Features
from dcgan_tf.metrics import METRICS, Estimate, measure


class Judge:
    """Callable: uint8 images [M, H, W, C] -> name of a figure -> Estimate."""

    def __init__(self, features: Features, real: Split, *, n: int, metrics: tuple[str, ...] = ()):
        """n: real pictures of either split, at most; a seeded choice where there are more.

        metrics: names of METRICS; () = all that these features and this split allow. UsageError
        for a figure that they do not allow.
        """
        self.features, self.split = features, real.words
        self._known = real.train                       # a copy may be of any of them
        self._train, self._test = _some(real.train, n), _some(real.test, n)
        refused = {name: why for name in metrics or METRICS if (why := self._refusal(name, real))}
        if metrics and refused:
            raise UsageError(f'--metrics {",".join(refused)}: {next(iter(refused.values()))}')
        self._metrics = tuple(name for name in metrics or METRICS if name not in refused)

    @property
    def n(self) -> int:
        """Held-out pictures that every figure compares with."""
        return len(self._test)

    def note(self, samples: int) -> str:
        """What belongs beside every figure of so many samples: numbers, split, features."""
        return (f'{samples:,} samples against {self.n:,} {self.split}; features: '
                f'{self.features.note}')

    def labels(self, n: int) -> np.ndarray:
        """Classes for n samples, as frequent as in the data, by a fixed seed; 0 without labels."""
        known = self._known.labels
        if known is None:
            return np.zeros(n, np.int32)
        return seeds.generator(0, 'labels').choice(known, n)

    def __call__(self, images: np.ndarray) -> dict[str, Estimate]:
        memory = {}
        if self._takes('train'):
            memory = {'train': self._train_features, 'held_out': self._real}
        return self._measure(images, **memory)

    def floor(self) -> tuple[int, dict[str, Estimate]]:
        """How many training pictures, and their figures, as if they had been generated."""
        return len(self._train), self._measure(self._train.images)

    def _refusal(self, name, real):
        """Why a figure cannot be had, or ''."""
        takes = METRICS[name].takes
        if 'probabilities' in takes and not self.features.classes:
            return (f'features {self.features.name} do not know the classes that pictures are '
                    'taken for: choose classifier for data with labels, or inception with a file '
                    'that has classes')
        if 'train' in takes and not real.unseen:
            return (f'{real.train.name} has no test split, and copies can be told only from '
                    'pictures that the generator has not seen')
        return ''

    def _takes(self, key):
        return any(key in METRICS[name].takes for name in self._metrics)

    def _measure(self, images, **more):
        seen = self.features.of(images)
        if seen.probabilities is not None:
            more['probabilities'] = seen.probabilities
        if self._takes('images'):
            more['images'] = images
        return measure(self._metrics, real=self._real, fake=seen.features, **more)

    @functools.cached_property
    def _real(self):
        return self.features.of(self._test.images).features

    @functools.cached_property
    def _train_features(self):
        return self.features.of(self._known.images).features


def _some(data, n):
    """n pictures of the data set, in its order."""
    places = seeds.generator(0, 'judged').permutation(len(data))[:n]
    return data.take(np.sort(places))
