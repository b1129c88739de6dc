"""`init_from`: the networks of an earlier training in a new one, or nothing changes at all."""

import logging

import numpy as np
import pytest

from dcgan_tf.errors import RunError, UsageError
from tests.cases import cases
from tests.helpers import assert_same, put, save, values

WEIGHTS = 'Generator/g0_linear/weights'
OTHER = {'norm': 'spectral', 'penalty': 'mode_regularised'}


def variable(gan, name):
    return next(v for v in gan.variables() if v.op.name == name)


def trained(finished, config, images, folder, step=2, **words):
    """Saves a model of that many steps in a folder -> its variables."""
    with finished(config.replace(epochs=step)) as gan:
        gan.fit(images, progress=False, **words)
        gan.save_model(folder)
        return values(gan)


def started(finished, config, folder, **words):
    """-> the variables of a new model that starts from that folder."""
    with finished(config) as gan:
        gan.init_from(folder, **words)
        return values(gan)


@pytest.mark.parametrize('options', [
    OTHER, pytest.param({'type': 'infogan', 'codes': (3,)}, marks=pytest.mark.slow)], ids=str)
def test_all_networks_are_taken_to_the_bit(finished, one_layer, images, tmp_path, options):
    """Also what norms remember, spectral norm's vectors, and a third network."""
    config = one_layer(**options)
    before = trained(finished, config, images, tmp_path)
    with finished(config) as gan:
        first = values(gan)
        assert gan.init_from(tmp_path) == 2
        assert gan.steps_done() == 0
        now = values(gan)
        networks = {name for network in gan.built.net for name in network.variables}
    wanted = {name: before[name] if name in networks or '_ema/' in name else first[name]
              for name in first}
    assert_same(now, wanted)
    assert any(not np.array_equal(now[name], first[name]) for name in networks)


@pytest.mark.parametrize(('old', 'new'), [(0.0, 0.999), (0.999, 0.0), (0.999, 0.999)])
def test_the_average_starts_from_the_average_or_else_from_the_weights(
        finished, one_layer, images, tmp_path, old, new):
    before = trained(finished, one_layer(ema=old), images, tmp_path)
    now = started(finished, one_layer(ema=new), tmp_path)
    average = WEIGHTS.replace('Generator', 'Generator_ema')
    np.testing.assert_array_equal(now[WEIGHTS], before[WEIGHTS])
    if new:
        np.testing.assert_array_equal(now[average], before[average if old else WEIGHTS])
    if old:
        assert not np.array_equal(before[average], before[WEIGHTS])


def test_the_step_of_the_checkpoint_may_be_chosen(finished, one_layer, images, tmp_path):
    config = one_layer()
    old = trained(finished, config, images, tmp_path, step=1)
    trained(finished, config, images, tmp_path, step=3)
    np.testing.assert_array_equal(started(finished, config, tmp_path, step=1)[WEIGHTS],
                                  old[WEIGHTS])
    with pytest.raises(RunError, match='no checkpoint of step 9'):
        started(finished, config, tmp_path, step=9)
    with pytest.raises(RunError, match='nothing holds no checkpoint'):
        started(finished, config, tmp_path / 'nothing')


def test_a_damaged_checkpoint_is_skipped(finished, one_layer, images, tmp_path, caplog):
    config = one_layer()
    old = trained(finished, config, images, tmp_path, step=1)
    trained(finished, config, images, tmp_path, step=2)
    for end in ('index', 'data-00000-of-00001'):           # a copy under another name is not it
        (tmp_path / f'model-3.{end}').write_bytes((tmp_path / f'model-2.{end}').read_bytes())
    (tmp_path / 'model-2.index').write_bytes(b'damaged')
    with caplog.at_level(logging.WARNING):
        np.testing.assert_array_equal(started(finished, config, tmp_path)[WEIGHTS], old[WEIGHTS])
    assert 'model-3 is of step 2' in caplog.text and 'model-2 is damaged' in caplog.text
    (tmp_path / 'model-1.index').write_bytes(b'damaged')
    with pytest.raises(RunError, match='none of the 3 checkpoints'):
        started(finished, config, tmp_path)


def test_networks_that_have_learnt_nothing_are_refused(finished, one_layer, images, tmp_path):
    """Also where a damaged checkpoint leaves only those."""
    config = one_layer()
    with finished(config) as gan:
        gan.save_model(tmp_path)
    trained(finished, config, images, tmp_path, step=1)
    (tmp_path / 'model-1.index').write_bytes(b'damaged')
    with pytest.raises(RunError, match='model-0 has had no training step'):
        started(finished, config, tmp_path)


@cases(('old', 'new', 'match'), [
    ({'z_dim': 2}, {}, r'Generator/g0_linear/weights as \[2, .* model as \[3, .* --z-dim'),
    ({}, OTHER, 'has no variable Discriminator/.*weights_u')])
def test_other_networks_are_refused_and_nothing_changes(finished, one_layer, tmp_path, old, new,
                                                        match):
    with finished(one_layer(**old), training=False) as gan:
        put(gan.session, gan.built.inputs.step, 1)
        save(gan, tmp_path)
    with finished(one_layer(**new)) as gan:
        before = values(gan)
        with pytest.raises(RunError, match=match):
            gan.init_from(tmp_path)
        assert_same(values(gan), before)


@pytest.mark.parametrize('number', [np.nan, np.inf])
def test_numbers_that_are_not_finite_are_refused(finished, one_layer, tmp_path, number):
    with finished(one_layer()) as gan:
        v = variable(gan, WEIGHTS)
        put(gan.session, v, np.full(v.shape, number, np.float32))
        put(gan.session, gan.built.inputs.step, 1)
        gan.save_model(tmp_path)
    with finished(one_layer()) as gan:
        before = values(gan)
        with pytest.raises(RunError, match='NaN or infinity in Generator/g0_linear'):
            gan.init_from(tmp_path)
        assert_same(values(gan), before)


def test_it_comes_before_the_first_step(finished, one_layer, images, tmp_path):
    config = one_layer(epochs=1)
    trained(finished, config, images, tmp_path)
    with finished(config) as gan:
        gan.fit(images, progress=False)
        with pytest.raises(UsageError, match='have had 1 step:'):
            gan.init_from(tmp_path)
