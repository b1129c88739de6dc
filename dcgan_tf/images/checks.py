"""What is refused before a file is written, and how failures are told."""

import contextlib
import pathlib

import cv2
import numpy as np

from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.files import obstacle


def bgr(image: np.ndarray) -> np.ndarray:
    """Pixels [H, W, 1 or 3] -> OpenCV's [H, W, 3]."""
    grey = image.shape[-1] == 1
    return cv2.cvtColor(image, cv2.COLOR_GRAY2BGR if grey else cv2.COLOR_RGB2BGR)


def check_pixels(images, rank):
    """UsageError unless images are uint8 of that rank, of 1 or 3 channels and not empty."""
    shape = list(images.shape)
    if images.dtype != np.uint8 or len(shape) != rank or shape[-1] not in (1, 3) or 0 in shape:
        expected = '[F, H, W, C]' if rank == 4 else '[H, W, C]'
        raise UsageError(f'got {images.dtype} {shape}, expected uint8 {expected}, C = 1 or 3')


def check_out(path, endings):
    """UsageError unless the path ends in one of them and a file can stand there."""
    path = pathlib.Path(path)
    if path.suffix.lower() not in endings:
        raise UsageError(f'--out {path}: expected a name that ends in {", ".join(endings)}')
    problem = obstacle(path)
    if problem:
        raise UsageError(f'{path}: {problem}')


@contextlib.contextmanager
def failures(subject):
    """Turns the errors of the file system and of the encoders into a RunError on the subject."""
    try:
        yield
    except (OSError, cv2.error) as error:
        raise RunError(f'{subject}: {" ".join(str(error).split())}') from error
