"""What stands for a picture when sets of pictures are compared: one row a `--features`.

    classifier.py   a small network of our own, trained on the labelled data set; cached
    random          the same network, untrained: for pictures without labels
    pixels          principal components of the pixels
    inception.py    Inception v3, as in published figures, from a file of the user's

A figure means something only beside the name of its features, the number of pictures and the split.
"""

import contextlib
import json
import pathlib
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from dcgan_tf import seeds
from dcgan_tf.data.dataset import Dataset
from dcgan_tf.data.npz import DAMAGE
from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.features.classifier import CHUNK, SEED, Classifier, Seen
from dcgan_tf.features.inception import FILES, Inception
from dcgan_tf.files import shared, whole_file, write_whole

FORMAT = 1                # of a cached classifier; a new number trains all anew
COMPONENTS = 64           # of the pixels
MAX_FITTED = 10_000       # pictures that they are found from


class Features(NamedTuple):
    """Callable on pictures, and what to say beside every figure."""

    name: str
    short: str                    # what tells it from others of its name, in a few words
    note: str
    of: Callable                  # uint8 [N, H, W, C] -> Seen
    classes: bool = False         # does it say how likely each of some classes is?
    accuracy: float | None = None    # of a classifier: the share of held-out pictures it names


class FeatureRow(NamedTuple):
    """One row of FEATURES."""

    help: str
    opened: Callable              # (train, test, cache, threads, progress) -> context of Features
    labels: bool = False          # does the data set need labels?
    weights: bool = False         # is `opened` given the path of a file, too?


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
        yield Features('classifier', f'classifier right on {accuracy:.2%}',
                       f'classifier of {train.name}, right on {accuracy:.2%} of {len(test):,} '
                       'held-out pictures', network, classes=True, accuracy=accuracy)


@contextlib.contextmanager
def random(train, test, cache, threads, progress):
    """The network as it was drawn."""
    with Classifier(train.images.shape[1:], 2, threads=threads) as network:
        yield Features('random', 'untrained network', 'an untrained network, seed 0',
                       lambda images: Seen(network(images).features, None))


@contextlib.contextmanager
def pixels(train, test, cache, threads, progress):
    """Principal components of pixels in [0, 1]."""
    from sklearn.decomposition import PCA

    places = seeds.generator(SEED, 'pixels').permutation(len(train))[:MAX_FITTED]
    flat = _flat(train.images[np.sort(places)])
    pca = PCA(min(COMPONENTS, *flat.shape), random_state=SEED).fit(flat)
    yield Features('pixels', f'{pca.n_components_} components of the pixels',
                   f'{pca.n_components_} principal components of the pixels, which hold '
                   f'{pca.explained_variance_ratio_.sum():.0%} of the variance',
                   lambda images: Seen(_projected(pca, images), None))


@contextlib.contextmanager
def inception(train, test, cache, threads, progress, weights):
    """The network of the file `weights`."""
    with Inception(weights, train.images.shape[1:], threads=threads, progress=progress) as network:
        yield Features('inception', network.note, network.note, network, classes=network.classes)


FEATURES = {
    'classifier': FeatureRow('a small network trained on the labelled data set', classifier,
                             labels=True),
    'random':     FeatureRow('the same network, untrained', random),
    'pixels':     FeatureRow('principal components of the pixels', pixels),
    'inception':  FeatureRow('Inception v3, from --inception FILE', inception, weights=True),
}


def open_features(name: str, train: Dataset, test: Dataset, *, cache: str, threads: int = 0,
                  progress: bool = False, weights: str | None = None):
    """A context in which `Features` can be used.

    weights: the file that `inception` is read from; None for all others.
    UsageError for an unknown name, for no labels, and for a file too few or too many.
    """
    if name not in FEATURES:
        raise UsageError(f'--features {name}: expected one of {", ".join(FEATURES)}')
    row = FEATURES[name]
    if row.labels and len(train.class_names) < 2:
        others = ' or '.join(name for name, row in FEATURES.items() if not row.labels)
        raise UsageError(f'--features {name} needs a data set with labels, and {train.name} has '
                         f'none: choose {others}')
    if weights and not row.weights:
        raise UsageError(f'--inception {weights}: only --features inception reads it, not {name}')
    if row.weights and not weights:
        raise UsageError(f'--features {name} needs --inception FILE: fetch {FILES}')
    more = {'weights': weights} if row.weights else {}
    return row.opened(train, test, cache, threads, progress, **more)


def _key(train, test):
    return f'{FORMAT}-{train.fingerprint[:12]}-{test.fingerprint[:12]}'


def _read(place, network):
    """The accuracy of the cached network, its weights put in; None when it is not there or torn."""
    try:
        accuracy = float(json.loads((place / 'note.json').read_text())['accuracy'])
        with np.load(place / 'weights.npz', allow_pickle=False) as weights:
            network.set_weights(weights)
    except (*DAMAGE, AttributeError):                              # an npy has no names
        return None
    return accuracy


def _write(place, network, accuracy):
    try:
        place.mkdir(parents=True, exist_ok=True)
        with shared(place), whole_file(place / 'weights.npz') as temporary:
            np.savez(temporary, **network.weights())
        write_whole(place / 'note.json', json.dumps({'accuracy': accuracy}))    # last
    except OSError as error:
        raise RunError(f'{error.filename or place}: {error.strerror or error}; --cache-folder says '
                       'where the classifier is kept') from error


def _projected(pca, images):
    """[N, H, W, C] -> [N, components] float32, by parts: as floats all at once are large."""
    return np.concatenate([pca.transform(_flat(images[i:i + CHUNK])).astype(np.float32)
                           for i in range(0, len(images), CHUNK)])


def _flat(images):
    return images.reshape(len(images), -1) / np.float32(255.0)
