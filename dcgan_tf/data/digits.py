"""The small data set that needs no files: scikit-learn's digits, resized to look like MNIST.

1,797 digits of 43 people, 8x8 with values 0..16. Source: E. Alpaydin and C. Kaynak, "Optical
Recognition of Handwritten Digits", UCI Machine Learning Repository, 1998 (the test set).
"""

import cv2
import numpy as np

from dcgan_tf.data.dataset import Dataset

SIZE = 28
MARGIN = 2      # black pixels around 8x8: digits get 8 * 28 / 12 = 18.7 rows, those of MNIST 19.6


def load() -> Dataset:
    """Loads images [1797, 28, 28, 1] with labels 0..9."""
    # Not at the top of the file: importing scikit-learn takes a second.
    from sklearn.datasets import load_digits

    digits = load_digits()
    images = np.stack([enlarge(image) for image in digits.images])
    return Dataset(name='digits', images=images[..., None], labels=digits.target.astype(np.int32),
                   class_names=tuple('0123456789'), folder=None)


def enlarge(image: np.ndarray) -> np.ndarray:
    """Enlarges a digit and centres it on black.   [8, 8] values 0..16 -> [28, 28] uint8 0..255

    The margin is added before the resize, so that strokes at the edge end softly, as in MNIST.
    """
    grey = np.rint(image * (255 / 16)).astype(np.uint8)
    # With uint8, OpenCV computes in integers and clips values outside 0..255 of the cubic filter.
    return cv2.resize(np.pad(grey, MARGIN), (SIZE, SIZE), interpolation=cv2.INTER_CUBIC)
