"""Every penalty against its closed form, on D's whose gradient is known."""

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf.config import PENALTIES as HELP
from dcgan_tf.config import preset
from dcgan_tf.errors import UsageError
from dcgan_tf.losses import penalties
from dcgan_tf.losses.penalties import PENALTIES
from tests import reference as ref
from tests.cases import cases

v1 = tf.compat.v1
RNG = np.random.default_rng(3)
REAL, FAKE = RNG.normal(size=(6, 4, 5, 2)), RNG.normal(1, 2, size=(6, 4, 5, 2))
RANDOM, SHARE = RNG.uniform(size=REAL.shape), RNG.uniform(size=(6, 1, 1, 1))
OF_D = [name for name, row in PENALTIES.items() if row.d_penalty]
CLOSED = {                                        # from the norm of D's gradient at each image
    'gradient_penalty':  lambda norms: np.mean((norms - 1) ** 2),
    'lipschitz_penalty': lambda norms: np.mean(np.maximum(0, norms - 1) ** 2),
    'r1':                lambda norms: np.mean(norms ** 2) / 2,
    'dragan':            lambda norms: np.mean((norms - 1) ** 2),
}
SLOPE = {                                         # d penalty / d norm, where all norms are equal
    'gradient_penalty':  lambda norm: 2 * (norm - 1),
    'lipschitz_penalty': lambda norm: 2 * max(0, norm - 1),
    'r1':                lambda norm: norm,
    'dragan':            lambda norm: 2 * (norm - 1),
}
E = RANDOM[:, :1, :1, :1]
PLACES = {                                        # where the gradient is looked at
    'gradient_penalty':  E * REAL + (1 - E) * FAKE,
    'lipschitz_penalty': E * REAL + (1 - E) * FAKE,
    'r1':                REAL,
    'dragan':            REAL + SHARE * ((REAL + 0.5 * REAL.std() * RANDOM) - REAL),
}


def linear(w):
    return lambda x: tf.reduce_sum(x * w, axis=[1, 2, 3])


def batch():
    """Real and fake images, and the function that draws."""
    drawn = {(): RANDOM, ('share',): SHARE}
    return [*(tf.constant(x, tf.float32) for x in (REAL, FAKE)),
            lambda shape, *name: tf.constant(drawn[name], tf.float32)]


@cases('norm', [0.25, 1.0, 3.0])
@cases('name', OF_D)
def test_on_a_linear_d(name, norm):
    """The gradient is w everywhere; the penalty's own, of second order, points along w."""
    w = RNG.normal(size=REAL.shape[1:])
    w *= norm / np.linalg.norm(w)
    with tf.Graph().as_default(), v1.Session() as session:
        w_tf = tf.constant(w, tf.float32)
        penalty = PENALTIES[name].d_penalty(linear(w_tf), *batch())
        slope, = tf.gradients(penalty, w_tf)
        penalty, slope = session.run((penalty, slope))
    ref.assert_close(penalty, CLOSED[name](np.full(6, norm)))
    np.testing.assert_allclose(slope, SLOPE[name](norm) * w / norm, atol=1e-4)


@cases('name', OF_D)
def test_the_gradient_is_looked_at_in_the_right_places(name):
    """D(x) = |x|^2 / 2 has the gradient x."""
    with tf.Graph().as_default(), v1.Session() as session:
        penalty = PENALTIES[name].d_penalty(
            lambda x: tf.reduce_sum(x * x, axis=[1, 2, 3]) / 2, *batch())
        norms = np.sqrt((PLACES[name] ** 2).sum(axis=(1, 2, 3)))
        np.testing.assert_allclose(session.run(penalty), CLOSED[name](norms), rtol=1e-4)


@cases('name', OF_D)
def test_a_flat_d_gives_finite_gradients(name):
    with tf.Graph().as_default(), v1.Session() as session:
        w = tf.zeros(REAL.shape[1:])
        penalty = PENALTIES[name].d_penalty(linear(w), *batch())
        assert np.isfinite(session.run(tf.gradients(penalty, w)[0])).all()


def test_the_mode_regulariser():
    score = RNG.normal(size=6)
    with tf.Graph().as_default(), v1.Session() as session:
        actual = session.run(penalties.mode_regulariser(
            *batch()[:2], tf.constant(score, tf.float32)))
    reached = 1 / (1 + np.exp(-score))
    ref.assert_close(actual, np.mean((REAL - FAKE) ** 2) - np.mean(np.log(reached)))


def test_the_tables_agree():
    assert list(PENALTIES) == list(HELP)
    with pytest.raises(UsageError, match='expected none, gradient_penalty'):
        preset(penalty='r2')
