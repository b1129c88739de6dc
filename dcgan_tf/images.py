"""Images: from floats to pixels, from pixels to one picture, from pictures to a file.

Pixels are uint8 [H, W, C], C = 3 for RGB and 1 for grey; a batch has N or F in front. OpenCV thinks
in BGR: `_bgr` and `read_png` alone know it.
"""

import contextlib
import os
import pathlib
from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np

from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.files import whole_file, write_whole

MAX_PIXELS = 1 << 26    # of a file to read: a PNG of some kilobytes can expand to gigabytes


def to_uint8(images: np.ndarray) -> np.ndarray:
    """Floats in [0, 1] -> pixels of the same shape, rounded and clipped; RunError on NaN or inf."""
    if not np.isfinite(images).all():
        raise RunError(f'images {list(images.shape)}: got NaN or inf, expected numbers in [0, 1]')
    return np.clip(np.rint(images * 255.0), 0, 255).astype(np.uint8)


def tile(images: np.ndarray, columns: int | None = None) -> np.ndarray:
    """One picture of N, row by row; what is left of the last row is black.

    [N, H, W, C] -> [ceil(N / columns) H, columns W, C]; columns None: ceil(sqrt N), near-square.
    """
    n, h, w, c = images.shape
    columns = int(np.ceil(n ** 0.5)) if columns is None else columns
    if n < 1 or columns < 1:
        raise UsageError(f'tile: got {n} images in {columns} columns, expected 1 or more of both')
    rows = -(-n // columns)
    grid = np.zeros([rows * columns, h, w, c], images.dtype)
    grid[:n] = images
    return grid.reshape(rows, columns, h, w, c).swapaxes(1, 2).reshape(rows * h, columns * w, c)


def row(images: Sequence[np.ndarray]) -> np.ndarray:
    """Pictures of one height side by side.   N of [H, W_i, C] -> [H, sum W_i, C]"""
    return np.concatenate(list(images), axis=1)


def stack(rows: Sequence[np.ndarray]) -> np.ndarray:
    """Pictures one under the other, narrow ones with black at the right.   -> [sum H, max W, C]"""
    width = max(r.shape[1] for r in rows)
    return np.concatenate([np.pad(r, [(0, 0), (0, width - r.shape[1]), (0, 0)]) for r in rows])


def write_png(path: str | os.PathLike, image: np.ndarray) -> None:
    """Writes pixels [H, W, C], whole or not at all; grey stays grey. RunError if it fails."""
    _check_out(path, ['.png'])
    _check_pixels(image, 3)
    with _failures(path):
        _, content = cv2.imencode('.png', image if image.shape[-1] == 1 else _bgr(image))
        write_whole(path, content.tobytes())


def read_png(path: str | os.PathLike) -> np.ndarray:
    """-> pixels [H, W, 3], or [H, W, 1] of a grey file; transparency is dropped.

    RunError if the file is missing, damaged or above `MAX_PIXELS`.
    """
    with _failures(path):
        content = pathlib.Path(path).read_bytes()
        if content[:8] != b'\x89PNG\r\n\x1a\n' or len(content) < 24:
            raise RunError(f'{path}: got {len(content)} bytes that are no PNG file')
        width, height = (int.from_bytes(content[i:i + 4], 'big') for i in (16, 20))
        if width * height > MAX_PIXELS:
            raise RunError(f'{path}: got {width} x {height} pixels, expected {MAX_PIXELS} at most')
        image = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_ANYCOLOR)
    if image is None:
        raise RunError(f'{path}: a damaged PNG file')
    return image[..., None] if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_BGR2RGB)


# A table of 256 colours for each frame, dithered: about 52 dB on grey and 28 dB on colour, where
# OpenCV's defaults reach 24 and 22. Its quality 3 or 4 without dither (-1) kills the process.
_GIF = [cv2.IMWRITE_GIF_QUALITY, 8, cv2.IMWRITE_GIF_DITHER, 3,
        cv2.IMWRITE_GIF_TRANSPARENCY, 0, cv2.IMWRITE_GIF_COLORTABLE, 1]
_LOSSLESS_WEBP = [cv2.IMWRITE_WEBP_QUALITY, 101]


class Format(NamedTuple):
    """One row of `ANIMATIONS`."""
    codec: str      # OpenCV's ending for `imencodeanimation`, or the four letters of a video codec
    step: int       # durations are multiples of it, ms
    options: list   # of the encoder
    help: str


ANIMATIONS = {
    '.gif':  Format('.gif',  10, _GIF,           'plays everywhere; 256 colours a frame'),
    '.apng': Format('.png',   1, [],             'lossless; plays in browsers'),
    '.png':  Format('.png',   1, [],             'the same as .apng'),
    '.webp': Format('.webp',  1, _LOSSLESS_WEBP, 'lossless and smaller; plays in browsers'),
    '.mp4':  Format('mp4v',   1, [],             'smallest; lossy; the player decides on looping'),
}


def write_animation(path: str | os.PathLike, frames: np.ndarray, *, fps: float = 20) -> None:
    """Writes pixels [F, H, W, C] in the format of the ending, whole or not at all.

    `fps` in frames per second. Many viewers slow a GIF down above 50. UsageError for an unknown
    ending, a missing folder or a wrong fps, RunError if it fails.
    """
    check_animation(path, fps)
    ending = pathlib.Path(path).suffix.lower()
    if ending != '.mp4':
        content = encode_animation(ending, frames, fps=fps)
        with _failures(path):
            write_whole(path, content)
    else:
        _check_pixels(frames, 4)
        with _failures(path), whole_file(path) as temporary:
            _write_video(temporary, frames, fps, ANIMATIONS[ending].codec)


def check_animation(path: str | os.PathLike, fps: float) -> None:
    """The UsageErrors of `write_animation`, for those who have long work to do before it."""
    _check_out(path, ANIMATIONS)
    if not 1 <= fps <= 100:
        raise UsageError(f'--fps {fps}: expected 1 to 100 frames per second')


def encode_animation(ending: str, frames: np.ndarray, *, fps: float = 20) -> bytes:
    """The file that shows pixels [F, H, W, C] for ever; any ending of `ANIMATIONS` but .mp4.

    GIF keeps every frame. APNG and WebP keep a frame that repeats the one before as a longer
    duration, and are plain pictures where nothing moves.
    """
    _check_pixels(frames, 4)
    codec, step, options, _ = ANIMATIONS[ending]
    animation = cv2.Animation(0)                  # 0: loop for ever
    animation.frames = [_bgr(frame) for frame in frames]
    animation.durations = _durations(len(frames), fps, step)
    with _failures(ending):
        done, content = cv2.imencodeanimation(codec, animation, options)
    if not done or not len(content):
        raise RunError(f'{ending}: OpenCV could not encode frames {list(frames.shape)}')
    return content.tobytes()


def _durations(count: int, fps: float, step: int) -> list[int]:
    """Durations in ms, multiples of `step`: no frame starts more than step / 2 off its time."""
    starts = step * np.rint(np.arange(count + 1) * 1000 / fps / step)
    return np.diff(starts).astype(int).tolist()


def _write_video(path: pathlib.Path, frames: np.ndarray, fps: float, codec: str) -> None:
    """Writes the frames; the codec wants even sides, so an odd one grows by a copy of its end."""
    h, w = frames.shape[1:3]
    video = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*codec), fps, (w + w % 2, h + h % 2))
    if not video.isOpened():
        raise OSError(f'OpenCV could not encode frames {list(frames.shape)}')
    for frame in frames:
        video.write(np.pad(_bgr(frame), [(0, h % 2), (0, w % 2), (0, 0)], mode='edge'))
    video.release()
    # `write` and `release` return nothing: on a full disk the file is merely short of frames.
    if cv2.VideoCapture(str(path)).get(cv2.CAP_PROP_FRAME_COUNT) != len(frames):
        raise OSError(f'fewer than {len(frames)} frames could be written')


def _bgr(image: np.ndarray) -> np.ndarray:
    """Pixels [H, W, 1 or 3] -> OpenCV's [H, W, 3]."""
    grey = image.shape[-1] == 1
    return cv2.cvtColor(image, cv2.COLOR_GRAY2BGR if grey else cv2.COLOR_RGB2BGR)


def _check_pixels(images, rank):
    """UsageError unless images are uint8 of that rank, of 1 or 3 channels and not empty."""
    shape = list(images.shape)
    if images.dtype != np.uint8 or len(shape) != rank or shape[-1] not in (1, 3) or 0 in shape:
        expected = '[F, H, W, C]' if rank == 4 else '[H, W, C]'
        raise UsageError(f'got {images.dtype} {shape}, expected uint8 {expected}, C = 1 or 3')


def _check_out(path, endings):
    """UsageError unless the path ends in one of them and its folder is there."""
    path = pathlib.Path(path)
    if path.suffix.lower() not in endings:
        raise UsageError(f'--out {path}: expected a name that ends in {", ".join(endings)}')
    if not path.parent.is_dir():
        raise UsageError(f'{path}: there is no folder {path.parent}')


@contextlib.contextmanager
def _failures(subject):
    """Turns the errors of the file system and of OpenCV into a RunError about the subject."""
    try:
        yield
    except (OSError, cv2.error) as error:
        raise RunError(f'{subject}: {" ".join(str(error).split())}') from error
