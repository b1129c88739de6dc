"""ops.linear against the reference: values, gradients, names."""

import tensorflow as tf

from dcgan_tf import ops
from tests import reference as ref
from tests.cases import cases


def draw(rng, inputs, units):
    return {'fc/weights': rng.normal(size=[inputs, units]), 'fc/bias': rng.normal(size=units)}


@cases('batch', [1, 7])
@cases(('inputs', 'units'), [(1, 1), (5, 1), (1, 4), (6, 9)])
def test_values(evaluate, rng, batch, inputs, units):
    x, weights = rng.normal(size=[batch, inputs]), draw(rng, inputs, units)
    y = evaluate(lambda x_ph: ops.linear(x_ph, 'fc', units), x, weights=weights)
    ref.assert_close(y, ref.linear(x, *weights.values()))


def test_without_bias(evaluate, rng):
    x, w = rng.normal(size=[3, 5]), rng.normal(size=[5, 2])
    y = evaluate(lambda x_ph: ops.linear(x_ph, 'fc', 2, use_bias=False), x,
                 weights={'fc/weights': w})
    ref.assert_close(y, ref.linear(x, w, 0))


def test_gradients(check_gradients, rng):
    check_gradients(lambda x: ops.linear(x, 'fc', 4), ref.linear,
                    rng.normal(size=[3, 5]), draw(rng, 5, 4))


def test_shape_is_known_but_for_the_batch():
    with tf.Graph().as_default():
        x = tf.compat.v1.placeholder(tf.float32, [None, 5])
        assert ops.linear(x, 'fc', 4).shape.as_list() == [None, 4]
