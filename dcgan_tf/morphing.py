"""Morphing: a closed walk through the latents, seen through a generator, as a film that loops.

It knows no model: the generator is any function from latents to images.
"""

import os
from collections.abc import Callable

import numpy as np

from dcgan_tf import images, latent
from dcgan_tf.errors import RunError, UsageError

CHUNK = 256         # images asked for at once; only their pixels are kept
MOST_COLUMNS = 10   # classes side by side
TOLERANCE = 0.01    # how far a value may leave [0, 1] by rounding


class MorphingGenerator:
    """Makes films of a generator; each tile of the grid walks from a seed of its own.

    images_of: latents [N, z_dim] float32 -> images [N, H, W, C] in [0, 1], C = 1 or 3, any N. Where
    a film has labels they are its second argument: int [N], or float [N, K], a weight a class.
    """

    def __init__(self, images_of: Callable[[np.ndarray], np.ndarray], z_dim: int, *,
                 prior: str = 'uniform'):
        self.images_of = images_of
        self.z_dim = z_dim
        self.prior = prior

    def write(self, file: str | os.PathLike, path: str = 'sphere', frames: int = 60,
              grid: tuple[int, int] = (4, 4), seed: int = 0, speeds: tuple[int, int] = (2, 1), *,
              labels: np.ndarray | None = None, fps: float = 20) -> None:
        """Writes the film; the ending of the file is one of `images.ANIMATIONS`."""
        images.check_animation(file, fps)
        film = self.frames(path, frames, grid, seed, speeds, labels=labels)
        images.write_animation(file, film, fps=fps)

    def frames(self, path: str = 'sphere', frames: int = 60, grid: tuple[int, int] = (4, 4),
               seed: int = 0, speeds: tuple[int, int] = (2, 1), *,
               labels: np.ndarray | None = None) -> np.ndarray:
        """-> uint8 [frames, rows H, columns W, C], grid = (rows, columns)

        labels: int [F, T] or float [F, T, K], F = frames or 1, T = tiles or 1.
        RunError if the generator answers with anything but finite images of one shape in [0, 1].
        """
        z = self.latents(path, frames, grid, seed, speeds)                    # [F, tiles, Z]
        asked = [z.reshape(-1, self.z_dim)]                                   # [F tiles, Z]
        if labels is not None:
            y = np.broadcast_to(labels, (*z.shape[:2], *labels.shape[2:]))
            asked.append(y.reshape(-1, *labels.shape[2:]))                    # [F tiles], [.., K]
        pixels = self._pixels(*asked)                                         # [F tiles, H, W, C]
        pixels = pixels.reshape(*z.shape[:2], *pixels.shape[1:])              # [F, tiles, H, W, C]
        return np.stack([images.tile(tiles, columns=grid[1]) for tiles in pixels])

    def latents(self, path: str, frames: int, grid: tuple[int, int], seed: int,
                speeds: tuple[int, int]) -> np.ndarray:
        """-> [frames, tiles, z_dim] float32; tile k, row by row, is the path of seed + k."""
        if len(grid) != 2 or min(grid) < 1:
            raise UsageError(f'--grid {grid}: expected rows and columns, 1 or more of both')
        seeds = range(seed, seed + grid[0] * grid[1])
        return np.stack([latent.path(path, self.prior, self.z_dim, frames, s, speeds=speeds)
                         for s in seeds], axis=1)

    def _pixels(self, *asked: np.ndarray) -> np.ndarray:
        """[N, Z], maybe labels [N, ...] -> uint8 [N, H, W, C], a chunk at a time."""
        parts = [self._chunk(*(values[i:i + CHUNK] for values in asked))
                 for i in range(0, len(asked[0]), CHUNK)]
        shapes = {part.shape[1:] for part in parts}
        if len(shapes) > 1:
            raise RunError(f'images_of: got images of several shapes, {sorted(shapes)}')
        return np.concatenate(parts)

    def _chunk(self, z: np.ndarray, *labels: np.ndarray) -> np.ndarray:
        """Asks for the images of one chunk and checks the answer."""
        answer = np.asarray(self.images_of(z, *labels))
        shape = list(answer.shape)
        if len(shape) != 4 or shape[0] != len(z) or shape[-1] not in (1, 3) or 0 in shape:
            raise RunError(f'images_of: got {shape} for {len(z)} latents, '
                           f'expected [{len(z)}, H, W, C], C = 1 or 3')
        pixels = images.to_uint8(answer)
        if answer.min() < -TOLERANCE or answer.max() > 1 + TOLERANCE:
            raise RunError(f'images_of: got values from {answer.min():.3g} to {answer.max():.3g}, '
                           'expected [0, 1]')
        return pixels


def film_tiles(config, grid: tuple[int, int] | None = None):
    """-> (grid, labels) of a film of that Config's generator; grid None = what suits it.

    Where labels enter, column k shows class k: int [1, tiles]; else they are None.
    """
    classes = len(config.class_names)
    if not config.conditioned:
        return grid or (4, 4), None
    rows, columns = grid or (4, min(classes, MOST_COLUMNS))
    return (rows, columns), np.tile(np.arange(columns) % classes, rows)[None]


def class_walk(first: int, last: int, classes: int, frames: int) -> np.ndarray:
    """Labels of a film from one class to another and back, without a jump.

    -> float [frames, 1, K]: weights 1 - w of `first` and w of `last`, w = (1 - cos 2 pi t) / 2
    """
    w = (1 - np.cos(2 * np.pi * np.arange(frames) / frames)) / 2
    one_hot = np.eye(classes)
    return np.float32(np.outer(1 - w, one_hot[first]) + np.outer(w, one_hot[last]))[:, None]
