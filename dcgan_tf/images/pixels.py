"""Converts and checks pixels, arranges images in one picture, and resizes images."""

import math
from collections.abc import Sequence

import cv2
import numpy as np

from dcgan_tf.errors import RunError, UsageError

SCALINGS = {
    'nearest': cv2.INTER_NEAREST,       # each pixel becomes a square, so the original is visible
    'cubic':   cv2.INTER_CUBIC,         # smooth
}
MAX_SCALE = 32                          # of an enlarged picture or film
SEEN_WIDTH = 448                        # pixels; narrower pictures of many images are hard to see
MAX_ENLARGED = 1 << 28                  # bytes of pixels that are enlarged without being asked to
MIN_SIDE = 16                           # pixels; smaller images are not reduced further


def to_uint8(images: np.ndarray) -> np.ndarray:
    """Converts floats in [0, 1] to pixels, rounded and clipped. Raises RunError for NaN or inf."""
    if not np.isfinite(images).all():
        raise RunError(f'images {list(images.shape)}: got NaN or inf, expected numbers in [0, 1]')
    return np.clip(np.rint(images * 255.0), 0, 255).astype(np.uint8)


def check_pixels(images, rank):
    """Raises UsageError unless images are uint8 of that rank, with 1 or 3 channels, not empty."""
    shape = list(images.shape)
    if images.dtype != np.uint8 or len(shape) != rank or shape[-1] not in (1, 3) or 0 in shape:
        expected = '[F, H, W, C]' if rank == 4 else '[H, W, C]'
        raise UsageError(f'got {images.dtype} {shape}, expected uint8 {expected}, C = 1 or 3')


def tile(images: np.ndarray, columns: int | None = None) -> np.ndarray:
    """Arranges N images in one picture, row by row. The rest of the last row is black.

    [N, H, W, C] -> [ceil(N / columns) H, columns W, C]; columns None: ceil(sqrt N), near-square.
    """
    n, h, w, c = images.shape
    columns = int(np.ceil(n ** 0.5)) if columns is None else columns
    if n < 1 or columns < 1:
        raise UsageError(f'tile: got {n} images in {columns} columns, expected 1 or more for both')
    rows = -(-n // columns)
    grid = np.zeros([rows * columns, h, w, c], images.dtype)
    grid[:n] = images
    return grid.reshape(rows, columns, h, w, c).swapaxes(1, 2).reshape(rows * h, columns * w, c)


def stack(rows: Sequence[np.ndarray]) -> np.ndarray:
    """Puts pictures below each other, narrow ones padded with black at the right.

    N of [H_i, W_i, C] -> [sum H_i, max W_i, C]
    """
    width = max(r.shape[1] for r in rows)
    return np.concatenate([np.pad(r, [(0, 0), (0, width - r.shape[1]), (0, 0)]) for r in rows])


def resize(images: np.ndarray, scale: float, scaling: str = 'nearest') -> np.ndarray:
    """Resizes each image separately, so that neighbours do not mix.

    [..., H, W, C] -> [..., H', W', C]. scale above 1: enlarges with a row of `SCALINGS`; below 1:
    each pixel is the mean of those that it covers.
    """
    if scale == 1:
        return images
    *batch, h, w, c = images.shape
    size = max(1, round(w * scale)), max(1, round(h * scale))
    method = SCALINGS[scaling] if scale > 1 else cv2.INTER_AREA
    resized = [cv2.resize(image, size, interpolation=method)
               for image in images.reshape(-1, h, w, c)]
    return np.stack(resized).reshape(*batch, size[1], size[0], c)


def seen_scale(width: int, size: int, wanted: int = 0) -> int:
    """Returns the smallest whole factor that makes a picture at least SEEN_WIDTH pixels wide.

    width: in pixels. size: the bytes of the picture, or of all frames of a film. wanted: another
    factor; 0 = none. The result is less if it would be above MAX_SCALE, or make more than
    MAX_ENLARGED bytes.
    """
    scale = wanted or -(-SEEN_WIDTH // width)
    return max(1, min(scale, math.isqrt(MAX_ENLARGED // size), MAX_SCALE))


def bgr(image: np.ndarray) -> np.ndarray:
    """Converts pixels for OpenCV: grey or RGB [H, W, 1 or 3] -> BGR [H, W, 3]."""
    grey = image.shape[-1] == 1
    return cv2.cvtColor(image, cv2.COLOR_GRAY2BGR if grey else cv2.COLOR_RGB2BGR)


def smaller_scales(scale: int, height: int, width: int) -> list[float]:
    """Returns the scales that a film may have: `scale`, smaller integers down to 1, 1/2 and 1/4.

    A fraction is left out if a side of the image would be below `MIN_SIDE` pixels.
    """
    fractions = [f for f in (0.5, 0.25) if min(height, width) * f >= MIN_SIDE]
    return [*range(scale, 0, -1), *fractions]
