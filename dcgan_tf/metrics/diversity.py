"""Do the images look alike? Multi-scale structural similarity, of two and of many.

SSIM: Wang et al. 2004; over scales, and the weights: Wang, Simoncelli and Bovik 2003. In a Gaussian
window m are means, s variances and covariance, and per scale

    luminance l = (2 m_a m_b + C1) / (m_a^2 + m_b^2 + C1)
    contrast and structure c = (2 s_ab + C2) / (s_aa + s_bb + C2)

Images are [N, H, W, C] in [0, 1], or uint8 in [0, 255], H and W from SIDE pixels on.
"""

import numpy as np

from dcgan_tf.errors import UsageError
from dcgan_tf.metrics import base
from dcgan_tf.metrics.base import Estimate, array, shaped, whole
from dcgan_tf.seeds import generator

WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)      # finest scale first
SIDE, SIGMA = 11, 1.5                                   # of the window, in pixels
C1, C2 = 0.01 ** 2, 0.03 ** 2                           # (K L)^2, L = 1 the range of a pixel
AXES = '[N, H, W, C]'
CHUNK = 2 ** 20                                         # numbers of an array at a time: 8 MB


def ms_ssim(a, b) -> np.ndarray:
    """[N, H, W, C] twice -> [N] in [0, 1], 1 = equal.

    The product over the scales of (mean c)^weight, of the coarsest (mean l c)^weight; a mean below
    0 counts as 0. Windows lie inside the image. From scale to scale 2x2 pixels become their mean,
    an odd last row or column is dropped. As many of the five scales as leave a side of SIDE, their
    weights brought to sum 1. Of colours, the mean of the channels' products.
    UsageError for other shapes, no image, and pixels outside [0, 1].
    """
    a, b = _images('a', a, 1), _images('b', b, 1)
    if a.shape != b.shape:
        raise UsageError(f'images: got {list(a.shape)} and {list(b.shape)}, expected one shape')
    return np.concatenate([_ms_ssim(a[part], b[part]) for part in _parts(a, len(a))])


def similarity(images, *, pairs: int = 1000, seed: int = 0) -> Estimate:
    """Mean MS-SSIM of random pairs of different images, in [0, 1]: 1 = all alike.

    Odena et al. 2017, arXiv 1610.09585, section 4.2, there of the images of one class. Best is
    that of as many real images. The pairs are drawn with replacement (seed); the error is that of
    the draw among these images. UsageError for fewer than 2 images, and as above.
    """
    images = shaped('images', images, AXES, least=2)
    rng, n = generator(seed, 'similarity'), len(images)
    a = rng.integers(n, size=whole('pairs', pairs, 1))
    b = (a + rng.integers(1, n, size=pairs)) % n
    places, found = np.unique([a, b], return_inverse=True)
    a, b = found.reshape(2, pairs)
    images = _images('images', images[places], 2)         # of 10,000, most are in no pair
    return base.mean(np.concatenate([_ms_ssim(images[a[part]], images[b[part]])
                                     for part in _parts(images, pairs)]))


def _ms_ssim(a, b):
    """`ms_ssim` without checks, all at once."""
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
    """Slices of n images of that size, CHUNK numbers each."""
    step = max(1, CHUNK // images[0].size)
    return [slice(i, i + step) for i in range(0, n, step)]


def _scales(side):
    """How many halvings leave SIDE pixels, and one."""
    return next((i for i in range(len(WEIGHTS)) if side >> i < SIDE), len(WEIGHTS))


def _terms(a, b):
    """l and c of each window.   [N, C, H, W] twice -> [N, C, H - 10, W - 10] twice"""
    rows, columns = _windows(a.shape[2]), _windows(a.shape[3]).T
    mean_a, mean_b, aa, bb, ab = (rows @ x @ columns for x in (a, b, a * a, b * b, a * b))
    luminance = (2 * mean_a * mean_b + C1) / (mean_a ** 2 + mean_b ** 2 + C1)
    variances = aa - mean_a ** 2 + bb - mean_b ** 2
    return luminance, (2 * (ab - mean_a * mean_b) + C2) / (variances + C2)


def _windows(n):
    """Row i weighs the SIDE pixels from the i-th on: a blur is a matrix product.   [n - 10, n]"""
    bell = np.exp(-(np.arange(SIDE) - SIDE // 2) ** 2 / (2 * SIGMA ** 2))
    matrix = np.zeros([n - SIDE + 1, n])
    for i, row in enumerate(matrix):
        row[i:i + SIDE] = bell / bell.sum()
    return matrix


def _halve(x):
    """Means of 2x2.   [N, C, H, W] -> [N, C, H // 2, W // 2]"""
    x = x[:, :, :x.shape[2] // 2 * 2, :x.shape[3] // 2 * 2]
    return (x[:, :, ::2, ::2] + x[:, :, 1::2, ::2] + x[:, :, ::2, 1::2] + x[:, :, 1::2, 1::2]) / 4


def _images(name, x, least):
    white = 255.0 if getattr(x, 'dtype', None) == np.uint8 else 1.0
    x = array(name, x, AXES, least=least) / white
    if min(x.shape[1:3]) < SIDE:
        raise UsageError(f'{name}: got the shape {list(x.shape)}, expected H and W from {SIDE} on')
    if x.min() < 0 or x.max() > 1:
        raise UsageError(f'{name}: got pixels in [{x.min():.4g}, {x.max():.4g}], expected [0, 1]')
    return x
