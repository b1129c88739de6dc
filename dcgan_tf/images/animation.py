"""Writes films: the table of formats, and the search for the best film within a size limit."""

import os
import pathlib
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from dcgan_tf.arguments import is_number, is_whole
from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.files import write_whole
from dcgan_tf.images import encoders
from dcgan_tf.images.notebook import image_html
from dcgan_tf.images.pixels import check_pixels
from dcgan_tf.images.png import check_out, failures

KB = 1_000              # bytes
MAX_PLAYS = 65_535      # what a GIF can count
TOO_SHORT = 10          # ms; browsers show a frame of this or less for 100 ms


class Format(NamedTuple):
    """One row of `ANIMATIONS`."""
    encode: Callable    # (frames, durations, fps, plays, quality) -> bytes
    step: int           # ms; durations are multiples of it
    fair: tuple         # qualities, the best first
    poor: tuple         # lower qualities, for films that are too large even at the smallest scale
    what: str           # describes a quality
    help: str

    def description(self, quality: int) -> str:
        """Returns what a quality is called, for the user."""
        return 'lossless' if quality == encoders.LOSSLESS else self.what.format(quality)


ANIMATIONS = {
    '.gif':  Format(encoders.gif, 10, (256, 128, 64, 32), (16, 8), '{} colours',
                    'plays everywhere; 256 colours'),
    '.apng': Format(encoders.apng, 1, (0,), (), 'lossless', 'lossless; plays in browsers'),
    '.png':  Format(encoders.apng, 1, (0,), (), 'lossless', 'the same as .apng'),
    '.webp': Format(encoders.webp, 1, (encoders.LOSSLESS, 90, 75), (50, 25), 'quality {}',
                    'lossless and smaller; plays in browsers'),
    '.mp4':  Format(encoders.mp4, 1, (0,), (), 'lossy',
                    'lossy; for players and messengers; the player decides on looping'),
}


class FilmInfo(NamedTuple):
    """The scale, quality, size and file of a film that was written. A notebook shows the film."""
    scale: float
    quality: str        # a description
    size: int           # bytes
    path: pathlib.Path

    def _repr_html_(self):
        return image_html(self.path)


def write_animation(path: str | os.PathLike, frames: np.ndarray, *, fps: float = 20,
                    loop: int = 0) -> None:
    """Writes pixels [F, H, W, C] in the format of the file's ending, completely or not at all.

    fps: frames per second; see `fps_note` for those above 50. loop: how often the
    film plays; 0 = for ever. Raises UsageError for an unknown ending, a missing folder or a wrong
    number, RunError if writing fails.
    """
    write_film(path, lambda scale: frames, [1], fps=fps, loop=loop)


def write_film(path: str | os.PathLike, film: Callable, scales: Sequence[float], *,
               fps: float = 20, loop: int = 0, max_kb: float | None = None) -> FilmInfo:
    """Writes the frames film(scale) [F, H, W, C] as `write_animation` does, at the first scale.

    max_kb: the size limit of the file, in 1,000 bytes. Then the first film within the limit is
    written: at each scale the fair qualities are tried in turn, and at the last scale also the poor
    ones. Raises RunError if no film is small enough.
    """
    check_animation(path, fps, loop, max_kb)
    row = ANIMATIONS[pathlib.Path(path).suffix.lower()]
    with failures(path):
        if max_kb is not None:
            frames = film(scales[-1])
            # The best quality is encoded, too: a lossless file may be the smaller one.
            smallest = min(len(_encoded(row, frames, fps, loop, quality))
                           for quality in {row.fair[0], (row.fair + row.poor)[-1]})
            _check_smallest(path, smallest, max_kb)        # the search may take minutes
        scale, quality, content = next(
            candidate for candidate in _candidates(row, film, scales, fps, loop)
            if max_kb is None or len(candidate[-1]) <= max_kb * KB)
        write_whole(path, content)
    return FilmInfo(scale, row.description(quality), len(content), pathlib.Path(path))


def _candidates(row, film, scales, fps, loop):
    """Yields (scale, quality, content of the file), the most detailed film first."""
    for scale in scales:
        frames = film(scale)
        for quality in row.fair + (row.poor if scale == scales[-1] else ()):
            yield scale, quality, _encoded(row, frames, fps, loop, quality)


def _check_smallest(path, size, max_kb):
    if size > max_kb * KB:
        raise RunError(f'{path}: --max-kb {max_kb:g} is too little, the smallest film took '
                       f'{size / KB:,.0f} kB: choose fewer --frames or a smaller --grid')


def check_animation(path: str | os.PathLike, fps: float, loop: int = 0,
                    max_kb: float | None = None) -> None:
    """Raises the UsageErrors of `write_film`. To be called before long work."""
    check_out(path, ANIMATIONS)
    if not is_number(fps) or not 1 <= fps <= 100:
        raise UsageError(f'--fps {fps}: expected 1 to 100 frames per second')
    if not is_whole(loop) or not 0 <= loop <= MAX_PLAYS:
        raise UsageError(f'--loop {loop}: expected 0 (for ever) to {MAX_PLAYS:,}')
    if loop and pathlib.Path(path).suffix.lower() == '.mp4':
        raise UsageError(f'--loop {loop}: an .mp4 file cannot store how often it plays; expected 0')
    if max_kb is not None and not (is_number(max_kb) and 0 < max_kb < 1e9):
        raise UsageError(f'--max-kb {max_kb}: expected more than 0 and less than 1e9')


def fps_note(path: str | os.PathLike, count: int, fps: float) -> str | None:
    """Returns a line if browsers will play a film of `count` frames too slowly; else None."""
    ending = pathlib.Path(path).suffix.lower()
    durations = sorted(set(_durations(count, fps, ANIMATIONS[ending].step)))
    if ending == '.mp4' or durations[0] > TOO_SHORT:
        return None
    written = ' and '.join(map(str, durations))
    return (f'--fps {fps:g}: frames in {ending} files last {written} ms here, and browsers show '
            f'those of {TOO_SHORT} ms or less for 100 ms: choose --fps 50 or less, or an .mp4 file')


def encode_animation(ending: str, frames: np.ndarray, *, fps: float = 20, loop: int = 0,
                     quality: int | None = None) -> bytes:
    """Returns the content of a file with pixels [F, H, W, C]; ending: one of `ANIMATIONS`.

    quality: one of its row's qualities; None = the best. A frame that repeats the previous one may
    become a longer duration; if nothing moves, the file may be a still picture.
    """
    row = ANIMATIONS[ending]
    with failures(ending):
        return _encoded(row, frames, fps, loop, row.fair[0] if quality is None else quality)


def _encoded(row, frames, fps, loop, quality):
    check_pixels(frames, 4)
    return row.encode(frames, _durations(len(frames), fps, row.step), fps, loop, quality)


def _durations(count: int, fps: float, step: int) -> list[int]:
    """Returns durations in ms, multiples of `step`. Frames start up to step / 2 off their time."""
    starts = step * np.rint(np.arange(count + 1) * 1000 / fps / step)
    return np.diff(starts).astype(int).tolist()
