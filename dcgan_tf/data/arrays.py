"""Makes a Dataset of arrays that the user has."""

import numpy as np

from dcgan_tf.arguments import shown
from dcgan_tf.data.dataset import Dataset
from dcgan_tf.errors import UsageError

ARRAYS = 'arrays'             # the name of such data, which is no row of DATASETS


def as_dataset(what: str, data, class_names: tuple[str, ...] = ()) -> Dataset:
    """Returns a Dataset as it is, and makes one of arrays.

    data: a Dataset; images uint8 [N, H, W, C]; or a pair of images and labels, whole numbers [N].
    class_names: those of the labels; () = their numbers. UsageError that names the argument `what`
    for anything else.
    """
    if isinstance(data, Dataset):
        return data
    images, labels = data if isinstance(data, tuple | list) and len(data) == 2 else (data, None)
    if not (isinstance(images, np.ndarray) and images.dtype == np.uint8 and images.ndim == 4
            and images.size):
        given = repr(images) if hasattr(images, 'part') else shown(images)      # StackedImages
        raise UsageError(f'{what} = {given}: expected a Dataset of data.load, images uint8 '
                         '[N, H, W, C], or a pair of images and labels')
    if labels is None:
        return Dataset(ARRAYS, images, None, (), None)
    labels, most = np.asarray(labels), len(class_names) or np.iinfo(np.int32).max
    if (labels.shape != (len(images),) or labels.dtype.kind not in 'iu'
            or not 0 <= labels.min() <= labels.max() < most):
        below = f' to {most - 1}' if class_names else ''
        raise UsageError(f'labels of {what} = {shown(labels)}: expected [{len(images)}] whole '
                         f'numbers from 0{below}, one an image')
    names = class_names or tuple(map(str, range(labels.max() + 1)))
    return Dataset(ARRAYS, images, labels.astype(np.int32), names, None)
