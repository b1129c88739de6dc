"""Pictures brought to one size and one kind of colour, whatever data set they come from."""

import cv2
import numpy as np

from dcgan_tf.data import CROPS, ImageFormat
from dcgan_tf.data.dataset import Dataset
from dcgan_tf.errors import UsageError


def fit_picture(image: np.ndarray, fit: ImageFormat) -> np.ndarray:
    """uint8 [H, W, 1 or 3] -> [height, width, 1 if grey], contiguous."""
    if fit.gray and image.shape[-1] == 3:
        image = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)[..., None]
    if fit.size:
        image = resize(_crop(fit)(image, fit.size), fit.size)
    return np.ascontiguousarray(image)


def fit_dataset(data: Dataset, fit: ImageFormat) -> Dataset:
    """The same for all pictures of a data set in memory; the data set itself if nothing changes."""
    _crop(fit)
    if fit.file_num:
        data = data.take(first_of_each_class(data.labels, len(data), fit.file_num))
    height, width, channels = data.images.shape[1:]
    if (fit.size or (width, height)) == (width, height) and (channels == 1 or not fit.gray):
        return data
    return data.replace_images(np.stack([fit_picture(image, fit) for image in data.images]))


def first_of_each_class(labels: np.ndarray | None, n: int, most: int) -> np.ndarray:
    """Places of the first `most` pictures of each class among n, in order; None = one class."""
    labels = np.zeros(n, np.int32) if labels is None else labels
    return np.sort(np.concatenate([np.flatnonzero(labels == k)[:most] for k in np.unique(labels)]))


def resize(image: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """[H, W, C] -> [height, width, C]: means of areas where it shrinks, cubic where it grows."""
    height, width, channels = image.shape
    smaller = (min(width, size[0]), min(height, size[1]))
    image = cv2.resize(image, smaller, interpolation=cv2.INTER_AREA)
    image = cv2.resize(image, size, interpolation=cv2.INTER_CUBIC)
    return image.reshape(size[1], size[0], channels)             # OpenCV drops a single channel


def _center(image, size):
    """The largest part in the middle that has the shape of `size`."""
    height, width = image.shape[:2]
    w = min(width, max(1, round(height * size[0] / size[1])))
    h = min(height, max(1, round(width * size[1] / size[0])))
    top, left = (height - h) // 2, (width - w) // 2
    return image[top:top + h, left:left + w]


def _none(image, size):
    """All of the picture: another shape is stretched."""
    return image


_CROPPERS = {'center': _center, 'none': _none}                  # the rows of CROPS


def _crop(fit):
    if fit.crop not in CROPS:
        raise UsageError(f'--crop {fit.crop}: expected one of {", ".join(CROPS)}')
    return _CROPPERS[fit.crop]
