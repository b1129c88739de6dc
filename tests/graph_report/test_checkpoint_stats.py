"""What is said of a checkpoint's variables."""

import math

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf.errors import RunError
from dcgan_tf.graph_report.checkpoint_stats import owner, variable_stats
from dcgan_tf.run_folder.checkpoints import Checkpoints, variables

v1 = tf.compat.v1


@pytest.mark.parametrize(('name', 'whose'), [
    ('Generator/g0_linear/weights', 'G'), ('Discriminator/d2_norm/beta', 'D'),
    ('Encoder/d1_conv/bias', 'E'), ('Generator/g0_linear/weights/Adam', 'G, Adam'),
    ('Discriminator/d1_conv/bias/Adam_1', 'D, Adam'), ('train_D/beta1_power', 'D, Adam'),
    ('train_G/beta2_power', 'G, Adam'), ('Generator_ema/g1_norm/gamma', 'G, average of weights'),
    ('Generator_ema/g1_norm/moving_mean', 'G, average of weights'),
    ('Generator/g1_norm/moving_variance', 'G, average of batch norm'),
    ('Discriminator/d1_conv/weights_u', 'D, spectral norm'),
    ('sums/Generator/g0_linear/weights', 'G, sum of gradients'),
    ('global_step', 'training'), ('penalty', 'training')])
def test_whose_a_variable_is(name, whose):
    assert owner(name) == whose


def test_a_variable_in_figures():
    """All but the share of what is not finite is said of the finite ones."""
    value = np.float32([[1, 2, np.nan, 3], [np.inf, -np.inf, 4, 0]])
    row = variable_stats('Generator/x', value)
    assert row[:5] == ('Generator/x', 'G', (2, 4), 'float32', 8)
    assert row[5:] == (2.0, pytest.approx(np.std([1, 2, 3, 4, 0])), 0.0, 4.0, 0.375)


@pytest.mark.parametrize(('value', 'share'), [(np.float32([np.nan]), 1.0), (np.zeros([0, 3]), 0.0)])
def test_a_variable_without_a_finite_number(value, share):
    row = variable_stats('x', value)
    assert math.isnan(row.mean) and math.isnan(row.maximum) and row.not_finite == share


@pytest.fixture
def saved(session, tmp_path):
    """A folder with model-7, of two variables."""
    made = [v1.get_variable('global_step', initializer=tf.constant(7, tf.int64), use_resource=True),
            v1.get_variable('Generator/w', initializer=tf.ones([50, 3]), use_resource=True)]
    session.run(v1.global_variables_initializer())
    Checkpoints(made).save(session, tmp_path, 7)
    return tmp_path


def test_all_of_a_checkpoint(saved):
    rows = [variable_stats(*each) for each in variables(saved, 7)]
    assert [(row.name, row.type, row.numbers, row.mean) for row in rows] == [
        ('Generator/w', 'float32', 150, 1.0), ('global_step', 'int64', 1, 7.0)]


@pytest.mark.parametrize('damage', ['cut', 'gone', 'index'])
def test_a_damaged_checkpoint(saved, damage):
    (data,), index = saved.glob('model-7.data*'), saved / 'model-7.index'
    if damage == 'cut':
        data.write_bytes(data.read_bytes()[:100])
    elif damage == 'gone':
        data.unlink()
    else:
        index.write_bytes(b'no index')
    with pytest.raises(RunError, match='model-7 is damaged: '):
        list(variables(saved, 7))
