"""The BiGAN where its optimum is known: linear networks on the line.

    x ~ N(m, s^2), z ~ N(0, 1)      G(z) = a z + b      E(x) = c x + d

G makes the distribution of x if b = m and a = s or -s. E is its inverse if c = 1 / a, d = -m / a. D
has to have hidden layers: a D that is linear in (x, z) compares the means of x and of z, and does
not see which code belongs to which x.
"""

import pytest
import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.systems import ALI, BiGAN
from tests.systems import points

M, S = 1.0, 1.5
WIDE = ops.truncated_normal(0.5)


class Linear(points.Points):
    def generator(self, z, y, *, training):
        return ops.linear(z, 'linear', 1, init=WIDE)[:, None, None, :]

    def encoder(self, x, y, *, training, numbers):
        return ops.linear(x, 'linear', numbers, init=WIDE)

    def pair_discriminator(self, x, z, *, training, logits):
        h = tf.concat([ops.flatten(x), z], axis=1)
        for i in range(2):
            h = ops.leaky_relu(ops.linear(h, f'd{i}_linear', 32, init=ops.he_normal()))
        return ops.linear(h, 'logits', logits)


def draw(batch):
    return M + S * batch.draw('normal', [batch.noise.shape[0], 1], 'data')


@pytest.mark.parametrize('kind', [
    'bigan', pytest.param('ali', marks=pytest.mark.slow)])      # ALI's deviations tend to 0
def test_the_encoder_becomes_the_inverse_of_the_generator(kind):
    config = points.config(1, type=kind, z_dim=1, batch_size=256, penalty='r1', penalty_weight=1.0,
                           penalty_every=1, learning_rate=2e-2, learning_rate_half_life=400,
                           epochs=2_000, steps_per_run=500)
    with points.trained({'bigan': BiGAN, 'ali': ALI}[kind], Linear, draw, config) as gan:
        a, b, c, d = (gan.session.run(network.variables[f'{network.name}/linear/{name}']).ravel()[0]
                      for network in (gan.built.net.G, gan.built.net.E)
                      for name in ('weights', 'bias'))
    assert (abs(a), b) == pytest.approx((S, M), abs=0.15)
    assert (c, d) == pytest.approx((1 / a, -M / a), abs=0.1)
