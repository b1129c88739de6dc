"""tests/pool.py: a GAN that was lent is as good as new, and only options of the loop share one."""

import contextlib
import dataclasses
import functools
import types

import pytest

from dcgan_tf.config import Config
from dcgan_tf.graph_report.differences import differences
from tests import pool as pool_module
from tests.helpers import assert_same, values
from tests.pool import LOOP, Pool, build, finished, key_of, options_of_graph

OTHERS = {'histograms': 'none', 'metrics': 'frechet', 'keep_best': 'frechet', 'on_collapse': 'stop',
          'on_save_error': 'warn', 'dataset': 'folder', 'data_dir': 'x', 'resize': (8, 8),
          'crop': 'none', 'hold_out': 0.3}


@pytest.fixture
def own():
    """A Pool that has lent nothing yet."""
    with contextlib.closing(Pool()) as pool:
        yield pool


def changed(value):
    return not value if isinstance(value, bool) else value + 1


def test_no_op_depends_on_an_option_of_the_loop(one_layer):
    config = one_layer('main1', type='cgan', class_names=('a', 'b'), penalty='r1', penalty_every=4,
                       norm='none', instance_noise=0.1, learning_rate_half_life=9, hold_out=0.2)
    default = {field.name: getattr(config, field.name) for field in dataclasses.fields(Config)}
    other = config.replace(**{name: OTHERS[name] if name in OTHERS else changed(default[name])
                              for name in LOOP})
    assert all(getattr(other, name) != default[name] for name in LOOP)
    assert options_of_graph(other) == options_of_graph(config)
    with finished(config) as a, finished(other) as b:
        assert differences(a, b) == []


def test_it_comes_back_with_its_first_weights(one_layer, images, own):
    """Whatever it was lent for: one that is new trains to the same bits."""
    config = one_layer()
    with build(config) as new:
        new.fit(images, progress=False)
        expected = values(new)
    with own.gan(config.replace(epochs=1)) as first:
        first.fit(255 - images, progress=False)      # not a start that a resume would go on from
    with own.gan(config) as again:
        assert again is first and again.config.epochs == config.epochs
        again.fit(images, progress=False)
        assert_same(values(again), expected)


def test_one_that_is_lent_is_lent_once(one_layer, pool):
    with (pool.gan(one_layer(), training=False) as one,
          pool.gan(one_layer(), training=False) as other):
        assert one is not other


def test_whether_pictures_are_held_out_counts_in_a_training(one_layer):
    """It has D's scores of them."""
    for training in (True, False):
        none, some, more = (key_of(one_layer(hold_out=share), training) for share in (0, 0.2, 0.3))
        assert some == more and (some != none) == training


def test_those_that_most_files_ask_for_stay(own, monkeypatch):
    """And of the others the ones that were used last."""
    monkeypatch.setattr(pool_module, 'MAX_IDLE', 4)
    monkeypatch.setattr(pool_module, 'STAY', 2)
    own._files.update(a={'one', 'two', 'three'}, d={'one', 'two'})
    closed = []
    for name in 'abcdefg':
        own._take_back(types.SimpleNamespace(key=name, close=functools.partial(closed.append,
                                                                               name)))
    assert closed == ['b', 'c', 'e']


def test_one_that_has_grown_is_not_taken_back(one_layer, pool):
    gan = pool.gan(one_layer())
    gan.graph._unsafe_unfinalize()
    with gan.graph.as_default():
        gan.variables()[0].read_value()
    with pytest.raises(AssertionError, match='has added ops'):
        gan.close()
    with pool.gan(one_layer()) as other:
        assert other is not gan
    gan.session.close()
