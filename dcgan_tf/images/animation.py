"""Films: one table of formats, and the search for the best one within a limit of size."""

import os
import pathlib
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.files import write_whole
from dcgan_tf.images import encoders
from dcgan_tf.images.checks import check_out, check_pixels, failures

KB = 1_000              # bytes
MAX_PLAYS = 65_535      # what a GIF can count


class Format(NamedTuple):
    """One row of `ANIMATIONS`."""
    encode: Callable    # (frames, durations, fps, plays, quality) -> bytes
    step: int           # durations are multiples of it, ms
    fair: tuple         # qualities, the best first
    poor: tuple         # qualities for a film that is too large even at its smallest scale
    what: str           # a quality in words
    help: str


ANIMATIONS = {
    '.gif':  Format(encoders.gif, 10, (256, 128, 64, 32), (16, 8), '{} colours',
                    'plays everywhere; 256 colours'),
    '.apng': Format(encoders.apng, 1, (0,), (), 'lossless', 'lossless; plays in browsers'),
    '.png':  Format(encoders.apng, 1, (0,), (), 'lossless', 'the same as .apng'),
    '.webp': Format(encoders.webp, 1, (101, 90, 75), (50, 25), 'quality {}',
                    'lossless and smaller; plays in browsers'),
    '.mp4':  Format(encoders.mp4, 1, (0,), (), 'lossy',
                    'lossy; for players and messengers; the player decides on looping'),
}


class FilmInfo(NamedTuple):
    """What a film came out as."""
    scale: float
    quality: str        # in words
    size: int           # bytes


def write_animation(path: str | os.PathLike, frames: np.ndarray, *, fps: float = 20,
                    loop: int = 0) -> None:
    """Writes pixels [F, H, W, C] in the format of the ending, whole or not at all.

    `fps` in frames per second. Many viewers slow a GIF down above 50. loop: how often it plays;
    0 = for ever. UsageError for an unknown ending, a missing folder or a wrong number, RunError if
    it fails.
    """
    write_film(path, lambda scale: frames, [1], fps=fps, loop=loop)


def write_film(path: str | os.PathLike, film: Callable, scales: Sequence[float], *,
               fps: float = 20, loop: int = 0, max_kb: float | None = None) -> FilmInfo:
    """As `write_animation`, of film(scale) -> frames [F, H, W, C], at the first scale.

    max_kb: the file may have so many times 1,000 bytes. The first that fits is taken: at each scale
    in turn the fair qualities, and at the last the poor ones, too. RunError if none fits.
    """
    check_animation(path, fps, loop, max_kb)
    row = ANIMATIONS[pathlib.Path(path).suffix.lower()]
    with failures(path):
        if max_kb is not None:
            frames = film(scales[-1])
            least = min(len(_encoded(row, frames, fps, loop, quality))     # lossless may be less
                        for quality in {row.fair[0], (row.fair + row.poor)[-1]})
            _check_least(path, least, max_kb)              # before minutes of trying
        scale, quality, content = next(
            tried for tried in _tried(row, film, scales, fps, loop)
            if max_kb is None or len(tried[-1]) <= max_kb * KB)
        write_whole(path, content)
    return FilmInfo(scale, row.what.format(quality), len(content))


def _tried(row, film, scales, fps, loop):
    """Yields scale, quality and file, what shows most first."""
    for scale in scales:
        frames = film(scale)
        for quality in row.fair + (row.poor if scale == scales[-1] else ()):
            yield scale, quality, _encoded(row, frames, fps, loop, quality)


def _check_least(path, size, max_kb):
    if size > max_kb * KB:
        raise RunError(f'{path}: --max-kb {max_kb:g} is too little, the smallest film took '
                       f'{size / KB:,.0f} kB: take fewer --frames, or a smaller --grid')


def check_animation(path: str | os.PathLike, fps: float, loop: int = 0,
                    max_kb: float | None = None) -> None:
    """The UsageErrors of `write_film`, for those who have long work to do before it."""
    check_out(path, ANIMATIONS)
    if not 1 <= fps <= 100:
        raise UsageError(f'--fps {fps}: expected 1 to 100 frames per second')
    if not 0 <= loop <= MAX_PLAYS:
        raise UsageError(f'--loop {loop}: expected 0, for ever, to {MAX_PLAYS:,}')
    if loop and pathlib.Path(path).suffix.lower() == '.mp4':
        raise UsageError(f'--loop {loop}: an .mp4 file cannot say how often it plays')
    if max_kb is not None and not 0 < max_kb < 1e9:
        raise UsageError(f'--max-kb {max_kb:g}: expected more than 0 and less than 1e9')


def encode_animation(ending: str, frames: np.ndarray, *, fps: float = 20, loop: int = 0,
                     quality: int | None = None) -> bytes:
    """The file that shows pixels [F, H, W, C], of any ending of `ANIMATIONS`.

    quality: one of its row; None = the best. A frame that repeats the one before may become a
    longer duration, and where nothing moves the file may be a plain picture.
    """
    row = ANIMATIONS[ending]
    with failures(ending):
        return _encoded(row, frames, fps, loop, row.fair[0] if quality is None else quality)


def _encoded(row, frames, fps, loop, quality):
    check_pixels(frames, 4)
    return row.encode(frames, _durations(len(frames), fps, row.step), fps, loop, quality)


def _durations(count: int, fps: float, step: int) -> list[int]:
    """Durations in ms, multiples of `step`: no frame starts more than step / 2 off its time."""
    starts = step * np.rint(np.arange(count + 1) * 1000 / fps / step)
    return np.diff(starts).astype(int).tolist()
