"""Reads what a user gives to a generator: pictures, with their latents, latents and classes."""

import argparse
import pathlib
import re

import numpy as np

from dcgan_tf import images, latent
from dcgan_tf.bars import bar
from dcgan_tf.cli.readers import SEEDS
from dcgan_tf.config import Config
from dcgan_tf.data import ImageFormat
from dcgan_tf.errors import UsageError
from dcgan_tf.run_folder import samples
from dcgan_tf.show.arrangement import MAX_BYTES

CODE = r'\d{1,5}:-?\d{1,5}(\.\d{1,9})?'       # the number of a code and its value


def pictures(files, config) -> np.ndarray:
    """Returns pictures as uint8 [N, H, W, C], cropped and resized like the data of the Config.

    UsageError for a file that is not a picture.
    """
    from dcgan_tf.data.pictures.decode import decode  # loads OpenCV
    from dcgan_tf.data.pictures.header import Refused
    fit = ImageFormat((config.image_width, config.image_height), config.n_channels == 1,
                      config.crop, 0)
    found = []
    for file in files:
        if not pathlib.Path(file).is_file():          # reading a pipe could wait for ever
            raise UsageError(f'{file} is no file')
        try:
            found.append(decode(pathlib.Path(file), fit))
        except Refused as refused:
            raise UsageError(f'{file}: {refused}') from refused
    return np.stack(found)


def invert(gan, images, label, **options):
    """Returns the InversionResult of images, with a progress bar.

    label: [the class of all images], or [] for none. options: the fields of InversionOptions.
    """
    from dcgan_tf.show.inversion import InversionOptions, max_ticks
    options = InversionOptions(**options)
    steps = max_ticks(gan.config, len(images), label, options)
    with bar(total=steps, desc='inversion', unit='step', leave=False, shown=None) as progress_bar:
        return gan.invert(images, label * len(images) or None, options, progress_bar.update)


def load_latents(path: str, config: Config):
    """Returns (z [N, Z], labels [N] or [N, L] or None) of a file.

    Labels that the file does not have are 0. UsageError if it is another model's.
    """
    z, labels = latent.load(path, config.latent_dim)
    if labels is None or not config.conditioned:
        return z, None
    try:
        weights = latent.label_weights(labels, len(z), config.label_sizes)
    except UsageError as error:
        raise UsageError(f'{path}: {error}: they are those of another generator') from error
    return z, latent.label_numbers(weights, config.label_sizes)


class Source:
    """Gives latents and labels by number: picture k has seed k, or row k of the file --latents.

    first: the number of the first picture. n_max: how many pictures there can be. UsageError if the
    user wants more.
    """

    def __init__(self, config, args):
        self._config, self._class = config, latent.class_numbers(
            config, {'--class': args.class_}, drawn=not args.latents)
        self._z, self._labels = load_latents(args.latents, config) if args.latents else (None, None)
        self.first, self.n_max = args.seed, SEEDS[1] if self._z is None else len(self._z)
        n = (args.grid and args.grid[0] * args.grid[1]) or args.n or 0
        if n > self.n_max:
            raise UsageError(f'{"--grid" if args.grid else "--n"} asks for {n} images, and '
                             f'{args.latents} has {self.n_max}')

    def latents(self, numbers):
        """Returns the latents [n, Z] of consecutive numbers."""
        c = self._config
        return self._z[numbers] if self._z is not None else (
            latent.latents_of(c, numbers, self._class[0] if self._class else None))

    def labels(self, numbers):
        """Returns labels: all classes in turn, or those of the file; None for a G without labels.

        The first label is that of --class, if it was given.
        """
        if not self._config.conditioned:
            return None
        labels = (samples.classes_in_turn(numbers, self._config) if self._labels is None else
                  self._labels[numbers])
        return latent.with_first_label(labels, self._class[0]) if self._class else labels


def add_code(parser) -> None:
    """Adds --code, which sets codes of an infogan."""
    parser.add_argument('--code', type=_codes, default={}, metavar='CODE:VALUE,...', help='for an '
                        'infogan: set codes, such as 2:5; a categorical code has values from 0, a '
                        'continuous one numbers, usually from -1 to 1; code 1 is --class (default: '
                        'as drawn)')


def add_scale(parser, what: str) -> None:
    """Adds --scale, by which the small pictures in one file are enlarged: see `enlarged`."""
    parser.add_argument('--scale', type=int, metavar='N', help=f'factor of the size of each '
                        f'picture in {what}; 1 = as G draws it (default: the smallest with which '
                        f'the file is at least {images.SEEN_WIDTH} pixels wide)')


def enlarged(picture, scale: int | None):
    """Returns a picture enlarged by --scale, or by what it needs to be seen.   [H, W, C] -> same"""
    return images.resize(picture, scale_of(picture.shape[1], picture.size, scale))


def scale_of(width: int, size: int, scale: int | None) -> int:
    """Returns --scale, or the factor that a picture of many needs: see `images.seen_scale`.

    UsageError for a factor that makes more than MAX_BYTES of `size`, the bytes at scale 1.
    """
    if scale and size * scale ** 2 > MAX_BYTES:
        raise UsageError(f'--scale {scale}: the picture would take '
                         f'{size * scale ** 2 / 1e9:.1f} GB; choose a smaller one')
    return scale or images.seen_scale(width, size)


def _codes(text):
    """Reads codes, as the `type` of a flag: '2:5,3:-0.5' -> {2: 5.0, 3: -0.5}."""
    if not re.fullmatch(rf'{CODE}(,{CODE}){{0,999}}', text, re.ASCII):
        raise argparse.ArgumentTypeError(f'{text[:40]!r} is not a list of codes, such as 2:5 or '
                                         '2:0.5,3:-1')
    pairs = [part.split(':') for part in text.split(',')]
    found = {int(number): float(value) for number, value in pairs}
    if len(found) < len(pairs):
        raise argparse.ArgumentTypeError(f'{text[:40]!r} names a code twice')
    return found
