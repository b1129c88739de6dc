"""Reads what a user gives to a generator: pictures, with their latents, latents and classes."""

import logging
import pathlib

import numpy as np

from dcgan_tf import latent
from dcgan_tf.bars import bar
from dcgan_tf.config import Config
from dcgan_tf.data import ImageFormat
from dcgan_tf.errors import UsageError
from dcgan_tf.names import one_line

logger = logging.getLogger(__name__)
FAR = 3              # times the radius of the prior; sums of latents lie below it


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
    """Returns (z [N, Z], classes [N] or None) of a file. UsageError if they are another model's."""
    z, labels = latent.load(path, config.z_dim)
    classes = len(config.class_names)
    if labels is not None and not 0 <= labels.min() <= labels.max() < max(classes, 1):
        raise UsageError(f'{path}: got classes {labels.min()} to {labels.max()}, expected 0 to '
                         f'{classes - 1}: they are those of another generator')
    _warn_if_far(path, z, config)
    return z, labels if config.conditioned else None


def class_numbers(config: Config, named: dict) -> list[int]:
    """Returns the labels of the classes in {flag: name or None}, in order, without None."""
    return [class_number(config, *item) for item in named.items() if item[1] is not None]


def class_number(config: Config, flag: str, name: str) -> int:
    """Returns the label of a class. UsageError that lists the classes if there is no such class."""
    if not config.conditioned:
        raise UsageError(f'{flag} {name}: this generator takes no labels; train one with '
                         '--type cgan')
    if name not in config.class_names:
        listed = ', '.join(map(one_line, config.class_names[:50]))
        more = ' ...' if len(config.class_names) > 50 else ''
        raise UsageError(f'{flag} {name}: expected one of {listed}{more}')
    return config.class_names.index(name)


def _warn_if_far(path, z, config):
    """Logs a line if latents are much longer than those of the prior."""
    ratio = np.linalg.norm(np.float64(z), axis=1) / latent.PRIORS[config.prior].radius(z.shape[1])
    row = int(ratio.argmax())
    if ratio[row] > FAR:
        logger.warning('%s: row %d lies at %.1f times the radius of the prior (%s), where the '
                       'generator has learnt nothing: expected about 1; --truncation %.2g brings '
                       'it there', path, row, ratio[row], config.prior, 1 / ratio[row])
