"""A file is written beside its place, loaded back and compared; only if it agrees it goes there."""

import contextlib
import json
import pathlib
from typing import NamedTuple

import numpy as np

from dcgan_tf import files
from dcgan_tf.errors import RunError
from dcgan_tf.show.exports import ABOUT, FORMATS, module

MAX_DIFFERENCE = 1e-4         # of a pixel in [0, 1]; rounding makes 1e-6
SMALL_BATCHES = (1, 7)        # batch sizes beside that of the whole question


class Written(NamedTuple):
    """What came of an export."""

    path: pathlib.Path
    size: int                 # bytes, without the words beside it
    signature: str            # as the file itself has it
    difference: float         # the largest of a pixel, at any batch size
    batches: list             # the sizes


def write(name: str, sampler, path: pathlib.Path, asked: dict, expected: np.ndarray) -> Written:
    """Writes `path` in the format `name` and holds it against images that are known.

    asked: what to feed, N rows each; expected: its images [N, H, W, C]. RunError, and nothing
    written, where a pixel differs by more than MAX_DIFFERENCE.
    """
    row, form = FORMATS[name], module(name)
    whole = files.whole_file if row.ending else files.whole_folder
    batches = sorted({*(size for size in SMALL_BATCHES if size <= len(expected)), len(expected)})
    with contextlib.ExitStack() as stack:
        if row.about:
            beside = stack.enter_context(files.whole_file(path.with_name(path.name + ABOUT)))
            beside.write_text(json.dumps(sampler.about, indent=2) + '\n')
        temporary = stack.enter_context(whole(path))
        form.write(sampler, temporary)
        with form.load(temporary) as loaded:
            difference = float(np.max([_difference(loaded, asked, expected, size)
                                       for size in batches]))
        if not difference <= MAX_DIFFERENCE:
            raise RunError(f'{path}: the {name} file makes other pictures, by up to '
                           f'{difference:.2g} a pixel where {MAX_DIFFERENCE:.0e} is allowed; it '
                           'was not kept')
    return Written(path, _size(path), loaded.signature(), difference, batches)


def _difference(loaded, asked, expected, size):
    """The largest of a pixel in the first `size` images, asked for in one batch. NaN counts."""
    images = loaded.run({name: values[:size] for name, values in asked.items()})
    if images.shape != expected[:size].shape:
        raise RunError(f'the file read back gives {images.shape} for {size} latents, expected '
                       f'{expected[:size].shape}')
    return np.abs(images - expected[:size]).max()


def _size(path):
    """Bytes of a file, or of all files in a folder."""
    found = path.rglob('*') if path.is_dir() else [path]
    return sum(each.stat().st_size for each in found if each.is_file())
