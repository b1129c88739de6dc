"""Puts the tiles of a film together to frames."""

import numpy as np

from dcgan_tf import images, latent
from dcgan_tf.arguments import is_number
from dcgan_tf.errors import UsageError

MAX_BYTES = 1 << 31         # all frames together


class Arrangement:
    """Puts tiles together to frames.   tiles [F, T, H, W, C], scale -> [F, H', W', C], all uint8

    walks: latents [F, T, Z], whose paths are drawn under each row of images; None = no paths.
    Raises UsageError for a scale that is not a whole number from 1 to images.MAX_SCALE, and for an
    unknown scaling.
    """

    def __init__(self, columns: int, scale: int, scaling: str, walks: np.ndarray | None):
        if scaling not in images.SCALINGS:
            raise UsageError(f'--scaling {scaling}: expected {", ".join(images.SCALINGS)}')
        if not is_number(scale) or scale != int(scale) or not 1 <= scale <= images.MAX_SCALE:
            raise UsageError(f'--scale {scale}: expected a whole number from 1 to '
                             f'{images.MAX_SCALE}')
        self._columns, self._scaling = columns, scaling
        self._points = [] if walks is None else [latent.plane(z) for z in walks.swapaxes(0, 1)]

    def check_size(self, size: int, scale: int) -> None:
        """Raises UsageError for a film above MAX_BYTES. size: its bytes at scale 1."""
        size *= scale ** 2 * (2 if self._points else 1)
        if size > MAX_BYTES:
            raise UsageError(f'--scale {scale}: the frames would take {size / 1e9:.1f} GB; choose '
                             'a smaller --scale, --frames or --grid')

    def __call__(self, tiles: np.ndarray, scale: float) -> np.ndarray:
        large = images.resize(tiles, scale, self._scaling)
        if self._points:
            large = self._two_rows(large)
        return np.stack([images.tile(frame_tiles, columns=self._columns) for frame_tiles in large])

    def _two_rows(self, tiles):
        """Puts a row of paths under each row of images.   [F, T, H, W, C] -> [F, 2 T, H, W, C]"""
        frames, count, *size, channels = tiles.shape
        panels = [images.path_panels(points, size, channels) for points in self._points]
        both = np.stack([tiles, np.stack(panels, axis=1)], axis=2)            # [F, T, 2, H, W, C]
        rows = both.reshape(frames, count // self._columns, self._columns, 2, *size, channels)
        return rows.swapaxes(2, 3).reshape(frames, 2 * count, *size, channels)
