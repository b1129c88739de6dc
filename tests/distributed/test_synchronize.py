"""What workers tell each other of themselves, without any of them."""

import signal

import numpy as np
import pytest

from dcgan_tf import preset
from dcgan_tf.distributed import peers, synchronize
from dcgan_tf.distributed.synchronize import decode, differences, encode


def test_a_letter_and_back():
    facts = {'seed': 3, 'names': ['ä', 'b'], 'rate': 1e-3, 'nothing': None}
    setup = encode(facts)
    assert setup.shape == (synchronize.SETUP_SIZE,) and setup.dtype == np.int32
    assert decode(setup) == {'seed': '3', 'names': '["\\u00e4", "b"]', 'rate': '0.001',
                             'nothing': 'null'}
    assert differences(decode(setup), decode(encode(facts))) == ''


def test_any_config_fits_into_a_letter():
    """A thousand classes with long names, and a long path."""
    names = tuple(f'{i}-{"x" * 90}' for i in range(1_000))
    facts = {**preset(class_names=names).to_dict(), 'path': 'y' * 100_000}
    again = {**facts, 'class_names': (*names[:-1], 'other')}
    assert list(decode(encode(facts))) == list(facts)
    assert differences(decode(encode(facts)), decode(encode(again))).startswith('class_names = ')


def test_what_differs_is_named():
    first, other = decode(encode({'seed': 1, 'a': 0})), decode(encode({'seed': 2, 'b': 0}))
    assert differences(first, other) == (
        'seed = 2 (worker 0: 1), a = missing (worker 0: 0), b = 0 (worker 0: missing)')


@pytest.mark.parametrize(('votes', 'expected'), [
    ([0, 0, 0, 0, 0], (None, False, False)), ([0, 2, 0, 0, 0], (signal.SIGINT, False, False)),
    ([0, 0, 1, 0, 0], (signal.SIGTERM, False, False)), ([0, 0, 0, 0, 1], (None, False, True)),
    ([1, 1, 1, 1, 2], (signal.SIGTERM, True, True)),
    ([1, 0, 0, 0, 0], (signal.SIGHUP, False, False))])
def test_what_wishes_come_to(votes, expected):
    assert peers.decode(votes) == expected
