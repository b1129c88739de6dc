"""Checks what is to be written before a file is opened, and reports failures of writing."""

import contextlib
import pathlib

import cv2
import numpy as np

from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.files import obstacle


def bgr(image: np.ndarray) -> np.ndarray:
    """Converts pixels for OpenCV: grey or RGB [H, W, 1 or 3] -> BGR [H, W, 3]."""
    grey = image.shape[-1] == 1
    return cv2.cvtColor(image, cv2.COLOR_GRAY2BGR if grey else cv2.COLOR_RGB2BGR)


def check_pixels(images, rank):
    """Raises UsageError unless images are uint8 of that rank, with 1 or 3 channels, not empty."""
    shape = list(images.shape)
    if images.dtype != np.uint8 or len(shape) != rank or shape[-1] not in (1, 3) or 0 in shape:
        expected = '[F, H, W, C]' if rank == 4 else '[H, W, C]'
        raise UsageError(f'got {images.dtype} {shape}, expected uint8 {expected}, C = 1 or 3')


def check_out(path, endings):
    """Raises UsageError unless the path has one of the endings and a file can be written there."""
    path = pathlib.Path(path)
    if path.suffix.lower() not in endings:
        raise UsageError(f'--out {path}: expected a name that ends in {", ".join(endings)}')
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
