"""Brings the pictures of any data set to one size and to grey or colour."""

import cv2
import numpy as np

from dcgan_tf.data import CROPS, ImageFormat
from dcgan_tf.data.dataset import Dataset
from dcgan_tf.errors import UsageError


def fit_picture(image: np.ndarray, fit: ImageFormat) -> np.ndarray:
    """Brings a picture to a format.   uint8 [H, W, 1 or 3] -> contiguous [height, width, 1 or 3]"""
    if fit.gray and image.shape[-1] == 3:
        image = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)[..., None]
    if fit.size:
        _check_crop(fit)
        image = resize(_center(image, fit.size) if fit.crop == 'center' else image, fit.size)
    return np.ascontiguousarray(image)


def fit_dataset(data: Dataset, fit: ImageFormat) -> Dataset:
    """Brings a data set in memory to a format. Returns the same object if nothing changes."""
    _check_crop(fit)
    if fit.file_num:
        data = data.take(first_of_each_class(data.labels, len(data), fit.file_num))
    height, width, channels = data.images.shape[1:]
    if (fit.size or (width, height)) == (width, height) and (channels == 1 or not fit.gray):
        return data
    if hasattr(data.images, 'fitted') and not fit.gray:
        return data.replace_images(data.images.fitted(fit))
    return data.replace_images(np.stack([fit_picture(image, fit) for image in data.images]))


def first_of_each_class(labels: np.ndarray | None, n: int, count: int) -> np.ndarray:
    """Returns the indices of the first `count` pictures of each class, in ascending order.

    labels [n]; None = n pictures of one class.
    """
    labels = np.zeros(n, np.int32) if labels is None else labels
    return np.sort(np.concatenate([np.flatnonzero(labels == k)[:count] for k in np.unique(labels)]))


def resize(image: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Resizes with area means where a side shrinks, cubic where it grows.

    [H, W, C] -> [height, width, C], size = (width, height)
    """
    height, width, channels = image.shape
    smaller = (min(width, size[0]), min(height, size[1]))
    image = cv2.resize(image, smaller, interpolation=cv2.INTER_AREA)
    image = cv2.resize(image, size, interpolation=cv2.INTER_CUBIC)
    return image.reshape(size[1], size[0], channels)             # OpenCV drops a single channel


def _center(image, size):
    """Returns the largest part from the middle that has the aspect ratio of `size`."""
    height, width = image.shape[:2]
    w = min(width, max(1, round(height * size[0] / size[1])))
    h = min(height, max(1, round(width * size[1] / size[0])))
    top, left = (height - h) // 2, (width - w) // 2
    return image[top:top + h, left:left + w]


def _check_crop(fit):
    if fit.crop not in CROPS:
        raise UsageError(f'--crop {fit.crop}: expected one of {", ".join(CROPS)}')
