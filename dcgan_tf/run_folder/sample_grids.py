"""Chooses the latents and labels of a run's pictures, the same at every evaluation.

    gan      fake    32 latents in a grid             row     the same 32 latents in one row
    aae_labels  as a cgan, with latents of the part of the prior that is for the class
    cgan     fake1   column k = class k, another      fake2   one latent for all classes in one
                     latent in each row                       row: only the label changes
    infogan  as a cgan, and codes: a block for each code, in which a row is a value of the code, and
             a column one draw of all other numbers
    plane    with an encoder and latents of two numbers: what lies where in the plane
"""

from typing import NamedTuple

import numpy as np

from dcgan_tf import latent, program, seeds

MAX_IMAGES = 32             # tiles of a picture without labels
MAX_ROWS = 8                # rows, columns and tiles of a picture with labels
MAX_COLUMNS = 64
MAX_TILES = 128
SWEEP = 10                  # columns of a sweep of codes, and rows of a continuous code
PLANE = 15                  # rows and columns of the grid over the plane of latents
MAX_VALUES = 64             # of a categorical code that a sweep shows
MAX_CODE = 2.0              # of a continuous code, as in the paper; training draws from the prior


class SampleGrid(NamedTuple):
    """The latents, labels and layout of one picture of many tiles."""

    z: np.ndarray               # [N, Z]
    labels: np.ndarray | None   # [N] int32, or [N, L] of several labels
    columns: int
    blocks: tuple = ()          # rows of each block; a line is drawn between them. () = one block


def sample_grids(config) -> dict[str, SampleGrid]:
    """Returns name -> SampleGrid. The first makes training.gif, the last, one row, progress.png."""
    first, *others, last = _grids(config).items()
    plane = [('plane', plane_grid(config.prior))] if config.shows_plane else []
    return dict([first, *others, *plane, last])


def plane_grid(prior: str) -> SampleGrid:
    """Returns a grid of latents of two numbers: from left to right, and from the bottom up.

    They reach over two standard deviations of the prior to each side, or to its bounds.
    """
    row = latent.PRIORS[prior]
    edge = 2.0 * row.radius(2) / 2 ** 0.5
    edge = min(edge, row.bounds[1]) if row.bounds else edge
    line = np.linspace(-edge, edge, PLANE)
    x, y = np.meshgrid(line, line[::-1])
    return SampleGrid(np.float32(np.stack([x.ravel(), y.ravel()], axis=1)), None, PLANE)


def _grids(config):
    if not (config.conditioned or config.places_classes):
        n = min(config.batch_size, MAX_IMAGES)
        z = latent.draw(config.prior, n, config.latent_dim, config.seed)
        return {'fake': SampleGrid(z, None, squarest(len(z))), 'row': SampleGrid(z, None, len(z))}
    rows, columns = rows_and_columns(config.label_sizes[0])
    z = latent.draw(config.prior, rows, config.latent_dim, config.seed)
    classes = np.arange(columns, dtype=np.int32)
    labels = latent.with_other_labels(np.tile(classes, rows), np.repeat(np.arange(rows), columns),
                                      config.label_sizes)
    if config.places_classes:
        return placed_grids(config, rows, classes)
    grids = {'fake1': SampleGrid(np.repeat(z, columns, axis=0), labels, columns),
             'fake2': SampleGrid(np.repeat(z[:1], columns, axis=0), labels[:columns], columns)}
    if not config.has_codes:
        return grids
    return {'fake1': grids['fake1'], 'codes': code_sweep(config), 'fake2': grids['fake2']}


def placed_grids(config, rows, classes) -> dict[str, SampleGrid]:
    """Returns the grids in which column k shows class k, and only the latent decides the class."""
    numbers, columns = config.seed + np.arange(rows), len(classes)
    z = latent.latents_of(config, np.repeat(numbers, columns), np.tile(classes, rows))
    return {'fake1': SampleGrid(z, None, columns), 'fake2': SampleGrid(z[:columns], None, columns)}


def code_sweep(config, columns: int = SWEEP, seed: int | None = None) -> SampleGrid:
    """Returns the picture that shows what each code does: Chen et al. 2016, 1606.03657, figure 2.

    A block for each categorical code with a row for each value, or for the first 64, then one for
    each continuous code with ten rows from -2 to 2. A column has the latent and the other codes of
    one seed: seed, seed + 1 and so on; None = that of the run.
    """
    c, first = config, config.seed if seed is None else seed
    z = latent.draw(c.prior, columns, c.latent_dim, first)
    numbers = first + np.arange(columns)
    drawn = [seeds.generator(number, 'first code').integers(c.label_sizes[0])
             for number in numbers]
    labels = latent.with_other_labels(drawn, numbers, c.label_sizes).reshape(columns, -1)
    blocks = [_swept(z, labels, labels, code, np.arange(min(size, MAX_VALUES)))
              for code, size in enumerate(c.label_sizes)]
    blocks += [_swept(z, labels, z, code, np.linspace(-MAX_CODE, MAX_CODE, SWEEP))
               for code in range(c.z_dim, c.latent_dim)]
    z, labels = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
    return SampleGrid(z, labels[:, 0] if labels.shape[1] == 1 else labels, columns,
                      tuple(len(block) // columns for block, _ in blocks))


def _swept(z, labels, changed, number, values):
    """Returns latents and labels in rows, in which one number takes these values.

    changed: z or labels, the one that has the number.   -> [rows x columns, Z], [rows x columns, L]
    """
    rows = []
    for value in values:
        other = changed.copy()
        other[:, number] = value
        rows.append((other, labels) if changed is z else (z, other))
    return tuple(np.concatenate(parts) for parts in zip(*rows, strict=True))


def rows_and_columns(classes: int) -> tuple[int, int]:
    """Returns the rows and columns of the picture in which column k is class k.

    It shows at most the first 64 classes.
    """
    columns = min(classes, MAX_COLUMNS)
    return min(MAX_ROWS, max(2, MAX_TILES // columns)), columns


def left_out(config, film_columns: int) -> list[str]:
    """Returns a line for the user for each label of which pictures of a training leave values out.

    A label is the class, or a categorical code. film_columns: how many values of the first label
    morph1.gif and morph2.gif show at most.
    """
    n, (_, values) = len(config.label_names), config.label_words
    grids = ('fake1, fake2, codes and progress.png' if config.has_codes else
             'fake1, fake2, progress.png and real.png')
    parts = [f'{files} show the first {most}' for files, most in (
        (grids, MAX_COLUMNS), ('morph1.gif and morph2.gif', film_columns)) if n > most]
    sample = program.command('sample')
    lines = [f'pictures: of {n:,} {values}, {" and ".join(parts)}; {sample} draws all'
             ] if parts else []
    return lines + [
        f'pictures: of {size:,} values of code {code}, codes shows the first {MAX_VALUES}; '
        f'{sample} --code {code}:VALUE draws each'
        for code, size in enumerate(config.label_sizes[1:], 2) if size > MAX_VALUES]


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
