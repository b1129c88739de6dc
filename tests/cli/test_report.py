"""Tables for the user: a row is one line, and columns stay aligned whatever a name holds."""

import numpy as np
import pytest

from dcgan_tf.cli.report import aligned
from dcgan_tf.commands import invert
from dcgan_tf.show.inversion import InversionResult
from tests.tools import painter


def test_columns_stay_aligned():
    lines = list(aligned([['', 'x'], ['\u732b\u732b', '1.5'], ['abc', '20'], ['e\u0301', '3']]))
    assert lines == ['        x', '\u732b\u732b  1.5', 'abc    20', 'e\u0301       3']


@pytest.mark.parametrize('name', ['a\nb', 'a\rb', 'a\u2028b', 'a\x1b[2Jb'])
def test_the_table_of_an_inversion_has_one_line_for_each_picture(name):
    """Both the file and its class have the name."""
    config = painter.config([name, 'other'])
    found = InversionResult(np.ones([2, 1, 3]), np.array([[0], [1]]), np.ones([2, 1]),
                            np.ones([2, 1]))
    text = '\n'.join(aligned(invert.table([f'{name}.png', 'b.png'], found, config)))
    assert len(text.splitlines()) == 3 and '\x1b' not in text
    assert text.splitlines()[1].count(ascii(name)[1:-1]) == 2
