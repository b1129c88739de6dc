"""tests/pool.py: a GAN that was lent is as good as new, and only options of the loop share one."""

import dataclasses

import pytest

from dcgan_tf.config import Config
from dcgan_tf.graph_report.differences import differences
from tests.helpers import assert_same, values
from tests.pool import LOOP, build, finished, options_of_graph

OTHERS = {'histograms': 'none', 'metrics': 'frechet', 'keep_best': 'frechet', 'on_collapse': 'stop',
          'on_save_error': 'warn', 'dataset': 'folder', 'data_dir': 'x', 'resize': (8, 8),
          'crop': 'none'}


def changed(value):
    return not value if isinstance(value, bool) else value + 1


def test_no_op_depends_on_an_option_of_the_loop(tiny):
    config = tiny('main1', instance_noise=0.1, learning_rate_half_life=9)
    default = {field.name: getattr(config, field.name) for field in dataclasses.fields(Config)}
    other = config.replace(**{name: OTHERS[name] if name in OTHERS else changed(default[name])
                              for name in LOOP})
    assert all(getattr(other, name) != default[name] for name in LOOP)
    assert options_of_graph(other) == options_of_graph(config)
    with finished(config) as a, finished(other) as b:
        assert differences(a, b) == []


@pytest.mark.slow
def test_it_comes_back_with_its_first_weights(tiny, images, pool):
    config = tiny()
    with build(config) as new:
        new.fit(images, progress=False)
        expected = values(new)
    with pool.gan(config.replace(epochs=1)) as first:
        first.fit(images, progress=False)
    with pool.gan(config) as again:
        assert again is first and again.config.epochs == config.epochs
        again.fit(images, progress=False)
        assert_same(values(again), expected)
        with pool.gan(config) as other:
            assert other is not again


def test_one_that_has_grown_is_not_taken_back(tiny, pool):
    gan = pool.gan(tiny())
    gan.graph._unsafe_unfinalize()
    with gan.graph.as_default():
        gan.variables()[0].read_value()
    with pytest.raises(AssertionError, match='has added ops'):
        gan.close()
    with pool.gan(tiny()) as other:
        assert other is not gan
    gan.session.close()
