"""Writes a temporary file, loads it back and compares it; a correct one is moved into place."""

import contextlib
import json
import pathlib
from typing import NamedTuple

import numpy as np

from dcgan_tf import files
from dcgan_tf.errors import RunError
from dcgan_tf.show.exports import ABOUT, FORMATS, module

MAX_DIFFERENCE = 1e-4         # of a pixel in [0, 1], or of a code; rounding makes 1e-6
SMALL_BATCHES = (1, 7)        # batch sizes that are tried in addition to all rows at once


class ExportResult(NamedTuple):
    """A file that has been written and compared."""

    path: pathlib.Path
    size: int                 # bytes, without the separate description
    signature: str            # read from the file itself
    difference: float         # the largest one of a pixel, or of a code, over all batch sizes
    batches: list             # the batch sizes


def write(name: str, sampler, path: pathlib.Path, feed: dict, expected: dict) -> ExportResult:
    """Writes `path` in the format `name` and compares its images with the expected ones.

    feed: the inputs, N rows each. expected: the outputs of these inputs: `image` [N, H, W, C], or
    those of an encoder. If a number differs by more than MAX_DIFFERENCE, raises RunError and leaves
    nothing behind.
    """
    row, format_module = FORMATS[name], module(name)
    temporary_of = files.whole_file if row.ending else files.whole_folder
    n = len(next(iter(expected.values())))
    batches = sorted({*(size for size in SMALL_BATCHES if size <= n), n})
    with contextlib.ExitStack() as stack:
        if row.about:
            about = stack.enter_context(files.whole_file(path.with_name(path.name + ABOUT)))
            about.write_text(json.dumps(sampler.about, indent=2) + '\n', encoding='utf-8')
        temporary = stack.enter_context(temporary_of(path))
        format_module.write(sampler, temporary)
        with format_module.load(temporary, [*sampler.outputs]) as loaded:
            difference = float(np.max([_difference(loaded, feed, expected, size)
                                       for size in batches]))
        largest = max(np.abs(values).max() for values in expected.values())
        most = MAX_DIFFERENCE * max(1.0, largest)                       # codes may be large numbers
        if not difference <= most:
            numbers = 'pixels' if sampler.name == 'generator' else 'codes'
            raise RunError(f'{path}: {numbers} of the {name} file differ from those of the run by '
                           f'up to {difference:.2g}, expected {most:.0e} at most; the file was not '
                           'kept')
    return ExportResult(path, _size(path), loaded.signature, difference, batches)


def _difference(loaded, feed, expected, size):
    """Returns the largest difference of a pixel in the first `size` images, drawn as one batch.

    It is NaN if a pixel is NaN. Of an encoder's file it is that of a number in the codes.
    """
    made = loaded.run({name: values[:size] for name, values in feed.items()})
    return np.max([_largest(made[name], values[:size]) for name, values in expected.items()])


def _largest(made, expected):
    """Returns the largest difference of a number in two arrays. RunError for other shapes."""
    if made.shape != expected.shape:
        raise RunError(f'the exported file gives {made.shape} for {len(expected)} rows, expected '
                       f'{expected.shape}')
    return np.abs(made - expected).max()


def _size(path):
    """Returns the bytes of a file, or of all files in a folder."""
    paths = path.rglob('*') if path.is_dir() else [path]
    return sum(part.stat().st_size for part in paths if part.is_file())
