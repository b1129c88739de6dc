"""Do the images look alike? Multi-scale structural similarity (MS-SSIM) of two or more images.

SSIM: Wang et al. 2004; the scales and their weights: Wang, Simoncelli and Bovik 2003. In a Gaussian
window, m are means, s variances and covariance. Per scale

    luminance l = (2 m_a m_b + C1) / (m_a^2 + m_b^2 + C1)
    contrast and structure c = (2 s_ab + C2) / (s_aa + s_bb + C2)

Images are [N, H, W, C] in [0, 1], or uint8 in [0, 255]; H and W are SIDE pixels or more.
"""

import numpy as np

from dcgan_tf.errors import UsageError
from dcgan_tf.metrics import base
from dcgan_tf.metrics.base import Estimate, checked_integer, shaped
from dcgan_tf.seeds import generator

WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)      # finest scale first
SIDE, SIGMA = 11, 1.5                                   # of the window, in pixels
C1, C2 = 0.01 ** 2, 0.03 ** 2                           # (K L)^2, L = 1 the range of a pixel
AXES = '[N, H, W, C]'
CHUNK = 2 ** 20                                         # numbers per slice of images: 8 MB


def ms_ssim(a, b) -> np.ndarray:
    """Returns the MS-SSIM of pairs of images.   [N, H, W, C] twice -> [N] in [0, 1], 1 = equal

    It is the product over the scales of (mean c)^weight, at the coarsest scale (mean l c)^weight; a
    mean below 0 counts as 0. Windows lie inside the image. From one scale to the next, 2x2 pixels
    become their mean, and an odd last row or column is dropped. Of the five scales those are used
    at which both sides are SIDE or more, with weights scaled to sum 1. For colour images, the
    result is the mean over the channels.
    Raises UsageError for other shapes, no image, and pixels outside [0, 1].
    """
    a, b = _checked(a), _checked(b)
    if a.shape != b.shape:
        raise UsageError(f'images: got {list(a.shape)} and {list(b.shape)}, expected one shape')
    return np.concatenate([_ms_ssim(a[part], b[part]) for part in _parts(a, len(a))])


def similarity(images, *, pairs: int = 1000, seed: int = 0) -> Estimate:
    """Returns the mean MS-SSIM of random pairs of different images, in [0, 1]: 1 = all equal.

    Odena et al. 2017, arXiv 1610.09585, section 4.2, who compare images within a class. Best is the
    value of the same number of real images. The pairs are drawn with replacement (seed); the error
    is that of drawing pairs from these images. Raises UsageError for fewer than 2 images, and as
    `ms_ssim`.
    """
    images = shaped('images', images, AXES, min_rows=2)
    rng, n = generator(seed, 'similarity'), len(images)
    a = rng.integers(n, size=checked_integer('pairs', pairs, 1))
    b = (a + rng.integers(1, n, size=pairs)) % n
    return base.mean(np.concatenate([ms_ssim(images[a[part]], images[b[part]])
                                     for part in _parts(images, pairs)]))


def _ms_ssim(a, b):
    """Computes `ms_ssim` of images that were checked, all at once."""
    a, b = (np.ascontiguousarray(np.moveaxis(x, -1, 1)) for x in (a, b))            # [N, C, H, W]
    weights = np.array(WEIGHTS[:_scales(min(a.shape[2:]))])
    product = 1.0
    for i, weight in enumerate(weights / weights.sum()):
        luminance, contrast = _terms(a, b)
        last = i == len(weights) - 1
        term = np.mean(luminance * contrast if last else contrast, axis=(2, 3))     # [N, C]
        product = product * np.maximum(term, 0.0) ** weight
        a, b = _halve(a), _halve(b)
    return np.mean(product, axis=1)


def _parts(images, n):
    """Returns slices that divide n such images into parts of about CHUNK numbers."""
    step = max(1, CHUNK // images[0].size)
    return [slice(i, i + step) for i in range(0, n, step)]


def _scales(side):
    """Returns the number of scales at which a side has SIDE pixels or more, at most five."""
    return next((i for i in range(len(WEIGHTS)) if side >> i < SIDE), len(WEIGHTS))


def _terms(a, b):
    """Returns l and c of each window.   [N, C, H, W] twice -> [N, C, H - 10, W - 10] twice"""
    rows, columns = _windows(a.shape[2]), _windows(a.shape[3]).T
    mean_a, mean_b, aa, bb, ab = (rows @ x @ columns for x in (a, b, a * a, b * b, a * b))
    luminance = (2 * mean_a * mean_b + C1) / (mean_a ** 2 + mean_b ** 2 + C1)
    variances = aa - mean_a ** 2 + bb - mean_b ** 2
    return luminance, (2 * (ab - mean_a * mean_b) + C2) / (variances + C2)


def _windows(n):
    """Returns the blur as a matrix [n - 10, n]. Row i has the weights of SIDE pixels from i on."""
    bell = np.exp(-(np.arange(SIDE) - SIDE // 2) ** 2 / (2 * SIGMA ** 2))
    matrix = np.zeros([n - SIDE + 1, n])
    for i, row in enumerate(matrix):
        row[i:i + SIDE] = bell / bell.sum()
    return matrix


def _halve(x):
    """Returns the means of 2x2 pixels.   [N, C, H, W] -> [N, C, H // 2, W // 2]"""
    x = x[:, :, :x.shape[2] // 2 * 2, :x.shape[3] // 2 * 2]
    return (x[:, :, ::2, ::2] + x[:, :, 1::2, ::2] + x[:, :, ::2, 1::2] + x[:, :, 1::2, 1::2]) / 4


def _checked(images):
    """Returns images as float64 in [0, 1]."""
    x = base.pixels('images', images, AXES)
    if min(x.shape[1:3]) < SIDE:
        raise UsageError(f'images: got the shape {list(x.shape)}, expected H and W of {SIDE} or '
                         'more')
    return x
