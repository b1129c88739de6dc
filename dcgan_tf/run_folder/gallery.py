"""The pictures of a run: how the same latents look as training goes on."""

import contextlib
import logging
import pathlib
import re

import numpy as np

from dcgan_tf import images
from dcgan_tf.errors import RunError, UsageError

logger = logging.getLogger(__name__)

MAX_ROWS = 64                      # of progress.png and frames of training.gif


class Gallery:
    """Writes the pictures of grids, fixed latents and labels, into a folder.

    images_of: (z [N, Z], labels [N] or None) -> images [N, H, W, C] in [0, 1]. Nothing is kept in
    memory: progress.png and training.gif are put together from the files, so that a resumed run
    shows all of it.
    """

    def __init__(self, folder: pathlib.Path, images_of, grids: dict, first: int):
        self._folder, self._images_of, self._grids = folder, images_of, grids
        self._film, *_, self._strip = grids
        for name in grids:
            for step, path in self._shown(name):
                if step > first:
                    with contextlib.suppress(OSError):         # it will be written over
                        path.unlink()

    def begin(self, real: np.ndarray, columns: int) -> None:
        """real.png, images of the data [N, H, W, C] uint8; noise.png, the latents as grey rows."""
        images.write_png(self._folder / 'real.png', images.tile(real, columns))
        z = self._grids[self._film].z
        z = z[np.sort(np.unique(z, axis=0, return_index=True)[1])]      # each once, in order
        low, high = z.min(), z.max()
        grey = images.to_uint8((z - low) / max(high - low, 1e-9))
        images.write_png(self._folder / 'noise.png', grey[:, :, None])

    def show(self, step: int, note=lambda picture: None) -> None:
        """GRID_STEP.png of each and progress.png.

        note: called with the first grid's picture [H', W', C] uint8 before that is written, as the
        last thing of all: where it is, all is done.
        """
        for name in self._grids:
            if name != self._film:
                images.write_png(self._path(name, step), self._picture(name))
        strips = self._read(self._strip, step)
        images.write_png(self._folder / 'progress.png', images.stack(strips))
        picture = self._picture(self._film)
        note(picture)
        images.write_png(self._path(self._film, step), picture)

    def shows(self, step: int) -> bool:
        """Whether all pictures of the step are there."""
        return self._path(self._film, step).exists()

    def end(self, step: int) -> None:
        """training.gif: the grids of all evaluations up to `step`, thinned."""
        if frames := self._read(self._film, step):
            images.write_animation(self._folder / 'training.gif', np.stack(frames), fps=8)

    def _path(self, name, step):
        return self._folder / f'{name}_{step:06d}.png'

    def _picture(self, name):
        grid = self._grids[name]
        pixels = images.to_uint8(self._images_of(grid.z, grid.labels))
        return images.tile(pixels, grid.columns)

    def _read(self, kind, last):
        """The pictures `kind_STEP.png` up to step `last`, thinned; all of the last one's shape.

        Others, which somebody has edited or damaged, are left out.
        """
        found = self._shown(kind)
        pictures = [_try_read(path) for _, path in thin([f for f in found if f[0] <= last])]
        whole = [p for p in pictures if p is not None]
        return [p for p in whole if p.shape == whole[-1].shape]

    def _shown(self, kind):
        """(step, path) of the pictures `kind_STEP.png`, oldest first."""
        names = ((re.fullmatch(rf'{kind}_(\d+)\.png', path.name), path)
                 for path in self._folder.iterdir())
        return sorted((int(name[1]), path) for name, path in names if name)


def _try_read(path):
    """The picture, or None with a warning: an old picture must not stop a training."""
    try:
        return images.read_png(path)
    except (RunError, UsageError) as error:
        logger.warning('%s is left out: %s', path, error)
        return None


def thin(items: list, most: int = MAX_ROWS) -> list:
    """Every 2^k-th item, k the least that leaves `most` at most, and always the last."""
    stride = 1
    while len(items[::stride]) > most - 1 and len(items) > most:
        stride *= 2
    kept = items[::stride]
    return kept if not items or kept[-1] is items[-1] else [*kept, items[-1]]
