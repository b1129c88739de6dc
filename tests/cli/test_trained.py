"""A class that is asked for by its name."""

import pytest

from dcgan_tf.cli.trained import class_number
from dcgan_tf.config import preset
from dcgan_tf.errors import UsageError


def test_classes_by_name():
    config = preset(type='cgan', class_names=('cat', 'dog'))
    assert class_number(config, '--class', 'dog') == 1
    with pytest.raises(UsageError, match='--class cow: expected one of cat, dog'):
        class_number(config, '--class', 'cow')
    with pytest.raises(UsageError, match='train one with --type cgan'):
        class_number(preset(), '--class', 'dog')
