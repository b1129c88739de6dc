"""The features of pictures, for metrics that compare sets of pictures: one row per `--features`.

    classifier.py   our own small network, trained on the labelled data set and cached
    random          that network, untrained: for pictures without labels
    pixels          principal components of the pixels
    inception.py    Inception v3, as in published results, from a file that the user provides

A metric is only comparable with another one of the same features, number of pictures and split.
"""

import contextlib
import json
import pathlib
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from dcgan_tf import seeds
from dcgan_tf.config.features import FEATURES, check_features, check_labels
from dcgan_tf.data.dataset import Dataset
from dcgan_tf.data.stacked_mnist import StackedImages
from dcgan_tf.errors import ARRAY_DAMAGE, RunError
from dcgan_tf.features.classifier import CHUNK, SEED, Classifier, ImageFeatures
from dcgan_tf.features.inception import Inception
from dcgan_tf.files import shared, whole_file, write_whole
from dcgan_tf.obstacles import folder_obstacle

FORMAT = 1                # of a cached classifier; a new number makes older caches invalid
COMPONENTS = 64           # principal components of the pixels
MAX_FITTED = 10_000       # pictures that the components are computed from


class Features(NamedTuple):
    """A function from pictures to features, with its description for the reports."""

    name: str
    short: str                    # a few words that distinguish it from others with its name
    note: str                     # the full description, reported with every metric
    of: Callable                  # uint8 [N, H, W, C] -> ImageFeatures
    classes: bool = False         # does it give probabilities of classes?
    accuracy: float | None = None    # of a classifier: the share of held-out pictures it gets right

    @property
    def of_data(self) -> bool:
        """Tells whether the classes are those of the data set."""
        return self.name not in FEATURES or FEATURES[self.name].of_data


NO_FEATURES = Features('none', 'no features', 'none', of=None)    # of metrics that need no samples


@contextlib.contextmanager
def classifier(train, test, cache, threads, progress):
    """Yields the classifier, trained on `train` or read from the cache.

    Its accuracy is that on `test`. Stacked MNIST has the classifier of MNIST, for each channel.
    """
    if isinstance(train.images, StackedImages):
        digits = train.images.digits, test.images.digits
        with classifier(*digits, cache, threads, progress) as of_digits:
            yield of_digits._replace(
                note=f'{of_digits.note}, a channel at a time',
                of=lambda images: _of_channels(of_digits.of, images))
        return
    folder = pathlib.Path(cache, f'classifier-{_key(train, test)}')
    with Classifier(train.images.shape[1:], len(train.class_names), threads=threads) as network:
        accuracy = _read(folder, network)
        if accuracy is None:
            if problem := folder_obstacle(folder):
                raise RunError(f'cache {cache}: {problem} (--cache-folder)')
            network.train(train.images, train.labels, progress=progress)
            accuracy = network.accuracy(test.images, test.labels)
            _write(folder, network, accuracy)
        yield Features('classifier', f'classifier right on {accuracy:.2%}',
                       f'classifier of {train.name}, right on {accuracy:.2%} of {len(test):,} '
                       'held-out pictures', network, classes=True, accuracy=accuracy)


@contextlib.contextmanager
def random(train, test, cache, threads, progress):
    """Yields the classifier's network with its initial weights."""
    with Classifier(train.images.shape[1:], 2, threads=threads) as network:
        yield Features('random', 'untrained network', 'an untrained network, seed 0',
                       lambda images: ImageFeatures(network(images).features, None))


@contextlib.contextmanager
def pixels(train, test, cache, threads, progress):
    """Yields the principal components of pixels in [0, 1]."""
    from sklearn.decomposition import PCA

    indices = seeds.generator(SEED, 'pixels').permutation(len(train))[:MAX_FITTED]
    flat = _flat(train.images[np.sort(indices)])
    pca = PCA(min(COMPONENTS, *flat.shape), random_state=SEED).fit(flat)
    yield Features('pixels', f'{pca.n_components_} components of the pixels',
                   f'{pca.n_components_} principal components of the pixels, which hold '
                   f'{pca.explained_variance_ratio_.sum():.0%} of the variance',
                   lambda images: ImageFeatures(_projected(pca, images), None))


@contextlib.contextmanager
def inception(train, test, cache, threads, progress, weights):
    """Yields the Inception network of the file `weights`."""
    with Inception(weights, train.images.shape[1:], threads=threads, progress=progress) as network:
        yield Features('inception', network.note, network.note, network, classes=network.classes)


# The rows of config.FEATURES: (train, test, cache, threads, progress) -> context of Features.
# A row with `weights` also takes the path of its file.
OPENERS = {'classifier': classifier, 'random': random, 'pixels': pixels, 'inception': inception}


def open_features(name: str, train: Dataset, test: Dataset, *, cache: str, threads: int = 0,
                  progress: bool = False, weights: str | None = None):
    """Returns a context manager that yields the Features called `name`.

    weights: the file that `inception` is read from; None for all others.
    Raises UsageError for an unknown name, for missing labels, for a missing `weights` file, and for
    one that is not used.
    """
    check_features(name, weights)
    check_labels(name, train.name, train.class_names)
    options = {'weights': weights} if FEATURES[name].weights else {}
    return OPENERS[name](train, test, cache, threads, progress, **options)


def _of_channels(network, images):
    """Applies a network of grey pictures to each channel of images [N, H, W, 3].

    The features of the channels are joined. The probability of the class abc is the product of
    those of the digits a, b and c.   -> ImageFeatures of [N, 3 F], [N, K^3]
    """
    chunks = [_of_chunk(network, images[i:i + CHUNK]) for i in range(0, len(images), CHUNK)]
    return ImageFeatures(*map(np.concatenate, zip(*chunks, strict=True)))


def _of_chunk(network, images):
    found = [network(np.ascontiguousarray(images[..., k:k + 1])) for k in range(images.shape[-1])]
    joint = np.einsum('na,nb,nc->nabc', *(each.probabilities for each in found))
    return ImageFeatures(np.concatenate([each.features for each in found], axis=1),
                         joint.reshape(len(joint), -1))


def _key(train, test):
    return f'{FORMAT}-{train.fingerprint[:12]}-{test.fingerprint[:12]}'


def _read(folder, network):
    """Sets the cached weights and returns their accuracy; None if they are absent or damaged."""
    try:
        accuracy = float(json.loads((folder / 'note.json').read_text('utf-8'))['accuracy'])
        with np.load(folder / 'weights.npz', allow_pickle=False) as weights:
            network.set_weights(weights)
    except ARRAY_DAMAGE:
        return None
    return accuracy


def _write(folder, network, accuracy):
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with shared(folder), whole_file(folder / 'weights.npz') as temporary:
            np.savez(temporary, **network.weights())
        # Last: `_read` takes the weights as complete if this file exists.
        write_whole(folder / 'note.json', json.dumps({'accuracy': accuracy}))
    except OSError as error:
        raise RunError(f'{error.filename or folder}: {error.strerror or error}; the classifier '
                       'is kept in the cache (--cache-folder)') from error


def _projected(pca, images):
    """Projects images in chunks, to save memory.   [N, H, W, C] -> [N, components] float32"""
    return np.concatenate([pca.transform(_flat(images[i:i + CHUNK])).astype(np.float32)
                           for i in range(0, len(images), CHUNK)])


def _flat(images):
    return images.reshape(len(images), -1) / np.float32(255.0)
