"""Writes the pictures of a run, which show the same latents as training goes on."""

import contextlib
import logging
import pathlib
import re

import numpy as np

from dcgan_tf import images
from dcgan_tf.errors import RunError, UsageError

logger = logging.getLogger(__name__)

MAX_ROWS = 64                      # rows of progress.png, and frames of training.gif


class Gallery:
    """Writes the pictures of SampleGrids, which are fixed latents and labels, into a folder.

    images_of: (z [N, Z], labels [N] or None) -> images [N, H, W, C] in [0, 1]. grids: name ->
    SampleGrid. first: the step that the training goes on from; later pictures are removed. more:
    name -> function that draws another picture of the step, uint8 [H', W', C]. scale: the factor by
    which the files are enlarged, 0 = what each needs to be seen; progress.png is not. width: of a
    tile in pixels, so that a file of any factor can be read again; None = all are of factor 1.
    No picture is kept in memory: progress.png and training.gif are made from the files, so that
    they are complete in a resumed run, too.
    """

    def __init__(self, folder: pathlib.Path, images_of, grids: dict, first: int, more=(), *,
                 scale: int = 1, width: int | None = None):
        self._folder, self._images_of, self._grids = folder, images_of, grids
        self._scale, self._width = scale, width
        self._more = dict(more)
        self._film, *_, self._strip = grids
        for name in [*grids, *self._more]:
            for step, path in pictures_of(self._folder, name):
                if step > first:
                    with contextlib.suppress(OSError):         # it will be overwritten later
                        path.unlink()

    def begin(self, real: np.ndarray, columns: int) -> None:
        """Writes real.png, images of the data, and noise.png, the latents as grey rows.

        real: uint8 [N, H, W, C]. columns: how many images real.png has side by side.
        """
        self._write(self._folder / 'real.png', images.tile(real, columns))
        z = self._grids[self._film].z
        z = z[np.sort(np.unique(z, axis=0, return_index=True)[1])]      # each once, in order
        low, high = z.min(), z.max()
        grey = images.to_uint8((z - low) / max(high - low, 1e-9))
        self._write(self._folder / 'noise.png', grey[:, :, None])

    def show(self, step: int, note=lambda picture: None) -> None:
        """Writes GRID_STEP.png of each grid, and progress.png.

        The first grid's picture is written last: if it exists, all others do. note: a function
        that is called before, with that picture, uint8 [H', W', C].
        """
        for name in self._grids:
            if name != self._film:
                self._write(self._path(name, step), self._make(name))
        for name, draw in self._more.items():
            self._write(self._path(name, step), draw())
        strips = self._read(self._strip, step)
        images.write_png(self._folder / 'progress.png', images.stack(strips))
        picture = self._make(self._film)
        note(picture)
        self._write(self._path(self._film, step), picture)

    def shows(self, step: int) -> bool:
        """Returns whether all pictures of the step exist."""
        return self._path(self._film, step).exists()

    def end(self, step: int) -> None:
        """Writes training.gif from the first grid's pictures up to `step`, see `thin`."""
        if frames := self._read(self._film, step):
            film = self._enlarged(np.stack(frames))                       # [F, H', W', C]
            images.write_animation(self._folder / 'training.gif', film, fps=8)

    def _write(self, path, picture):
        images.write_png(path, self._enlarged(picture))

    def _enlarged(self, pixels):
        """Returns a picture, or the frames of a film, as the file has them."""
        return images.resize(pixels, images.seen_scale(pixels.shape[-2], pixels.nbytes,
                                                       self._scale))

    def _as_drawn(self, picture, grid):
        """Returns a picture of any factor as G has drawn it: one of the equal pixels of each."""
        scale = picture.shape[1] // (self._grids[grid].columns * self._width) if self._width else 1
        return picture[::scale, ::scale] if scale > 1 else picture

    def _path(self, name, step):
        return self._folder / f'{name}_{step:06d}.png'

    def _make(self, name):
        return picture(self._grids[name], self._images_of)

    def _read(self, grid, last):
        """Returns the pictures GRID_STEP.png up to step `last`, see `thin`.

        All have the shape of the last one. Damaged pictures and those of another shape, which were
        edited, are left out.
        """
        found = pictures_of(self._folder, grid)
        pictures = [_try_read(path) for _, path in thin([f for f in found if f[0] <= last])]
        readable = [self._as_drawn(p, grid) for p in pictures if p is not None]
        return [p for p in readable if p.shape == readable[-1].shape]


def pictures_of(folder: pathlib.Path, grid: str) -> list[tuple[int, pathlib.Path]]:
    """Returns (step, path) of the pictures GRID_STEP.png in a folder, oldest first.

    grid: the name of a SampleGrid, or a regular expression.
    """
    matches = ((re.fullmatch(rf'{grid}_(\d{{6,19}})\.png', path.name, re.ASCII), path)
               for path in folder.glob('*.png'))
    return sorted((int(match[1]), path) for match, path in matches if match)


def newest_samples(folder: pathlib.Path) -> tuple[int, pathlib.Path] | None:
    """Returns (step, path) of the newest picture of samples; None without one.

    folder: images of a run. It is written last: the other pictures of that step are there, too.
    """
    return next(reversed(pictures_of(folder, 'fake1?')), None)       # fake1 of all but a gan


def picture(grid, images_of) -> np.ndarray:
    """Draws the picture of a SampleGrid.   -> uint8 [H', W', C]   images_of: see `Gallery`"""
    pixels = images.to_uint8(images_of(grid.z, grid.labels))
    if not grid.blocks:
        return images.tile(pixels, grid.columns)
    ends = np.cumsum(grid.blocks) * grid.columns
    blocks = [images.tile(part, grid.columns) for part in np.split(pixels, ends[:-1])]
    line = np.full((2, *blocks[0].shape[1:]), 255, np.uint8)
    return np.concatenate([part for block in blocks for part in (block, line)][:-1])


def _try_read(path):
    """Returns the picture, or None with a warning: an old picture must not stop a training."""
    try:
        return images.read_png(path)
    except (RunError, UsageError) as error:
        logger.warning('%s is left out: %s', path, error)
        return None


def thin(items: list, max_items: int = MAX_ROWS) -> list:
    """Returns every 2^k-th item and the last, with the least k that gives at most `max_items`."""
    stride = 1
    while len(items[::stride]) > max_items - 1 and len(items) > max_items:
        stride *= 2
    kept = items[::stride]
    return kept if not items or kept[-1] is items[-1] else [*kept, items[-1]]
