"""The small data set that is always there: scikit-learn's digits, made to look like MNIST.

1,797 digits of 43 people, 8x8 with values 0..16. Source: E. Alpaydin and C. Kaynak, "Optical
Recognition of Handwritten Digits", UCI Machine Learning Repository, 1998 (the test set).
"""

import cv2
import numpy as np

from dcgan_tf.data.dataset import Dataset

SIZE = 28
MARGIN = 2      # black pixels around 8x8: a digit of 8 * 28 / 12 = 18.7 rows, MNIST's are 19.6


def load() -> Dataset:
    """images [1797, 28, 28, 1], labels 0..9."""
    # Here and not at the top: importing scikit-learn takes a second.
    from sklearn.datasets import load_digits

    digits = load_digits()
    images = np.stack([enlarge(image) for image in digits.images])
    return Dataset(name='digits', images=images[..., None], labels=digits.target.astype(np.int32),
                   class_names=tuple('0123456789'), folder=None)


def enlarge(image: np.ndarray) -> np.ndarray:
    """[8, 8] values 0..16 -> [28, 28] uint8 0..255, the digit centred on black.

    The margin comes before the resize, so that strokes that touch the edge end softly, as in MNIST.
    """
    grey = np.rint(image * (255 / 16)).astype(np.uint8)
    # uint8 on purpose: OpenCV then computes in whole numbers and clips where cubic overshoots.
    return cv2.resize(np.pad(grey, MARGIN), (SIZE, SIZE), interpolation=cv2.INTER_CUBIC)
