"""Instance norm, layer norm and no norm against the reference."""

import numpy as np
import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.config import NORMS as HELP
from tests import reference as ref
from tests.cases import cases

v1 = tf.compat.v1
AXES = {'instance': (1, 2), 'layer': (1, 2, 3)}


def standard(x, gamma, beta, axes):
    mean, variance = x.mean(axes, keepdims=True), x.var(axes, keepdims=True)
    return ref.batch_norm(x, gamma, beta, mean, variance, 1e-5)


def draw(rng):
    return rng.normal(0.5, 2, size=[3, 4, 2, 3]), {'n/gamma': rng.normal(size=3),
                                                   'n/beta': rng.normal(size=3)}


@cases('kind', AXES)
def test_it_is_the_formula(evaluate, rng, kind):
    x, weights = draw(rng)
    y = evaluate(lambda x_ph: ops.NORMS[kind](x_ph, 'n'), x, weights=weights)
    ref.assert_close(y, standard(x, *weights.values(), AXES[kind]))


@cases('kind', AXES)
def test_gradients_run_through_the_moments(check_gradients, rng, kind):
    x, weights = draw(rng)
    check_gradients(lambda x: ops.NORMS[kind](x, 'n'),
                    lambda x, gamma, beta: standard(x, gamma, beta, AXES[kind]), x, weights)


@cases('kind', AXES)
def test_an_image_does_not_see_its_neighbours(evaluate, rng, kind):
    x, _ = draw(rng)
    together = evaluate(lambda x_ph: ops.NORMS[kind](x_ph, 'n'), x)
    alone = evaluate(lambda x_ph: ops.NORMS[kind](x_ph, 'n'), x[1:2])
    ref.assert_close(alone[0], together[1])


@cases('kind', ['none', 'spectral'])
def test_without_a_norm_the_offset_stays(evaluate, rng, kind):
    x, weights = draw(rng)
    beta = {'n/beta': weights['n/beta']}
    ref.assert_close(evaluate(lambda x_ph: ops.NORMS[kind](x_ph, 'n'), x, weights=beta),
                     x + weights['n/beta'])
    ref.assert_close(evaluate(lambda x_ph: ops.NORMS[kind](x_ph, 'n', offset=False), x), x)


@cases('kind', AXES)
def test_the_offset_can_be_left_to_the_layer(kind):
    with tf.Graph().as_default():
        ops.NORMS[kind](tf.zeros([2, 3, 3, 4]), 'n', offset=False)
        assert [v.op.name for v in v1.global_variables()] == ['n/gamma']


def test_the_tables_agree():
    assert list(ops.NORMS) == list(HELP)
    assert np.all(list(HELP.values()))
