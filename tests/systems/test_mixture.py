"""ALI and a GAN on 25 Gaussians in the plane, with networks like those of ALI's paper.

Dumoulin et al. 2017, arXiv 1606.00704, section 4.4. A mode counts if it is the nearest one of a
sample among 10,000. In ten runs with random numbers of the training, ALI had 13.4 +- 5.8 modes (8
to 25), and a GAN with the same G and D 10.4 +- 9.2 (1 to 22). The paper trains 200 passes over
100,000 points; this is a tenth of it. Its E gets noise as a second input; this one returns a mean
and a deviation, as the paper's other encoders do.
"""

import functools
import itertools
import sys

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.systems import ALI, DCGAN
from tests.systems import points

CENTRES = np.array([*itertools.product([-4.0, -2.0, 0.0, 2.0, 4.0], repeat=2)], np.float32)
DEVIATION = 0.05
PUBLISHED = {'ali': '13.4 +- 5.8', 'gan': '10.4 +- 9.2'}
SYSTEMS = {'ali': ALI, 'gan': DCGAN}
linear = functools.partial(ops.linear, init=ops.normal(0.02))


class Plane(points.Points):
    def hidden_layers(self, h, count, training):
        for i in range(count):
            h = linear(h, f'l{i}_linear', 400, use_bias=False)
            h = ops.relu(self.norms.of_g(h, f'l{i}_norm', training))
        return h

    def generator(self, z, y, *, training):
        return linear(self.hidden_layers(z, 4, training), 'last', 2)[:, None, None, :]

    def encoder(self, x, y, *, training, numbers):
        return linear(self.hidden_layers(x, 2, training), 'last', numbers)

    def discriminator(self, x, y, *, training, logits):
        h = ops.flatten(x)
        for i in range(3):
            h = ops.maxout(linear(h, f'd{i}_linear', 200 * 5), 5)
        return linear(h, 'logits', logits)

    def pair_discriminator(self, x, z, *, training, logits):
        return self.discriminator(tf.concat([ops.flatten(x), z], axis=1), None, training=training,
                                  logits=logits)


def draw(batch):
    rows = batch.noise.shape[0]
    which = tf.cast(12.5 * (batch.draw('uniform', [rows], 'which') + 1.0), tf.int32)     # 0 ... 24
    centres = tf.gather(CENTRES, tf.minimum(which, len(CENTRES) - 1))
    return centres + DEVIATION * batch.draw('normal', [rows, 2], 'where')


def modes(samples):
    """How many centres are the nearest one of a sample. samples [N, 2]"""
    squares = np.square(samples[:, None] - CENTRES).sum(axis=2)
    return len(np.unique(squares.argmin(axis=1)))


def test_modes_are_counted():
    assert modes(CENTRES + 0.9) == 25
    assert modes(CENTRES[:7].repeat(3, axis=0) - 0.9) == 7


@pytest.mark.slow
@pytest.mark.parametrize('seed', range(3))
def test_modes_of_25_gaussians(seed, capsys):
    """The worst published run of ALI has 8 modes. The GAN is there to be compared with."""
    found = {kind: modes(samples(kind, seed)) for kind in SYSTEMS}
    with capsys.disabled():
        for kind, n in found.items():
            sys.stdout.write(f'\n{kind}, seed {seed}: {n} of 25 modes; published: '
                             f'{PUBLISHED[kind]}\n')
    assert found['ali'] >= 8


def samples(kind, seed, n=10_000):
    """Trains a system. Returns points that its G makes, [n, 2]."""
    config = points.config(2, type=kind, z_dim=2, batch_size=100, learning_rate=1e-4, beta1=0.8,
                           epochs=20_000, steps_per_run=1_000, seed=seed)
    with points.trained(SYSTEMS[kind], Plane, draw, config) as gan:
        return gan.generate_images(np.random.default_rng(0).normal(size=[n, 2]))[:, 0, 0]
