"""From floats to pixels, from pixels to one picture, and to another size."""

from collections.abc import Sequence

import cv2
import numpy as np

from dcgan_tf.errors import RunError, UsageError

SCALINGS = {
    'nearest': cv2.INTER_NEAREST,       # each pixel a square: shows what the network made
    'cubic':   cv2.INTER_CUBIC,         # smooth
}
MIN_SIDE = 16                           # pixels of an image that is made smaller than it was made


def to_uint8(images: np.ndarray) -> np.ndarray:
    """Floats in [0, 1] -> pixels of the same shape, rounded and clipped; RunError on NaN or inf."""
    if not np.isfinite(images).all():
        raise RunError(f'images {list(images.shape)}: got NaN or inf, expected numbers in [0, 1]')
    return np.clip(np.rint(images * 255.0), 0, 255).astype(np.uint8)


def tile(images: np.ndarray, columns: int | None = None) -> np.ndarray:
    """One picture of N, row by row; what is left of the last row is black.

    [N, H, W, C] -> [ceil(N / columns) H, columns W, C]; columns None: ceil(sqrt N), near-square.
    """
    n, h, w, c = images.shape
    columns = int(np.ceil(n ** 0.5)) if columns is None else columns
    if n < 1 or columns < 1:
        raise UsageError(f'tile: got {n} images in {columns} columns, expected 1 or more of both')
    rows = -(-n // columns)
    grid = np.zeros([rows * columns, h, w, c], images.dtype)
    grid[:n] = images
    return grid.reshape(rows, columns, h, w, c).swapaxes(1, 2).reshape(rows * h, columns * w, c)


def row(images: Sequence[np.ndarray]) -> np.ndarray:
    """Pictures of one height side by side.   N of [H, W_i, C] -> [H, sum W_i, C]"""
    return np.concatenate(list(images), axis=1)


def stack(rows: Sequence[np.ndarray]) -> np.ndarray:
    """Pictures one under the other, narrow ones with black at the right.   -> [sum H, max W, C]"""
    width = max(r.shape[1] for r in rows)
    return np.concatenate([np.pad(r, [(0, 0), (0, width - r.shape[1]), (0, 0)]) for r in rows])


def resize(images: np.ndarray, scale: float, scaling: str = 'nearest') -> np.ndarray:
    """Each image by itself: tiles do not run into one another.   [..., H, W, C] -> [..., H', W', C]

    scale: above 1 by a row of `SCALINGS`; below 1 each pixel is the mean of those it covers.
    """
    if scale == 1:
        return images
    *before, h, w, c = images.shape
    size = max(1, round(w * scale)), max(1, round(h * scale))
    method = SCALINGS[scaling] if scale > 1 else cv2.INTER_AREA
    made = [cv2.resize(image, size, interpolation=method) for image in images.reshape(-1, h, w, c)]
    return np.stack(made).reshape(*before, size[1], size[0], c)


def smaller_scales(scale: int, height: int, width: int) -> list[float]:
    """The scales that a film may fall back to: `scale`, whole ones down to 1, then 1/2 and 1/4.

    A fraction must leave an image `MIN_SIDE` pixels on each side.
    """
    fractions = [f for f in (0.5, 0.25) if min(height, width) * f >= MIN_SIDE]
    return [*range(scale, 0, -1), *fractions]
