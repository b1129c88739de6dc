"""Evaluates generated pictures by METRICS, beside the baseline of one data set."""

import functools
from typing import NamedTuple

import numpy as np

from dcgan_tf import seeds
from dcgan_tf.data.held_out import Split
from dcgan_tf.errors import UsageError
from dcgan_tf.features import Features
from dcgan_tf.metrics import METRICS, Estimate, TwoSample, class_histogram, estimate, results


class Evaluation(NamedTuple):
    """What was found out about some pictures.

    details: what of it was measured: two_sample -> its two halves, classes -> pictures of each.
    """

    metrics: dict[str, Estimate]
    details: dict


class Evaluator:
    """Callable: uint8 images [M, H, W, C] -> name of a figure -> Estimate.

    n          samples to be evaluated, held-out and training pictures: as many of each
    split      what the held-out ones are
    left_out   name of a figure that cannot be had -> why; none where figures were asked for by name
    """

    def __init__(self, features: Features, real: Split, *, n: int, metrics: tuple[str, ...] = ()):
        """n: as many are asked for; fewer where either half of the data has fewer.

        metrics: names of METRICS; () = all that these features and this split allow. UsageError
        for a figure that they do not allow.
        """
        check(metrics, real, n, features)
        self.features, self.split = features, real.description
        self._asked, self.n = n, compared(real, n)
        self._known = real.train                       # a copy may be of any of them
        self._train, self._test = _some(real.train, self.n), _some(real.test, self.n)
        self.left_out = {name: why for name in metrics or METRICS
                         if (why := _refusal(name, real, n, features))}
        self._metrics = tuple(name for name in metrics or METRICS if name not in self.left_out)

    @property
    def note(self) -> str:
        """What belongs beside every figure: numbers, split, features."""
        fewer = f' ({self._asked:,} were asked for: there are no more)'
        return (f'{self.n:,} samples against {self.n:,} {self.split}'
                f'{fewer if self.n < self._asked else ""}; features: {self.features.note}')

    def labels(self, n: int) -> np.ndarray:
        """Classes for n samples, as frequent as in the data, by a fixed seed; 0 without labels."""
        known = self._known.labels
        if known is None:
            return np.zeros(n, np.int32)
        return seeds.generator(0, 'labels').choice(known, n)

    def __call__(self, images: np.ndarray) -> dict[str, Estimate]:
        return self.evaluate(images).metrics

    def evaluate(self, images: np.ndarray) -> Evaluation:
        """The figures of images uint8 [M, H, W, C], and what else came with them."""
        memory = {}
        if self._takes('train'):
            memory = {'train': self._train_features, 'held_out': self._real}
        return self._measure(images, **memory)

    @functools.cached_property
    def baseline(self) -> Evaluation:
        """Of n training pictures, as if they had been generated; without `copies`."""
        return self._measure(self._train.images)

    def _takes(self, key):
        return any(key in METRICS[name].takes for name in self._metrics)

    def _measure(self, images, **more):
        seen, details = self.features.of(images), {}
        if seen.probabilities is not None:
            more['probabilities'] = seen.probabilities
            details['classes'] = class_histogram(seen.probabilities).tolist()
        found = results(self._metrics, real=self._real, fake=seen.features, images=images, **more)
        details.update({name: {'real': x.real, 'fake': x.fake} for name, x in found.items()
                        if isinstance(x, TwoSample)})
        return Evaluation({name: estimate(x) for name, x in found.items()}, details)

    @functools.cached_property
    def _real(self):
        return self.features.of(self._test.images).features

    @functools.cached_property
    def _train_features(self):
        return self.features.of(self._known.images).features


def compared(real: Split, n: int) -> int:
    """How many samples, held-out and training pictures are compared where n are asked for."""
    return min(n, len(real.train), len(real.test))


def check(metrics: tuple[str, ...], real: Split, n: int, features: Features | None = None) -> None:
    """UsageError for figures asked for by name that cannot be had.

    features: None = whatever these may be. See `Evaluator` for the others.
    """
    refused = {name: why for name in metrics if (why := _refusal(name, real, n, features))}
    if refused:
        raise UsageError(f'--metrics {",".join(refused)}: {next(iter(refused.values()))}')


def _refusal(name, real, n, features):
    """Why a figure cannot be had, or ''."""
    row, there, side = METRICS[name], compared(real, n), min(real.test.images.shape[1:3])
    if 'probabilities' in row.takes and features and not features.classes:
        return (f'features {features.name} do not know the classes that pictures are '
                'taken for: choose classifier for data with labels, or inception with a file '
                'that has classes')
    if 'train' in row.takes and not real.unseen:
        return (f'{real.train.name} has no test split, and copies can be told only from '
                'pictures that the generator has not seen')
    if there < row.rows:
        more = ('the data set has no more' if there < n else
                '--n of a tool, --metrics-n of a training, asks for more')
        return f'{there} pictures are compared, and it takes {row.rows} at least: {more}'
    if side < row.side:
        return (f'it takes pictures of {row.side}x{row.side} at least, and these are '
                f'{real.test.images.shape[2]}x{real.test.images.shape[1]}')
    return ''


def _some(data, n):
    """n pictures of the data set, in its order."""
    places = seeds.generator(0, 'judged').permutation(len(data))[:n]
    return data.take(np.sort(places))
