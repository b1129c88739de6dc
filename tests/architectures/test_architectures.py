"""The contract of `Architecture`, over every row of the table and of the presets."""

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf import architectures, objectives, ops
from dcgan_tf.architectures.base import halvings
from dcgan_tf.config import PRESETS, preset
from dcgan_tf.errors import UsageError

v1 = tf.compat.v1
SIZES = [(28, 28), (7, 5), (1, 1), (33, 20)]
SMALL = {'dcgan': ((6, 4, 1), (1, 4, 6)), 'main1': ((6, 4, 1), (1, 4, 6)),
         'keras_mnist': ((6, 5, 4, 1), (1, 3, 4, 5)), 'upsample': ((6, 4, 1), (1, 4, 6))}
every_family = pytest.mark.parametrize('family', architectures.ARCHITECTURES)
every_size = pytest.mark.parametrize('size', SIZES, ids=str)


def small(family, size=(28, 28), channels=1):
    """A net of that family with few feature maps."""
    g_maps, d_maps = SMALL[family]
    return architectures.build(preset(
        architecture=family, image_height=size[0], image_width=size[1], n_channels=channels,
        generator_maps=(*g_maps[:-1], channels), discriminator_maps=(channels, *d_maps[1:]),
        batch_size=3, z_dim=5))


def run(fetch, feed=None):
    """Initialise and run; call it inside a graph."""
    with v1.Session() as session:
        session.run(v1.global_variables_initializer())
        return session.run(fetch, feed)


@every_family
@every_size
@pytest.mark.parametrize('channels', [1, 3])
def test_generator_makes_images_in_range(family, size, channels):
    net = small(family, size, channels)
    with tf.Graph().as_default():
        with ops.network('Generator', 'train'):
            images = net.generator(tf.random.stateless_normal([4, 5], [1, 2]) * 9, training=True)
        assert images.shape.as_list()[1:] == [*size, channels]
        values = run(images)
    assert values.shape == (4, *size, channels)
    low, high = net.value_range
    assert low <= values.min() and values.max() <= high


@every_family
@every_size
@pytest.mark.parametrize('logits', [1, 2])
def test_discriminator_makes_raw_logits(family, size, logits):
    net = small(family, size)
    with tf.Graph().as_default():
        with ops.network('Discriminator', 'real'):
            y = net.discriminator(tf.zeros([4, *size, 1]), training=True, logits=logits)
        assert run(y).shape == (4, logits)


@every_family
def test_a_sample_does_not_depend_on_its_neighbours(family):
    net = small(family)
    z = np.random.default_rng(1).normal(size=[6, 5])
    with tf.Graph().as_default():
        z_ph = v1.placeholder(tf.float32, [None, 5])
        reference = tf.random.stateless_uniform([3, 5], [1, 2])
        with ops.network('Generator', 'sample'):
            images = net.sample(z_ph, reference)
        with v1.Session() as session:
            session.run(v1.global_variables_initializer())
            alone, first, last = (session.run(images, {z_ph: batch})
                                  for batch in (z[:1], z, z[::-1]))
    assert first.shape == (6, 28, 28, 1)
    np.testing.assert_allclose(alone[0], first[0], atol=1e-6)
    np.testing.assert_allclose(alone[0], last[-1], atol=1e-6)


@pytest.mark.parametrize(('name', 'generator', 'discriminator'), [
    ('main1', 608_001, 219_138),          # the published numbers of the original
    ('dcgan28', 608_193, 212_993)])       # 0.82 M in all
def test_parameters(name, generator, discriminator):
    net = architectures.build(preset(name))
    with tf.Graph().as_default():
        with ops.network('Generator', 'train'):
            net.generator(tf.zeros([2, 64]), training=True)
        with ops.network('Discriminator', 'real'):
            net.discriminator(tf.zeros([2, 28, 28, 1]), training=True,
                              logits=2 if name == 'main1' else 1)
        counts = [sum(v.shape.num_elements() for v in v1.trainable_variables(scope))
                  for scope in ('Generator/', 'Discriminator/')]
    assert counts == [generator, discriminator]


def feature_maps(name, use):
    """(op type, shape [H, W, C] or [C]) of what convolutions, products and pools make, in order."""
    net, logits = architectures.build(preset(name)), objectives.get(preset(name).objective).logits
    with tf.Graph().as_default() as graph:
        with ops.network(use, 'x'):
            if use == 'Generator':
                net.generator(tf.zeros([2, preset(name).z_dim]), training=True)
            else:
                net.discriminator(tf.zeros([2, 28, 28, 1]), training=True, logits=logits)
        kinds = ('Conv2D', 'Conv2DBackpropInput', 'MatMul', 'MaxPool')
        return [(op.type, *op.outputs[0].shape.as_list()[1:]) for op in graph.get_operations()
                if op.type in kinds]


CONV, DECONV, LINEAR, POOL = 'Conv2D', 'Conv2DBackpropInput', 'MatMul', 'MaxPool'


@pytest.mark.parametrize(('name', 'generator', 'discriminator'), [
    ('main1',
     [(LINEAR, 6272), (DECONV, 14, 14, 64), (DECONV, 28, 28, 1)],
     [(CONV, 14, 14, 64), (CONV, 7, 7, 128), (LINEAR, 2)]),
    ('dcgan28',
     [(LINEAR, 6272), (DECONV, 14, 14, 64), (DECONV, 28, 28, 1)],
     [(CONV, 14, 14, 64), (CONV, 7, 7, 128), (LINEAR, 1)]),
    ('keras_mnist',
     [(LINEAR, 12544), (DECONV, 14, 14, 128), (DECONV, 14, 14, 64), (DECONV, 28, 28, 1)],
     [(CONV, 14, 14, 32), (CONV, 7, 7, 64), (CONV, 4, 4, 128), (LINEAR, 1)]),
    ('upsample_mnist',
     [(LINEAR, 6272), (CONV, 14, 14, 64), (CONV, 28, 28, 1)],
     [(CONV, 28, 28, 64), (POOL, 14, 14, 64), (CONV, 14, 14, 128), (POOL, 7, 7, 128),
      (LINEAR, 1024), (LINEAR, 1)])])
def test_layers_are_those_of_the_systems(name, generator, discriminator):
    assert feature_maps(name, 'Generator') == generator
    assert feature_maps(name, 'Discriminator') == discriminator


def test_main1_normalises_without_weights_of_its_own():
    net = architectures.build(preset('main1'))
    with tf.Graph().as_default():
        with ops.network('Generator', 'train'):
            net.generator(tf.zeros([2, 64]), training=True)
        names = [v.op.name for v in v1.global_variables()]
    assert names == [f'Generator/{name}' for name in (
        'g0_linear/weights', 'g0_linear/bias', 'g1_deconv/weights', 'g1_deconv/bias',
        'g2_deconv/weights', 'g2_deconv/bias')]


@every_family
def test_every_preset_has_its_family(family):
    assert family in {row['architecture'] for row in PRESETS.values()}


def test_unknown_family():
    with pytest.raises(UsageError, match='expected dcgan, main1'):
        architectures.build(preset(architecture='vgg'))


@pytest.mark.parametrize(('family', 'maps', 'words'), [
    ('keras_mnist', (8, 1), 'expected 4'), ('upsample', (8, 4, 2, 1), 'expected 3'),
    ('dcgan', (1,), 'at least 2')])
def test_lists_of_another_length(family, maps, words):
    with pytest.raises(UsageError, match=words):
        architectures.build(preset(architecture=family, generator_maps=maps))


def test_halvings_round_up():
    assert halvings((28, 5), 3) == [(28, 5), (14, 3), (7, 2), (4, 1)]
