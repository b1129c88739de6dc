"""What is wrong with networks, an objective or a system of one's own is said in one line."""

import re

import numpy as np
import pytest

from dcgan_tf import GAN, DeepConvolutionalGAN
from dcgan_tf.config import FAMILIES, OBJECTIVES, preset
from dcgan_tf.errors import UsageError
from dcgan_tf.losses import objectives
from dcgan_tf.networks import ARCHITECTURES
from dcgan_tf.show.directions import principal_directions
from dcgan_tf.systems.dcgan import DCGAN

FILE = '''
from typing import NamedTuple

import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.config.family import Family
from dcgan_tf.losses.objectives import Objective
from dcgan_tf.networks import Architecture
from dcgan_tf.networks.network import Network
from dcgan_tf.networks.value_range import ValueRange
from dcgan_tf.systems import Player, System

v1 = tf.compat.v1


class Mine(Architecture):
    def generator(self, z, y, *, training):
        h = ops.linear(z, 'g0_linear', 4)
        return ops.tanh(ops.linear_maps(h, 'g1_linear', 1, self.size))

    def feature_maps(self, x, y, *, training):
        return [ops.leaky_relu(ops.conv2d(x, 'd1_conv', 2))]

    def head(self, h, logits):
        return ops.linear(h, 'd_linear', logits)


def d_loss(r, f):
    return tf.reduce_mean(tf.square(r - 1.0) + tf.square(f))


def g_loss(r, f):
    return tf.reduce_mean(tf.square(f - 1.0))


mine = Objective(d_loss, g_loss)


class Networks(NamedTuple):
    G: Network
    D: Network


class Outputs(NamedTuple):
    r: tf.Tensor
    f: tf.Tensor


class MySystem(System):
    ignores = ('penalty',)

    def networks(self):
        def build(x, *, training):
            return self.architecture.discriminator(x, None, training=training, logits=1)
        return Networks(Network('Generator', self.architecture.generator),
                        Network('Discriminator', build))

    def forward(self, net, batch):
        fake = net.G(batch.noise, None, use='train')
        return Outputs(net.D(batch.images, use='real'), net.D(fake, use='fake'))

    def players(self, net, batch, out):
        return [Player('D', [net.D], self.objective.d_loss(out.r, out.f)),
                Player('G', [net.G], self.objective.g_loss(out.r, out.f))]

    def sample(self, net, z, y, reference):
        return net.G(z, None, use='sample', training=False)

    def scalars(self, out):
        return {'real': tf.reduce_mean(out.r)}
'''
OWN = {'architecture': 'my.py:Mine', 'objective': 'my.py:mine', 'type': 'my.py:MySystem'}
OF_NETWORKS = [
    ("return ops.tanh(ops.linear_maps(h, 'g1_linear', 1, self.size))",
     "return ops.tanh(ops.linear_maps(h, 'g1_linear', 3, self.size))",
     r'my.py:Mine.generator returns \[N, 8, 8, 3\]: expected images \[N, 8, 8, 1\]'),
    ("h = ops.linear(z, 'g0_linear', 4)", "h = tf.reshape(z, [-1, 1])",
     r'my.py:Mine.generator returns \[12, 8, 8, 1\]: expected images \[N, 8, 8, 1\]'),
    ('return ops.tanh(ops.linear_maps', 'return (ops.linear_maps',
     'generator ends in BiasAdd, which has no bounds: expected images from -1 to 1'),
    ('return ops.tanh(ops.linear_maps', 'return ops.sigmoid(ops.linear_maps',
     r'ends in Sigmoid, from 0 to 1, but value_range is from -1 to 1: .*ValueRange\(0.0, 1.0\)'),
    ('return ops.tanh(ops.linear_maps', 'return tf.cast(ops.linear_maps',
     r'my.py:Mine.generator \(my.py, line 20\): TypeError'),
    ("'g1_linear', 1, self.size))", "'g1_linear', 1, self.size)) and None",
     'OperatorNotAllowedInGraphError'),
    ("return [ops.leaky_relu(ops.conv2d(x, 'd1_conv', 2))]",
     "return ops.leaky_relu(ops.conv2d(x, 'd1_conv', 2))",
     r'my.py:Mine.feature_maps returns a .*Tensor: expected a list of feature maps'),
    ("return [ops.leaky_relu(ops.conv2d(x, 'd1_conv', 2))]",
     "return [ops.flatten(ops.conv2d(x, 'd1_conv', 2))]",
     r'feature_maps returns \[N, 32\]: expected feature maps'),
    ("'d_linear', logits)", "'d_linear', 7)",
     r'my.py:Mine.head returns \[N, 7\]: expected logits \[N, 1\]'),
    ("'g1_linear', 1, self.size", "'g0_linear', 1, self.size",
     r'generator.*two layers have the variable Generator/g0_linear/weights|Trying to share'),
    ("ops.linear(z, 'g0_linear', 4)", "ops.linear(ops.linear(z, 'g0_linear', 3), 'g0_linear', 3)",
     'two layers have the variable Generator/g0_linear/weights'),
    ("    def head(", "    def tail(", 'my.py:Mine has no head'),
    ('class Mine(Architecture):', 'class Mine:\n    family = Family()',
     'my.py:Mine is not derived from'),
    ('class Mine(Architecture):', 'class Mine(Architecture):\n    family = Family(layers=(9, 9))\n',
     'expected 8 numbers of feature maps'),
]
BEFORE = '    def head('                 # a function is put before this one
OF_ENCODERS = [
    ('bigan', """    def encoder(self, x, y, *, training, numbers):
        return self.discriminator(x, y, training=training, logits=numbers + 1)
""", r'my.py:Mine.encoder returns \[N, 4\]: expected numbers \[N, 3\]'),
    ('bigan', """    def pair_discriminator(self, x, z, *, training, logits):
        return ops.linear(tf.concat([x, z], axis=1), 'd_linear', logits)
""", r'my.py:Mine.pair_discriminator \(my.py, line \d+\): ValueError'),
    ('aae', """    def code_discriminator(self, z, y, *, training, logits):
        return z
""", r'my.py:Mine.code_discriminator returns \[N, 3\]: expected logits \[N, 1\]')]
OF_OBJECTIVES = [
    ('return tf.reduce_mean(tf.square(r - 1.0) + tf.square(f))', 'return tf.square(r) + f',
     r'my.py:mine.d_loss returns float32 \[8, 1\]: expected a float32 scalar'),
    ('return tf.reduce_mean(tf.square(f - 1.0))', 'return tf.reduce_mean(tf.math.log(f))',
     'my.py:mine.g_loss is not finite for outputs of D from -3 to 3'),
    ('tf.square(r - 1.0) + tf.square(f)', 'tf.sqrt(tf.abs(r - 3.0)) + tf.square(f)',
     'd_loss has a gradient that is not finite'),
    ('return tf.reduce_mean(tf.square(f - 1.0))', 'return tf.reduce_mean(tf.square(r - 1.0))',
     'my.py:mine.g_loss does not depend on f'),
    ('def g_loss(r, f):', 'def g_loss(f):', r'my.py:mine.g_loss: TypeError'),
    ('mine = Objective(d_loss, g_loss)', 'mine = Objective(d_loss, g_loss, lambda x: x)',
     r'my.py:mine.score returns \[8, 1\] for 8 images: expected \[8\]'),
]
OF_SYSTEMS = [
    ("Player('G', [net.G]", "Player('F', [net.G]",
     'my.py:MySystem.players has the players D, F: expected D, G'),
    ("[net.G], self", "[], self", 'player G: its networks are not among G, D'),
    ("self.objective.g_loss(out.r, out.f))]", "out.f)]",
     r'players, player G: its loss is \[4, 1\]: expected a scalar'),
    ("self.objective.g_loss(out.r, out.f))]", "tf.reduce_mean(out.r))]",
     'train_G: the loss does not depend on Generator/g0_linear'),
    ("Network('Discriminator', build)", "Network('Generator', build)",
     'the networks are called Generator, Generator'),
    ("    G: Network\n    D: Network", "    F: Network\n    D: Network",
     "my.py:MySystem: generator or averaged is 'G': expected a network, F, D"),
    ("        return Networks(", "        return (",
     'MySystem.networks returns a tuple: expected a NamedTuple of Network'),
    ("        fake = net.G(", "        tf.Variable(1.0, name='lost')\n        fake = net.G(",
     'MySystem.forward: the variable lost belongs to no network'),
    ("        fake = net.G(", "        fake = net.H(",
     r"MySystem.forward \(my.py, line \d+\): AttributeError: .*'H'"),
    ("'real': tf.reduce_mean(out.r)", "'real_loss': tf.reduce_mean(out.r)",
     "'real_loss' is a name of a player's number"),
    ("'real': tf.reduce_mean(out.r)", "'real': out.r",
     r'MySystem.scalars: real is \[4, 1\]: expected a scalar'),
    ("ignores = ('penalty',)", "ignores = ('epochs',)", "ignores 'epochs': expected some of"),
    ("ignores = ('penalty',)", "kind = 'dcgan'", "its kind is 'dcgan': expected gan, cgan"),
    ("    def sample(", "    def simple(", 'my.py:MySystem has no sample'),
    ("return net.G(z, None, use='sample', training=False)", "return z",
     r'MySystem.sample returns .*expected images \[N, 8, 8, 1\]'),
]


def build(here, own, old='', new=''):
    """A GAN with these names of FILE, in which `old` was replaced; it is closed."""
    with GAN.from_config(config_of(here, own, old, new)) as gan:
        gan.optimizer()
        return gan


def config_of(here, own, old='', new=''):
    """The Config of such a GAN."""
    assert old in FILE
    (here / 'my.py').write_text(FILE.replace(old, new) if old else FILE)
    return preset('dcgan28', image_height=8, image_width=8, z_dim=3, generator_maps=(4, 1),
                  discriminator_maps=(1, 2), batch_size=4, ema=0.0,
                  **{field: OWN[field] for field in own},
                  **({} if 'type' in own else {'penalty': 'none'}))


def test_all_is_well(here):
    gan = build(here, OWN)
    assert [network.name for network in gan.built.net] == ['Generator', 'Discriminator']
    assert set(gan.steps.variants[0].columns) == {'d_loss', 'g_loss', 'real', 'd_gradient',
                                                  'g_gradient'}
    assert gan.summary().startswith('model: dcgan28, networks my.py:Mine, objective my.py:mine, '
                                    'type my.py:MySystem, generator ')


def test_players_that_move_in_turn_have_batches_of_their_own(here):
    config = config_of(here, ['type'], "ignores = ('penalty',)",
                       "ignores, moves = ('penalty',), 'in turn'")
    assert config.batches_per_step == 2 and config.replace(d_steps=3).batches_per_step == 4


def test_the_constructor_brings_no_objective_to_a_system_without_one(here):
    config_of(here, ['type'], "ignores = ('penalty',)", "ignores = ('penalty', 'objective')")
    with DeepConvolutionalGAN(type='my.py:MySystem') as gan:
        assert 'objective' not in gan.config.row_of_type.takes
    with pytest.raises(UsageError, match='--objective: --type my.py:MySystem does not take it'):
        DeepConvolutionalGAN(type='my.py:MySystem', n_labels=2)


@pytest.mark.parametrize(('old', 'new', 'count'), [
    ("'g0_linear'", "'first'", 2),                       # whatever it is called
    ("ops.linear(z, 'g0_linear', 4)", "tf.reduce_sum(z, axis=1, keepdims=True)", 0)])
def test_directions_need_a_layer_that_is_linear_in_z(here, old, new, count):
    with GAN.from_config(config_of(here, ['architecture'], old, new)) as gan:
        assert principal_directions(gan, 2).shape == (count, 3)


@pytest.mark.parametrize(('own', 'old', 'new', 'problem'), [
    *((['architecture'], *row) for row in OF_NETWORKS),
    *((['objective'], *row) for row in OF_OBJECTIVES),
    *((OWN, *row) for row in OF_SYSTEMS)])
def test_what_is_wrong_is_said(here, own, old, new, problem):
    with pytest.raises(UsageError) as found:
        build(here, own, old, new)
    assert re.search(problem, str(found.value)) and '\n' not in str(found.value)


@pytest.mark.parametrize(('kind', 'function', 'problem'), OF_ENCODERS)
def test_what_is_wrong_in_a_gan_with_an_encoder_is_said(here, kind, function, problem):
    config = config_of(here, ['architecture'], BEFORE, f'{function}\n{BEFORE}')
    with pytest.raises(UsageError) as found, GAN.from_config(config.replace(type=kind)) as gan:
        gan.optimizer()
    assert re.search(problem, str(found.value)) and '\n' not in str(found.value)


def test_a_system_that_is_given_as_an_object_is_checked_too(one_layer):
    class Wrong(DCGAN):
        def players(self, net, batch, out):
            return super().players(net, batch, out)[:1]
    config = one_layer()
    with GAN(config, system=Wrong(config)) as gan, pytest.raises(
            UsageError, match='Wrong.players has the players D: expected D, G'):
        gan.loss()


def test_the_rows_of_the_tables_have_the_same_facts():
    for name, row in OBJECTIVES.items():
        made = objectives.get(name)
        assert (made.smooths, made.d_output) == (row.smooths, row.d_output), name
    assert {name: cls.family for name, cls in ARCHITECTURES.items()} == FAMILIES


def test_the_score_of_an_objective_is_its_output():
    row = objectives.Objective(lambda r, f: r, lambda r, f: f)
    assert np.array_equal(row.score(np.float32([[1.0], [-2.0]])), [1.0, -2.0])
