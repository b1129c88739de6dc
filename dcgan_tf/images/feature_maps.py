"""Draws feature maps as tiles: a row for each image, a column for each map."""

from typing import NamedTuple

import numpy as np

from dcgan_tf.images.pixels import resize, tile

MAX_IMAGES, MAX_MAPS = 16, 64
MIN_TILE, MAX_SIDE = 32, 4096          # pixels: smaller maps are enlarged; side of the picture
GAP, BAD = (40, 60, 120), (255, 0, 0)  # RGB: blue between the tiles, red for NaN and infinities


class MapTiles(NamedTuple):
    """A picture of feature maps."""

    pixels: np.ndarray           # uint8 [H, W, 3]
    images: int                  # rows: the first images
    maps: int                    # columns: the first maps


def map_tiles(values: np.ndarray) -> MapTiles:
    """Draws the first images and maps of values [N, H, W, C] that have room.

    Each map has its own range of grey: from its minimum, black, to its maximum, white, in all
    images that are drawn. A map of equal numbers is black. NaN and infinities are red.
    """
    n, h, w, c = values.shape
    scale = max(1, MIN_TILE // max(h, w))
    images = min(n, MAX_IMAGES, max(1, MAX_SIDE // (scale * h + 1)))
    maps = min(c, MAX_MAPS, max(1, MAX_SIDE // (scale * w + 1)))
    shown = np.moveaxis(values[:images, ..., :maps], 3, 1)                    # [N, C, H, W]
    tiles = resize(_coloured(shown.astype(np.float64)), scale)
    tiles = tiles.reshape(images * maps, scale * h, scale * w, 3)
    framed = np.full([len(tiles), scale * h + 1, scale * w + 1, 3], GAP, np.uint8)
    framed[:, :-1, :-1] = tiles
    return MapTiles(tile(framed, maps)[:-1, :-1], images, maps)


def _coloured(maps):
    """Returns the pixels of maps [N, C, H, W].   -> uint8 [N, C, H, W, 3]"""
    finite, axes = np.isfinite(maps), (0, 2, 3)
    low = maps.min(axes, keepdims=True, where=finite, initial=np.inf)          # [1, C, 1, 1]
    high = maps.max(axes, keepdims=True, where=finite, initial=-np.inf)
    grey = np.zeros_like(maps)
    with np.errstate(invalid='ignore'):                                        # inf - inf
        np.divide(maps - low, high - low, out=grey, where=finite & (high > low))
    pixels = np.repeat(np.rint(255 * grey).astype(np.uint8)[..., None], 3, axis=-1)
    pixels[~finite] = BAD
    return pixels
