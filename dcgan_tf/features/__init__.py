"""What stands for a picture when sets of pictures are compared: one row a `--features`.

    classifier.py   a small network of our own, trained on the labelled data set; cached
    random          the same network, untrained: for pictures without labels
    pixels          principal components of the pixels

A figure means something only beside the name of its features, the number of pictures and the split.
"""

import contextlib
import json
import pathlib
import zipfile
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from dcgan_tf import seeds
from dcgan_tf.data.dataset import Dataset
from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.features.classifier import SEED, Classifier, Seen
from dcgan_tf.files import whole_file, write_whole

FORMAT = 1                # of a cached classifier; a new number trains all anew
COMPONENTS = 64           # of the pixels
MOST_FITTED = 10_000      # pictures that they are found from


class Features(NamedTuple):
    """Callable on pictures, and what to say beside every figure."""

    name: str
    note: str
    of: Callable                  # uint8 [N, H, W, C] -> Seen
    labels: bool = False          # does it tell the data set's classes apart?


class Row(NamedTuple):
    """One row of FEATURES."""

    help: str
    opened: Callable              # (train, test, cache, threads, progress) -> context of Features
    labels: bool = False          # does the data set need labels?


@contextlib.contextmanager
def classifier(train, test, cache, threads, progress):
    """Trained on `train`, or read from the cache; its accuracy is that on `test`."""
    place = pathlib.Path(cache, f'classifier-{_key(train, test)}')
    with Classifier(train.images.shape[1:], len(train.class_names), threads=threads) as network:
        accuracy = _read(place, network)
        if accuracy is None:
            network.train(train.images, train.labels, progress=progress)
            accuracy = network.accuracy(test.images, test.labels)
            _write(place, network, accuracy)
        yield Features('classifier', f'classifier of {train.name}, right on {accuracy:.2%} of '
                                     f'{len(test):,} held-out pictures', network, labels=True)


@contextlib.contextmanager
def random(train, test, cache, threads, progress):
    """The network as it was drawn."""
    with Classifier(train.images.shape[1:], 2, threads=threads) as network:
        yield Features('random', 'an untrained network, seed 0',
                       lambda images: Seen(network(images).features, None))


@contextlib.contextmanager
def pixels(train, test, cache, threads, progress):
    """Principal components of pixels in [0, 1]."""
    from sklearn.decomposition import PCA

    places = seeds.generator(SEED, 'pixels').permutation(len(train))[:MOST_FITTED]
    flat = _flat(train.images[np.sort(places)])
    pca = PCA(min(COMPONENTS, *flat.shape), random_state=SEED).fit(flat)
    yield Features('pixels', f'{pca.n_components_} principal components of the pixels, which hold '
                             f'{pca.explained_variance_ratio_.sum():.0%} of the variance',
                   lambda images: Seen(pca.transform(_flat(images)).astype(np.float32), None))


FEATURES = {
    'classifier': Row('a small network trained on the labelled data set', classifier, labels=True),
    'random':     Row('the same network, untrained', random),
    'pixels':     Row('principal components of the pixels', pixels),
}


def open_features(name: str, train: Dataset, test: Dataset, *, cache: str, threads: int = 0,
                  progress: bool = False):
    """A context in which `Features` can be used. UsageError for an unknown name or no labels."""
    if name not in FEATURES:
        raise UsageError(f'--features {name}: expected one of {", ".join(FEATURES)}')
    row = FEATURES[name]
    if row.labels and len(train.class_names) < 2:
        others = ' or '.join(name for name, row in FEATURES.items() if not row.labels)
        raise UsageError(f'--features {name} needs a data set with labels, and {train.name} has '
                         f'none: choose {others}')
    return row.opened(train, test, cache, threads, progress)


def _key(train, test):
    return f'{FORMAT}-{train.fingerprint[:12]}-{test.fingerprint[:12]}'


def _read(place, network):
    """The accuracy of the cached network, its weights put in; None when it is not there or torn."""
    try:
        accuracy = float(json.loads((place / 'note.json').read_text())['accuracy'])
        with np.load(place / 'weights.npz', allow_pickle=False) as weights:
            network.set_weights(weights)
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
        return None
    return accuracy


def _write(place, network, accuracy):
    try:
        place.mkdir(parents=True, exist_ok=True)
        with whole_file(place / 'weights.npz') as temporary:
            np.savez(temporary, **network.weights())
        write_whole(place / 'note.json', json.dumps({'accuracy': accuracy}))    # last
    except OSError as error:
        raise RunError(f'{error.filename or place}: {error.strerror or error}; --cache-folder says '
                       'where the classifier is kept') from error


def _flat(images):
    return images.reshape(len(images), -1) / np.float32(255.0)
