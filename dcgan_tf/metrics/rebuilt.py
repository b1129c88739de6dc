"""How near does G(E(x)) come to the image x, where E is an encoder?

The distance of two images is the Euclidean norm of their difference, with pixels in [0, 1]. Its
mean over images is EGr in the program of Donahue et al. 2017, arXiv 1605.09782, and that of images
and the reconstructions of other images is EGr_b. A GAN without a pixel loss, such as a BiGAN, has a
large distance even where it has learnt what is in an image. So its ratio to EGr_b counts.

images, rebuilt: [N, H, W, C] in [0, 1], or uint8; row i of rebuilt is G(E(images[i])).
"""

import numpy as np

from dcgan_tf.errors import UsageError
from dcgan_tf.metrics import base
from dcgan_tf.metrics.base import Estimate, shaped
from dcgan_tf.seeds import generator

AXES = '[N, H, W, C]'
CHUNK = 2 ** 20                     # numbers per slice of images: 8 MB
ROUNDING = 1 / 12 / 255 ** 2        # mean squared error of a pixel that is rounded to 8 bits


def reconstruction(images, rebuilt) -> Estimate:
    """Returns the mean distance of an image and its reconstruction, 0 or more; 0 is best.

    Raises UsageError for other shapes, fewer than 2 images, and pixels outside [0, 1].
    """
    return base.mean(distances(images, rebuilt))


def wrong_reconstruction(images, rebuilt, *, seed: int = 0) -> Estimate:
    """Returns the mean distance of an image and the reconstruction of another one.

    The images are put in a circle in random order (seed), and each is compared with the next one:
    without that order, images of a folder would meet others of their class.
    """
    circle = generator(seed, 'wrong reconstruction').permutation(len(rebuilt))
    other = np.empty_like(circle)
    other[circle] = np.roll(circle, 1)
    return base.mean(distances(images, rebuilt, other))


def reconstruction_ratio(images, rebuilt) -> float:
    """Returns reconstruction / wrong_reconstruction; nan if that is 0.

    0 is best; 1 = the code says nothing about the image.
    """
    wrong = wrong_reconstruction(images, rebuilt).value
    return reconstruction(images, rebuilt).value / wrong if wrong else float('nan')


def psnr(images, rebuilt) -> Estimate:
    """Returns the mean over images of their peak signal-to-noise ratios, in decibels."""
    return base.mean(decibels(distances(images, rebuilt) ** 2 / np.size(rebuilt[0])))


def decibels(error):
    """Returns 10 log10(1 / error) of mean squared errors of pixels in [0, 1].

    An error below ROUNDING counts as ROUNDING. So equal images have 58.9 dB, not an infinite value.
    """
    return -10.0 * np.log10(np.maximum(error, ROUNDING))


def distances(images, rebuilt, other=None) -> np.ndarray:
    """Returns the distance of each image and its reconstruction.   -> float64 [N]

    other: int [N], the rows of `rebuilt` to compare with; None = 0, 1, 2 ...
    """
    images, rebuilt = (shaped(name, x, AXES, min_rows=2) for name, x in
                       (('images', images), ('rebuilt', rebuilt)))
    if images.shape != rebuilt.shape:
        raise UsageError(f'images: got {list(images.shape)} and {list(rebuilt.shape)}, expected '
                         'one shape')
    other = np.arange(len(images)) if other is None else other
    step = max(1, CHUNK // images[0].size)
    parts = [slice(i, i + step) for i in range(0, len(images), step)]
    return np.concatenate([_norm(base.pixels('images', images[part], AXES)
                                 - base.pixels('rebuilt', rebuilt[other[part]], AXES))
                           for part in parts])


def _norm(x):
    """[N, H, W, C] -> [N]"""
    return np.linalg.norm(x.reshape(len(x), -1), axis=1)
