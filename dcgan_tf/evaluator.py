"""Evaluates generated pictures by METRICS, and real pictures of the data set as the baseline."""

import functools
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dcgan_tf import seeds
from dcgan_tf.config import METRICS as ROWS
from dcgan_tf.data.dataset import Dataset
from dcgan_tf.data.held_out import Split
from dcgan_tf.metrics import (
    ALL_CLASSES,
    METRICS,
    OF_ENCODER,
    Estimate,
    Pictures,
    Seer,
    TwoSample,
    class_histogram,
    confusion,
    estimate,
    inputs_of,
    matching,
    naming,
    need_samples,
    refusal,
    results,
)
from dcgan_tf.metrics import check as check_metrics

MAX_NUMBERS = 2 ** 26     # pixels of the pictures that codes are compared with: half a GB each
PART = 5_000              # training pictures whose features are found at once

if TYPE_CHECKING:
    from dcgan_tf.features import Features  # it loads TensorFlow


class Evaluation(NamedTuple):
    """The result for some pictures.

    metrics: name -> Estimate. details: more results, where they were measured: two_sample -> its
    two halves, classes -> the number of pictures of each class, codes -> the table of the codes and
    classes of held-out pictures, and their matching.
    """

    metrics: dict[str, Estimate]
    details: dict


class Evaluator:
    """Measures the metrics of samples, or what the run's own network says of real pictures.

    n          the number of samples, of held-out pictures and of training pictures, each
    n_samples  n, or 0 if no metric looks at samples; no features are needed then, either
    split      what the held-out pictures are
    left_out   name of a metric that cannot be measured -> reason; empty if metrics were named.
               Metrics of some types of GAN or data sets only are left out without a reason
    """

    def __init__(self, features: 'Features', real: Split, *, n: int, metrics: tuple[str, ...] = (),
                 encoder: bool = False):
        """n: the requested number; reduced if one of the two halves of the data has fewer.

        metrics: names of METRICS; () = all that these features and this split allow, but not those
        that have to be named. encoder: whether these are also the metrics of an encoder. Raises
        UsageError for a metric that they do not allow.
        """
        seer = Seer(features.name, features.classes, features.of_data)
        check(metrics, real, n, seer)
        self.features, self.split = features, real.description
        self._n_requested, self.n = n, compared(real, n)
        self._training_set = real.train                # all of it: a copy may be of any picture
        self._train, self._test = _draw(real.train, self.n), _draw(real.test, self.n)
        names = metrics or tuple(name for name in METRICS if not ROWS[name].named
                                 and (encoder or not ROWS[name].encoder))
        refused = {name: why for name in names
                   if (why := refusal(name, _pictures(real, n), seer))}
        self.left_out = {name: why for name, why in refused.items()
                         if not ROWS[name].types
                         and (not METRICS[name].data or real.train.name in METRICS[name].data)}
        self._metrics = tuple(name for name in names if name not in refused)
        self._inputs = inputs_of(self._metrics)
        if 'rebuilt_probabilities' in self._inputs:
            self._inputs.add('rebuilt')
        self.n_samples = self.n if need_samples(self._metrics) else 0

    @property
    def training_set(self) -> Dataset:
        """The pictures that the generator was trained on, with their labels."""
        return self._training_set

    @property
    def note(self) -> str:
        """A line to print with every metric: numbers, split, features."""
        fewer = (f' ({self._n_requested:,} were requested: there are no more)'
                 if self.n < self._n_requested else '')
        if not self.n_samples:
            return f'{self.n:,} {self.split}{fewer}, no samples'
        return (f'{self.n:,} samples against {self.n:,} {self.split}{fewer}; '
                f'features: {self.features.note}')

    def labels(self, n: int) -> np.ndarray:
        """Draws labels for n samples as in the data, with a fixed seed; 0 if the data has none."""
        labels = self._training_set.labels
        if labels is None:
            return np.zeros(n, np.int32)
        return seeds.generator(0, 'labels').choice(labels, n)

    def evaluate(self, images: np.ndarray | None, *, labels: np.ndarray | None = None,
                 tell=None, codes: int = 0, clusters: int = 0, encoded=None) -> Evaluation:
        """Measures the metrics of images, uint8 [M, H, W, C], and their details.

        images: None where no samples are needed. labels: the classes that they were to have, [M];
        None = none. tell: uint8 images -> class probabilities by the run's own network; codes,
        clusters: if it tells codes or clusters, the number of values of the first code. encoded:
        what the run's encoder makes: (names of INPUTS, training pictures, held-out pictures) ->
        {name: array}.
        """
        inputs = {} if labels is None else {'labels': labels}
        if 'train' in self._inputs:
            inputs.update({'train': self._train_features, 'held_out': self._real})
        if tell is not None and any(ROWS[name].told for name in self._metrics):
            told = tell(self._test.images)
            inputs.update({'told_codes': told[:, :codes]} if codes else
                          {'told_clusters' if clusters else 'told_classes': told})
        if encoded is not None and (wanted := OF_ENCODER & self._inputs):
            inputs.update(encoded(wanted, self._train, self._test))
            if 'rebuilt_probabilities' in self._inputs:
                inputs['rebuilt_probabilities'] = self.features.of(inputs['rebuilt']).probabilities
        return self._measure(images, **inputs)

    @functools.cached_property
    def baseline(self) -> Evaluation:
        """The metrics of n training pictures, as if they were samples; without `copies`.

        Metrics that find classes by codes find them by the pixels, if these are not too many. A
        reconstruction is the picture itself for the classifier.
        """
        inputs = {} if self._train.labels is None else {'labels': self._train.labels}
        if 'rebuilt_probabilities' in self._inputs:
            inputs['rebuilt_probabilities'] = self._of_test.probabilities
        if 'train_codes' in self._inputs and self._test.images.size <= MAX_NUMBERS:
            inputs.update({name: data.images[:].reshape(len(data), -1) for name, data in
                           (('codes', self._test), ('train_codes', self._train))})
        return self._measure(self._train.images if self.n_samples else None, **inputs)

    def _measure(self, images, **inputs):
        details = {}
        if images is not None:
            fake = self.features.of(images)
            inputs.update({'real': self._real, 'fake': fake.features, 'images': images})
            if fake.probabilities is not None:
                inputs['probabilities'] = fake.probabilities
                details['classes'] = class_histogram(fake.probabilities).tolist()
        if 'real_images' in self._inputs:
            inputs['real_images'] = self._test.images[:]     # an array, also of a StackedImages
        if self._test.labels is not None:
            inputs.update({'real_labels': self._test.labels, 'train_labels': self._train.labels})
        for name in {'told_codes', 'told_clusters'} & set(inputs):
            told = inputs[name], self._test.labels, len(self._test.class_names)
            table = confusion(*told)
            found = matching(table) if name == 'told_codes' else naming(*told)
            details['codes'] = {'table': table.tolist(), **found._asdict(),
                                'clusters': name == 'told_clusters'}
        found = results(self._metrics, **inputs)
        details.update({name: {'real': x.real, 'fake': x.fake} for name, x in found.items()
                        if isinstance(x, TwoSample)})
        return Evaluation({name: estimate(x) for name, x in found.items()}, details)

    @functools.cached_property
    def _of_test(self):
        return self.features.of(self._test.images)

    @property
    def _real(self):
        return self._of_test.features

    @functools.cached_property
    def _train_features(self):
        # In parts: the class probabilities, of up to 1,000 classes, are not kept.
        images = self._training_set.images
        return np.concatenate([self.features.of(images[i:i + PART]).features
                               for i in range(0, len(images), PART)])


def compared(real: Split, n: int) -> int:
    """Returns the number of samples, held-out and training pictures that n is reduced to."""
    return min(n, len(real.train), len(real.test))


def check(metrics: tuple[str, ...], real: Split, n: int, seer: Seer = ALL_CLASSES) -> None:
    """Raises UsageError if one of these metrics cannot be measured: see `Evaluator`."""
    check_metrics(metrics, _pictures(real, n), seer)


def _pictures(real, n):
    """Returns what `metrics.refusal` asks for."""
    height, width = real.test.images.shape[1:3]
    return Pictures(real.train.name, compared(real, n), n, (width, height), real.unseen,
                    len(real.test.class_names))


def _draw(data, n):
    """Draws n pictures of the data set with a fixed seed, in the order of the data set."""
    indices = seeds.generator(0, 'judged').permutation(len(data))[:n]
    return data.take(np.sort(indices))
