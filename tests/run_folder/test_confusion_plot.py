"""confusion.png: the values of an infogan's code against the classes of the data."""

import cv2
import numpy as np

from dcgan_tf.metrics import matching
from dcgan_tf.run_folder.tables import confusion_plot


def drawn(folder, table, names):
    """The picture, uint8 [H, W, 3]."""
    codes = {'table': table.tolist(), **matching(table)._asdict()}
    confusion_plot.draw(folder / 'a.png', 5_000, codes, names, 'test pictures')
    return cv2.imread(str(folder / 'a.png'))


def test_the_square_of_a_code_and_its_class_is_dark(tmp_path):
    """Two rows, three columns: the dark pixels of the squares are in the lower right corner."""
    names = ('$x_$', '\N{CJK UNIFIED IDEOGRAPH-732B}' * 90, 'a\nline')    # each an error, once
    blue = drawn(tmp_path, np.array([[0, 0, 0], [0, 0, 90]]), names)
    rows, columns = np.nonzero((blue[..., 0] > 90) & (blue[..., 2] < 40))
    assert len(rows) > 1_000
    assert rows.min() > 0.4 * len(blue) and columns.min() > 0.6 * blue.shape[1]


def test_a_thousand_classes_have_a_picture_that_can_be_opened(tmp_path):
    table = np.ones([20, 1000], int)
    height, width, _ = drawn(tmp_path, table, tuple(map(str, range(1000)))).shape
    assert width <= 2_300 and height <= 2_200


def test_rows_say_which_class_they_stand_for():
    assert confusion_plot.row_name(3, 1, ['cat', 'dog']) == '3: dog'
    assert confusion_plot.row_name(3, None, ['cat', 'dog']) == '3'
