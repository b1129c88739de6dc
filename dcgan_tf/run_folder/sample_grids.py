"""Chooses the latents and labels of a run's pictures, the same at every evaluation.

    gan     fake    32 latents in a grid             row     the same 32 latents in one row
    cgan    fake1   column k = class k, another      fake2   one latent for all classes in one
                    latent in each row                       row: only the label changes
"""

from typing import NamedTuple

import numpy as np

from dcgan_tf import latent

MAX_IMAGES = 32             # tiles of a picture without labels
MAX_ROWS = 8                # rows, columns and tiles of a picture with labels
MAX_COLUMNS = 64
MAX_TILES = 128


class SampleGrid(NamedTuple):
    """The latents, labels and layout of one picture of many tiles."""

    z: np.ndarray               # [N, Z]
    labels: np.ndarray | None   # [N] int32
    columns: int


def sample_grids(config) -> dict[str, SampleGrid]:
    """Returns name -> SampleGrid. The first makes training.gif, the last, one row, progress.png."""
    if not config.conditioned:
        z = latent.draw(config.prior, min(config.batch_size, MAX_IMAGES), config.z_dim, config.seed)
        return {'fake': SampleGrid(z, None, squarest(len(z))), 'row': SampleGrid(z, None, len(z))}
    rows, columns = rows_and_columns(len(config.class_names))
    z = latent.draw(config.prior, rows, config.z_dim, config.seed)
    classes = np.arange(columns, dtype=np.int32)
    return {'fake1': SampleGrid(np.repeat(z, columns, axis=0), np.tile(classes, rows), columns),
            'fake2': SampleGrid(np.repeat(z[:1], columns, axis=0), classes, columns)}


def rows_and_columns(classes: int) -> tuple[int, int]:
    """Returns the rows and columns of the picture in which column k is class k.

    It shows at most the first 64 classes.
    """
    columns = min(classes, MAX_COLUMNS)
    return min(MAX_ROWS, max(2, MAX_TILES // columns)), columns


def left_out(config, film_columns: int) -> list[str]:
    """Returns a line for the user if the pictures of a training leave classes out, in a list.

    film_columns: how many classes morph1.gif and morph2.gif show at most.
    """
    classes = len(config.class_names) if config.conditioned else 0
    parts = [f'{files} show the first {most}' for files, most in (
        ('fake1, fake2, progress.png and real.png', MAX_COLUMNS),
        ('morph1.gif and morph2.gif', film_columns)) if classes > most]
    return [f'pictures: of {classes:,} classes, {" and ".join(parts)}; tools/sample.py draws all'
            ] if parts else []


def indices_by_class(labels: np.ndarray, classes: int) -> np.ndarray:
    """Returns the indices of real images for such a picture, row by row.

    A class with few images repeats them. labels [N], each class at least once -> [rows * columns]
    """
    rows, columns = rows_and_columns(classes)
    return np.array([np.resize(np.flatnonzero(labels == k), rows)
                     for k in range(columns)]).T.ravel()


def squarest(n: int) -> int:
    """Returns the columns of the squarest full rectangle of n tiles, at least as wide as high."""
    return next(c for c in range(1, n + 1) if n % c == 0 and c * c >= n)
