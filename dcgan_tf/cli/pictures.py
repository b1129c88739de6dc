"""Reads the pictures that a user names, and finds the latents that draw them."""

import pathlib

import numpy as np

from dcgan_tf.bars import bar
from dcgan_tf.data import ImageFormat
from dcgan_tf.errors import UsageError


def read(files, config) -> np.ndarray:
    """Returns pictures as uint8 [N, H, W, C], cropped and resized like the data of the Config.

    UsageError for a file that is not a picture.
    """
    from dcgan_tf.data.pictures.decode import decode  # loads OpenCV
    from dcgan_tf.data.pictures.header import Refused
    fit = ImageFormat((config.image_width, config.image_height), config.n_channels == 1,
                      config.crop, 0)
    pictures = []
    for file in files:
        if not pathlib.Path(file).is_file():          # reading a pipe could wait for ever
            raise UsageError(f'{file} is no file')
        try:
            pictures.append(decode(pathlib.Path(file), fit))
        except Refused as refused:
            raise UsageError(f'{file}: {refused}') from refused
    return np.stack(pictures)


def invert(gan, images, label, **options):
    """Returns the InversionResult of images, with a progress bar.

    label: [the class of all images], or [] for none. options: the fields of InversionOptions.
    """
    from dcgan_tf.show.inversion import InversionOptions, max_ticks
    options = InversionOptions(**options)
    steps = max_ticks(gan.config, len(images), label, options)
    with bar(total=steps, desc='inversion', unit='step', leave=False, shown=None) as progress_bar:
        return gan.invert(images, label * len(images) or None, options, progress_bar.update)
