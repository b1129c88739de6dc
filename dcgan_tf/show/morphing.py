"""Morphing: films that loop, made of the images of a closed walk through the latents.

This file does not depend on a model: the generator is any function from latents to images.
"""

import os
from collections.abc import Callable, Sequence

import numpy as np

from dcgan_tf import images, latent
from dcgan_tf.arguments import check_whole, is_number, is_whole, shown
from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.show import arrangement

GRID = 4, 4         # rows and columns of a film
CHUNK = 256         # images that are generated at once; only their pixels are kept
MAX_COLUMNS = 10    # classes side by side
TOLERANCE = 0.01    # how far rounding may put a value outside [0, 1]


class MorphingGenerator:
    """Makes films with a generator. Each tile of the grid has a walk with its own seed.

    images_of: latents [N, z_dim] float32 -> images [N, H, W, C] in [0, 1], C = 1 or 3, any N. If
    a film has labels, they are its second argument: int [N], or float [N, K] with one weight per
    class. labels_of: number of tiles T -> labels [1, T] of a film that is given none; None = such a
    film has no labels.
    """

    def __init__(self, images_of: Callable[[np.ndarray], np.ndarray], z_dim: int, *,
                 prior: str = 'uniform', labels_of: Callable[[int], np.ndarray] | None = None):
        self.images_of = images_of
        self.labels_of = labels_of
        self.z_dim = z_dim
        self.prior = prior

    def write(self, file: str | os.PathLike, *, grid: tuple[int, int] = GRID,
              labels: np.ndarray | None = None, scale: int = 1, scaling: str = 'nearest',
              show_path: bool = False, fps: float = 20, loop: int = 0,
              max_kb: float | None = None, **walks) -> images.FilmInfo:
        """Writes the film. The ending of the file name is one of `images.ANIMATIONS`.

        grid: rows and columns. scale: each image is enlarged by this factor, scaling: with this row
        of `images.SCALINGS`. show_path: draws under each image its path in the two principal
        directions, with a dot at the position of the frame. loop: how often the film plays, 0 = for
        ever. max_kb: the size limit in kB; to meet it, the film gets fewer colours or a smaller
        scale (`images.write_film`). walks: the other arguments of `latents`.
        """
        images.check_animation(file, fps, loop, max_kb)
        tiles, arrange = self._film(grid, labels, scale, scaling, show_path, walks)
        scales = [scale] if max_kb is None else images.smaller_scales(scale, *tiles.shape[2:4])
        return images.write_film(file, lambda scale: arrange(tiles, scale), scales, fps=fps,
                                 loop=loop, max_kb=max_kb)

    def frames(self, *, grid: tuple[int, int] = GRID, labels: np.ndarray | None = None,
               scale: int = 1, scaling: str = 'nearest', show_path: bool = False,
               **walks) -> np.ndarray:
        """Returns the frames of `write`.

        -> uint8 [frames, rows H, columns W, C], grid = (rows, columns)
        Raises RunError unless the generator returns finite images of one shape in [0, 1].
        """
        tiles, arrange = self._film(grid, labels, scale, scaling, show_path, walks)
        return arrange(tiles, scale)

    def latents(self, path: str | Sequence[str] = 'sphere', frames: int = 60,
                grid: tuple[int, int] = GRID, seed: int = 0, *, speeds: tuple | None = None,
                ease: bool = False, truncation: float = 1.0,
                keys: np.ndarray | None = None) -> np.ndarray:
        """Returns the walks of all tiles.   -> [frames, tiles, z_dim] float32

        Tile k, counted row by row, walks the path with seed + k. path: a name of `latent.PATHS`, or
        a list of names that the tiles take in turn. keys [K, z_dim]: all tiles walk through these
        latents instead of drawn ones. speeds, ease: see `latent.walk`. truncation: the factor of
        all latents; below 1 the images are less varied and more typical.
        """
        if not isinstance(grid, tuple | list) or len(grid) != 2 or not all(
                is_whole(n) and n >= 1 for n in grid):
            raise UsageError(f'--grid {shown(grid)}: expected rows and columns, both 1 or more')
        latent.check_truncation(truncation)
        check_whole('frames', frames, 1)
        check_whole('seed', seed)
        if speeds is not None and (not isinstance(speeds, tuple | list)
                                   or not all(map(is_number, speeds))):
            raise UsageError(f'--speeds {shown(speeds)}: expected whole numbers, such as (2, 1)')
        numbers = frames * grid[0] * grid[1] * self.z_dim
        if 4 * numbers > arrangement.MAX_BYTES:
            raise UsageError(f'--frames {frames}, --grid {grid[0]}x{grid[1]}: the latents alone '
                             f'would take {4e-9 * numbers:.1f} GB; choose smaller values')
        names = list(path) if isinstance(path, tuple | list) and path else [path]
        walks = []
        for tile in range(grid[0] * grid[1]):
            name = names[tile % len(names)]
            tile_keys = keys
            if keys is None:
                tile_keys = latent.keys_of(name, self.prior, self.z_dim, seed + tile)
            walks.append(latent.walk(name, tile_keys, self.prior, frames, speeds=speeds, ease=ease))
        return np.float32(truncation) * np.stack(walks, axis=1)

    def tiles(self, z: np.ndarray, labels: np.ndarray | None = None) -> np.ndarray:
        """Returns the images of latents [F, T, Z].   -> uint8 [F, T, H, W, C]

        labels: int [F, T] or float [F, T, K], F = frames or 1, T = tiles or 1.
        """
        inputs = [z.reshape(-1, self.z_dim)]                                  # [F T, Z]
        if labels is not None:
            y = np.broadcast_to(labels, (*z.shape[:2], *labels.shape[2:]))
            inputs.append(y.reshape(-1, *labels.shape[2:]))                   # [F T], [F T, K]
        pixels = self._pixels(*inputs)                                        # [F T, H, W, C]
        return pixels.reshape(*z.shape[:2], *pixels.shape[1:])

    def _film(self, grid, labels, scale, scaling, show_path, walks):
        """Returns (tiles [F, T, H, W, C], the Arrangement that makes frames from them)."""
        z = self.latents(grid=grid, **walks)                                  # [F, T, Z]
        if labels is not None:
            labels = np.asarray(labels)
            if labels.ndim not in (2, 3) or any(
                    size not in (1, n) for size, n in zip(labels.shape[:2], z.shape, strict=False)):
                raise UsageError(f'labels {shown(labels)}: expected int {list(z.shape[:2])}, or '
                                 'weights of each class, 1 in place of a number = for all')
        if labels is None and self.labels_of:
            labels = self.labels_of(z.shape[1])
        arrange = arrangement.Arrangement(grid[1], scale, scaling, z if show_path else None)
        first_tile = self.tiles(z[:1, :1], None if labels is None else labels[:1, :1])
        # Drawing all tiles may take hours, so the size is checked first.
        arrange.check_size(first_tile.size * z[..., 0].size, scale)
        return self.tiles(z, labels), arrange

    def _pixels(self, *inputs: np.ndarray) -> np.ndarray:
        """Draws images in chunks.   z [N, Z], maybe labels [N, ...] -> uint8 [N, H, W, C]"""
        parts = [self._chunk(*(values[i:i + CHUNK] for values in inputs))
                 for i in range(0, len(inputs[0]), CHUNK)]
        shapes = {part.shape[1:] for part in parts}
        if len(shapes) > 1:
            raise RunError(f'images_of: got images of several shapes, {sorted(shapes)}')
        return np.concatenate(parts)

    def _chunk(self, z: np.ndarray, *labels: np.ndarray) -> np.ndarray:
        """Draws the images of one chunk and checks them."""
        drawn = np.asarray(self.images_of(z, *labels))
        shape = list(drawn.shape)
        if len(shape) != 4 or shape[0] != len(z) or shape[-1] not in (1, 3) or 0 in shape:
            raise RunError(f'images_of: got {shape} for {len(z)} latents, '
                           f'expected [{len(z)}, H, W, C], C = 1 or 3')
        pixels = images.to_uint8(drawn)
        if drawn.min() < -TOLERANCE or drawn.max() > 1 + TOLERANCE:
            raise RunError(f'images_of: got values from {drawn.min():.3g} to {drawn.max():.3g}, '
                           'expected [0, 1]')
        return pixels


def film_tiles(config, grid: tuple[int, int] | None = None, rows: int = 4):
    """Returns (grid, labels) for a film of a generator with this Config.

    grid: (rows, columns); None = `rows` rows, and columns that suit the classes. labels: int
    [1, tiles], column k shows class k; None if the generator takes no labels. An infogan with
    several codes has labels [1, tiles, L]: a row has the same other codes.
    """
    if not config.conditioned:
        return grid or (rows, 4), None
    classes = config.label_sizes[0]
    rows, columns = grid or (rows, min(classes, MAX_COLUMNS))
    labels, row = np.tile(np.arange(columns) % classes, rows), np.repeat(np.arange(rows), columns)
    return (rows, columns), latent.with_other_labels(labels, row, config.label_sizes)[None]


def film_scale(config, grid: tuple[int, int], frames: int, show_path: bool = False,
               wanted: int = 0) -> int:
    """Returns the factor that a film of a generator with this Config needs to be seen.

    grid: rows and columns. show_path: the film draws the paths, too. wanted: see
    `images.seen_scale`.
    """
    c, (rows, columns) = config, grid
    size = frames * rows * columns * c.image_height * c.image_width * c.n_channels
    return images.seen_scale(columns * c.image_width, size * (2 if show_path else 1), wanted)


def class_walk(first: np.ndarray, last: np.ndarray, frames: int) -> np.ndarray:
    """Returns the labels of a film from one class to another and back, without a jump.

    first, last: weights of the classes, float [T, K], of T tiles; or [frames, T, K] if they change.
    -> float [frames, T, K]: (1 - w) first + w last, w = (1 - cos 2 pi t) / 2
    """
    w = (1 - np.cos(2 * np.pi * np.arange(frames) / frames))[:, None, None] / 2
    return np.float32((1 - w) * first + w * last)
