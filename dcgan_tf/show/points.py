"""The points of TensorBoard's projector: D's features of pictures, real or made by G."""

import itertools
import pathlib
from typing import NamedTuple

import numpy as np

from dcgan_tf import latent, seeds
from dcgan_tf.arguments import check_path, check_row, check_whole
from dcgan_tf.config.families import needs_reference
from dcgan_tf.data.arrays import as_dataset
from dcgan_tf.data.dataset import first_batch
from dcgan_tf.errors import UsageError
from dcgan_tf.fit.feed import check_images
from dcgan_tf.run_folder import samples
from dcgan_tf.show import projector

WHAT = ('real', 'samples', 'both')
NONE = '-'                    # value of a column that a picture does not have
COLUMNS = ('label', 'kind', 'class', 'seed', 'place')


class Projection(NamedTuple):
    """What a folder for the projector holds."""

    path: pathlib.Path
    real: int                 # pictures
    samples: int              # pictures
    dimensions: int           # numbers of each point
    features: int             # numbers of D's features, of which those are made
    variance: float           # share of their variance that the points keep


def project(gan, folder, data, *, n, what, dimensions, seed) -> Projection:
    """Does what `GAN.project` says, which explains the arguments."""
    what = what or ('samples' if data is None else 'both')
    check_row('what', what, WHAT)
    for name, value, low in (('n', n, 2), ('dimensions', dimensions, 0), ('seed', seed, 0)):
        check_whole(name, value, low)
    needed = needs_reference(gan.config)
    if data is None and (needed or what != 'samples'):
        why = f'D of the preset {gan.config.preset} normalises all pictures by real ones'
        raise UsageError(f'data = None: {why if needed else f"what = {what!r} shows real pictures"}'
                         ': expected a Dataset, or images uint8 [N, H, W, C]')
    if data is not None:
        data = as_dataset('data', data)
        check_images(data.images, gan.config)
    path = check_path('folder', folder)
    projector.check_out(path)
    pictures, rows = chosen(gan, data, what, n, seed)
    features = gan.discriminator_features(
        pictures, first_batch(data.images, gan.config) if needed else None)
    vectors, kept = projector.reduce(features, dimensions)
    columns = dict(zip(COLUMNS, zip(*rows, strict=True), strict=True))
    projector.write(path, vectors, pictures, columns)
    real, made = (columns['kind'].count(kind) for kind in ('real', 'sample'))
    return Projection(path, real, made, vectors.shape[1], features.shape[1], kept)


def chosen(gan, data, what, n, seed):
    """Returns (pictures uint8 [N, H, W, C], a row of COLUMNS for each), real pictures first."""
    half = n // 2 if what == 'both' else n
    parts = [real_pictures(data, min(half, len(data)), seed)] if what != 'samples' else []
    if what != 'real':
        parts.append(sample_pictures(gan, n - n // 2 if what == 'both' else n, seed))
    pictures, rows = zip(*parts, strict=True)
    return np.concatenate(pictures), list(itertools.chain(*rows))


def real_pictures(data, n, seed):
    """Returns n training pictures, drawn without repetition, and their rows of COLUMNS."""
    indices = seeds.generator(seed, 'projector').permutation(len(data))[:n]
    names = [data.class_names[k] for k in data.labels[indices]] if data.class_names else [None] * n
    places = indices if data.indices is None else data.indices[indices]
    return data.images[indices], [row('real', name, place=place)
                                  for name, place in zip(names, places, strict=True)]


def sample_pictures(gan, n, seed):
    """Returns the samples of seeds seed, seed + 1, ... and their rows of COLUMNS.

    Those of a cgan have the classes in turn, as in sample.py.
    """
    c, numbers = gan.config, np.arange(seed, seed + n)
    labels = samples.classes_in_turn(numbers, c)
    names = [None] * n
    if labels is not None:
        names = [c.label_texts[k] for k in latent.first_label(labels)]
    z = latent.draw(c.prior, n, c.latent_dim, seed)
    return samples.pixels(gan.generate_images, c, z, labels), [
        row('sample', name, seed=number) for name, number in zip(names, numbers, strict=True)]


def row(kind, name, *, seed=NONE, place=NONE):
    """Returns the COLUMNS of a picture. The projector shows the first: kind and class."""
    return f'{kind} {name or ""}'.rstrip(), kind, name or NONE, seed, place
