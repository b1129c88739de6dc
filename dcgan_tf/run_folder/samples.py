"""Draws many samples of a generator as uint8, one chunk at a time.

Picture number s has the latent of seed s. If the generator takes labels and no class is named, it
has class s modulo the number of classes: in every tool, on the page and in the exports. The other
codes of an infogan, if it has more than one, are drawn with seed s.
"""

import collections

import numpy as np

from dcgan_tf import images, latent
from dcgan_tf.arguments import check_whole
from dcgan_tf.names import one_line

CHUNK = 256                   # maximum of images that are in memory as floats
MAX_LISTED = 20               # classes in a line for the user
MAX_NAME = 16                 # letters of a class's name under a picture


def classes_in_turn(numbers, config) -> np.ndarray | None:
    """Returns the class of each picture by its number, [n]; None if G takes no labels.

    If G takes several labels, L, it returns all of them, [n, L].
    """
    if not config.conditioned:
        return None
    numbers = np.asarray(numbers, np.int64)
    return latent.with_other_labels(numbers % config.label_sizes[0], numbers, config.label_sizes)


def left_out(labels, config) -> str:
    """Returns the end of a line: the classes, or values of code 1, without a picture; or ''."""
    (_, values), names = config.label_words, config.label_names
    shown = set(np.ravel(latent.first_label(labels)).tolist())
    missing = [one_line(name) for k, name in enumerate(names) if k not in shown]
    if not missing:
        return ''
    more = ' ...' if len(missing) > MAX_LISTED else ''
    return (f'; {len(missing):,} of {len(names):,} {values} are left out: '
            f'{", ".join(missing[:MAX_LISTED])}{more}')


def captions(class_names) -> list[str]:
    """Returns a caption for each class, all different: its name, as far as it can be drawn.

    If that is not the whole name and others have the same, or if characters are missing in the
    font, the number of the class comes first.
    """
    drawn = [_short(images.drawable(one_line(name))) for name in class_names]
    count = collections.Counter(drawn)
    return [text if count[text] == 1 and text.count('?') == name.count('?') else f'{k}:{text}'
            for k, (text, name) in enumerate(zip(drawn, class_names, strict=True))]


def _short(name):
    return name if len(name) <= MAX_NAME else name[:MAX_NAME - 1] + '\N{HORIZONTAL ELLIPSIS}'


def asked_for(images_of, config, n=1, seed=0, *, label=None, codes=None,
              truncation=1.0, latents=None) -> np.ndarray:
    """Draws what a user asks for: `GAN.sample` explains the arguments.   -> float32 [n, H, W, C]

    images_of: see `draw`.
    """
    latent.check_truncation(truncation)
    latent.check_codes(config, {} if codes is None else codes)
    check_whole('seed', seed)
    check_whole('n', n)
    z = None if latents is None else latent.as_latents(latents, config.latent_dim)
    numbers = np.arange(seed, seed + (n if z is None else len(z)))
    labels = _labels_asked_for(config, numbers, label, drawn=latents is None)
    z = latent.latents_of(config, numbers, labels) if z is None else z
    images_of = latent.with_codes(images_of, config, codes)
    return images_of(np.float32(truncation) * z, None if config.places_classes else labels)


def _labels_asked_for(config, numbers, label, *, drawn):
    """Returns a label for each picture, or one for all; None = none. The first may be given."""
    in_turn = classes_in_turn(numbers, config)
    if label is None or np.ndim(label):
        return in_turn if label is None else label
    number = latent.class_number(config, 'label', label, drawn=drawn)
    return number if in_turn is None else latent.with_first_label(in_turn, number)


def draw(images_of, config, seed: int, labels) -> np.ndarray:
    """Draws one image for each label, with the seeds seed, seed + 1, ...   -> uint8 [n, H, W, C]

    images_of: (z [N, Z], labels [N] or None) -> images [N, H, W, C] in [0, 1]. labels: int [n], the
    classes of the data; a generator that does not learn them uses only their number. An infogan
    gets codes by the numbers of the pictures.
    """
    if config.has_codes:
        labels = classes_in_turn(np.arange(seed, seed + len(labels)), config)
    z = latent.latents_of(config, np.arange(seed, seed + len(labels)), labels)
    return pixels(images_of, config, z, labels)


def pixels(images_of, config, z: np.ndarray, labels) -> np.ndarray:
    """Makes the images of the latents z [n, Z].   -> uint8 [n, H, W, C]

    images_of: see `draw`. labels: [n] or [n, L], those that the generator takes; else not used.
    """
    chunk = min(CHUNK, 8 * config.batch_size)         # a small batch is a sign of little memory
    parts = []
    for first in range(0, len(z), chunk):
        some = slice(first, first + chunk)
        y = labels[some] if config.conditioned else None
        parts.append(images.to_uint8(images_of(z[some], y)))
    return np.concatenate(parts)
