"""Reads and writes a single picture as a PNG file; checks and errors of all files of pictures."""

import contextlib
import os
import pathlib

import cv2
import numpy as np

from dcgan_tf.arguments import check_path
from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.files import write_whole
from dcgan_tf.images.pixels import bgr, check_pixels
from dcgan_tf.obstacles import obstacle

MAX_PIXELS = 1 << 26    # of a file that is read: some kilobytes of PNG can expand to gigabytes


def write_png(path: str | os.PathLike, image: np.ndarray) -> None:
    """Writes pixels [H, W, C], completely or not at all. One channel gives a grey PNG.

    Raises UsageError for a path without .png or in a missing folder, RunError if writing fails.
    """
    check_out(path, ['.png'])
    check_pixels(image, 3)
    with failures(path):
        write_whole(path, encode_png(image))


def encode_png(image: np.ndarray, small: bool = False) -> bytes:
    """Returns the content of a PNG file with pixels [H, W, C].

    small: True = as few bytes as zlib can make, which takes longer.
    """
    options = [cv2.IMWRITE_PNG_COMPRESSION, 9] if small else []
    _, content = cv2.imencode('.png', image if image.shape[-1] == 1 else bgr(image), options)
    return content.tobytes()


def read_png(path: str | os.PathLike) -> np.ndarray:
    """Returns pixels [H, W, 3], or [H, W, 1] of a grey file, without transparency.

    Raises RunError if the file is missing, damaged or above `MAX_PIXELS`.
    """
    with failures(path):
        content = pathlib.Path(path).read_bytes()
        if content[:8] != b'\x89PNG\r\n\x1a\n' or len(content) < 24:
            raise RunError(f'{path}: got {len(content)} bytes that are no PNG file')
        width, height = (int.from_bytes(content[i:i + 4], 'big') for i in (16, 20))
        if width * height > MAX_PIXELS:
            raise RunError(f'{path}: got {width} x {height} pixels, expected {MAX_PIXELS} at most')
        image = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_ANYCOLOR)
    if image is None:
        raise RunError(f'{path}: the PNG file is damaged')
    return image[..., None] if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_BGR2RGB)


def check_out(path, endings):
    """Raises UsageError unless the path has one of the endings and a file can be written there."""
    path = check_path('file', path)
    if path.suffix.lower() not in endings:
        raise UsageError(f'{path}: expected a name that ends in {", ".join(endings)}')
    problem = obstacle(path)
    if problem:
        raise UsageError(f'{path}: {problem}')


@contextlib.contextmanager
def failures(subject):
    """Turns errors of the file system and the encoders into a RunError that names the subject."""
    try:
        yield
    except (OSError, cv2.error) as error:
        raise RunError(f'{subject}: {" ".join(str(error).split())}') from error
