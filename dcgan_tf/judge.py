"""The judge of one data set: generated pictures -> figures of METRICS, and the floor of each."""

import functools

import numpy as np

from dcgan_tf import seeds
from dcgan_tf.data.dataset import Dataset
from dcgan_tf.errors import UsageError
from dcgan_tf.features import Features
from dcgan_tf.metrics import METRICS, Estimate, measure


class Judge:
    """Callable: uint8 images [M, H, W, C] -> name of a figure -> Estimate."""

    def __init__(self, features: Features, train: Dataset, test: Dataset, *, n: int,
                 metrics: tuple[str, ...] = (), split: str = 'held-out pictures'):
        """n: real pictures of either split, at most; a seeded choice where there are more.

        metrics: names of METRICS; () = all that these features allow. split: what `test` is, in
        words. UsageError for a figure that these features do not allow.
        """
        self.features, self.split = features, split
        self._metrics = metrics or tuple(METRICS)
        self._train, self._test = _some(train, n), _some(test, n)
        self._all_train = train
        if unfit := [name for name in metrics if not self._allows(name)]:
            raise UsageError(f'--metrics {",".join(unfit)} needs the classes that pictures are '
                             f'taken for, and features {features.name} know none here: choose '
                             'classifier for data with labels, or inception with a file that has '
                             'classes')

    @property
    def n(self) -> int:
        """Held-out pictures that every figure compares with."""
        return len(self._test)

    def note(self, samples: int) -> str:
        """What belongs beside every figure of so many samples: numbers, split, features."""
        return (f'{samples:,} samples against {self.n:,} {self.split}; features: '
                f'{self.features.note}')

    def __call__(self, images: np.ndarray) -> dict[str, Estimate]:
        needs_train = any('train' in METRICS[name].takes for name in self._metrics)
        memory = {'train': self._train_features, 'held_out': self._real} if needs_train else {}
        return self._measure(images, **memory)

    def floor(self) -> dict[str, Estimate]:
        """The same of real pictures: those of the training split in place of generated ones."""
        return self._measure(self._train.images)

    def _allows(self, name):
        return self.features.classes or 'probabilities' not in METRICS[name].takes

    def _measure(self, images, **more):
        seen = self.features.of(images)
        if seen.probabilities is not None:
            more['probabilities'] = seen.probabilities
        return measure(self._metrics, real=self._real, fake=seen.features,
                       images=images / np.float32(255.0), **more)

    @functools.cached_property
    def _real(self):
        return self.features.of(self._test.images).features

    @functools.cached_property
    def _train_features(self):
        """Of all training pictures: a copy may be of any."""
        return self.features.of(self._all_train.images).features


def _some(data, n):
    """n pictures of the data set, in its order."""
    places = seeds.generator(0, 'judged').permutation(len(data))[:n]
    return data.take(np.sort(places))
