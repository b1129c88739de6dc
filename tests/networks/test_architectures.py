"""The contract of `Architecture`, over every row of the table and of the presets."""

import pytest
import tensorflow as tf

from dcgan_tf import networks, ops
from dcgan_tf.config import FAMILIES, PRESETS, families, preset
from dcgan_tf.errors import UsageError
from dcgan_tf.networks.architecture import Architecture, halvings

v1 = tf.compat.v1
SIZES = [(28, 28), (7, 5), (112, 92), (33, 20)]
SMALL = {'dcgan': ((6, 4, 1), (1, 4, 6)), 'main1': ((6, 4, 1), (1, 4, 6)),
         'keras_mnist': ((6, 5, 4, 1), (1, 3, 4, 5)), 'upsample': ((6, 4, 1), (1, 4, 6)),
         'folder': ((6, 4, 1), (1, 4, 6)), 'infogan_mnist': ((6, 4, 1), (1, 4, 6)),
         'skip': ((6, 4, 1), (1, 4, 6)), 'bigan_mnist': ((6, 4, 1), (1, 4, 6)),
         'ali': ((6, 5, 4, 4, 3, 3, 1), (1, 2, 4, 4, 6, 6)),
         'ali64': ((6, 5, 4, 4, 3, 1), (1, 2, 3, 4, 5, 6)),
         'vae_gan': ((6, 5, 4, 4, 1), (1, 4, 4, 5, 6)),
         'aae': ((6, 4, 1), (1, 4, 6)),
         'aae_clusters': ((6, 4, 1), (1, 4, 6)),
         'age32': ((6, 5, 4, 4, 1), (1, 4, 5, 6)), 'age64': ((6, 4, 1), (1, 4, 6)),
         'acgan': ((6, 5, 4, 1), (1, 2, 2, 3, 3, 4, 4))}
every_family = pytest.mark.parametrize('family', networks.ARCHITECTURES)


def small(family, size=(28, 28), channels=1):
    """A net of that family with few feature maps."""
    g_maps, d_maps = SMALL[family]
    return networks.build(preset(
        architecture=family, image_height=size[0], image_width=size[1], n_channels=channels,
        generator_maps=(*g_maps[:-1], channels), discriminator_maps=(channels, *d_maps[1:]),
        batch_size=3, z_dim=5))


def run(fetch, feed=None):
    """Initialise and run; call it inside a graph."""
    with v1.Session() as session:
        session.run(v1.global_variables_initializer())
        return session.run(fetch, feed)


@every_family
def test_generator_makes_images_in_range(family):
    """Every size is built. Only the smallest is run: its layers have odd sizes."""
    for size in SIZES:
        net = small(family, size, 3)
        with tf.Graph().as_default():
            with ops.network('Generator', 'train'):
                z = tf.random.stateless_normal([4, 5], [1, 2]) * 9
                images = net.generator(z, None, training=True)
            assert images.shape.as_list() == [4, *size, 3]
            values = run(images) if size == min(SIZES) else None
        if values is not None:
            assert values.shape == (4, *size, 3)
            low, high = net.value_range
            assert low <= values.min() and values.max() <= high


@every_family
def test_discriminator_makes_raw_logits(family):
    for size in SIZES:
        net = small(family, size)
        with tf.Graph().as_default():
            with ops.network('Discriminator', 'real'):
                y = net.discriminator(tf.zeros([4, *size, 1]), None, training=True, logits=2)
            assert y.shape.as_list() == [4, 2]
            assert size != min(SIZES) or run(y).shape == (4, 2)


@every_family
def test_encoder_and_discriminator_of_pairs(family):
    net, size = small(family), SIZES[0]
    with tf.Graph().as_default():
        x, z = tf.zeros([4, *size, 1]), tf.zeros([4, 5])
        with ops.network('Encoder', 'train'):
            assert net.encoder(x, None, training=True, numbers=6).shape.as_list() == [4, 6]
        with ops.network('Discriminator', 'real'):
            logits = net.pair_discriminator(x, z, training=True, logits=2)
            assert logits.shape.as_list() == [4, 2]
            assert None not in tf.gradients(logits, [x, z])


def test_maxout_needs_pairs_of_maps():
    with pytest.raises(UsageError, match=r'discriminator_maps = \(3, 2, 3, .* even numbers'):
        networks.build(preset('ali_cifar10', discriminator_maps=(3, 2, 3, 4, 4, 4)))


def test_main1_normalises_without_weights_of_its_own():
    net = networks.build(preset('main1'))
    with tf.Graph().as_default():
        with ops.network('Generator', 'train'):
            net.generator(tf.zeros([2, 64]), None, training=True)
        names = [v.op.name for v in v1.global_variables()]
    assert names == [f'Generator/{name}' for name in (
        'g0_linear/weights', 'g0_linear/bias', 'g1_deconv/weights', 'g1_deconv/bias',
        'g2_deconv/weights', 'g2_deconv/bias')]


@every_family
def test_every_preset_has_its_family(family):
    assert family in {row['architecture'] for row in PRESETS.values()}


def test_unknown_family():
    with pytest.raises(UsageError, match='expected dcgan, main1'):
        networks.build(preset(architecture='vgg'))


@pytest.mark.parametrize(('family', 'maps', 'words'), [
    ('keras_mnist', (8, 1), 'expected 3 .*--maps'),
    ('upsample', (8, 4, 2, 1), 'expected 2 .*--maps'),
    ('dcgan', (1,), 'at least 1 .*--maps')])
def test_lists_of_another_length(family, maps, words):
    with pytest.raises(UsageError, match=words):
        networks.build(preset(architecture=family, generator_maps=maps))


@pytest.mark.parametrize(('family', 'size', 'words'), [
    ('dcgan', (2, 28), '2 generator layers of stride 2 are too many for pictures 28 wide and 2 high'
     '.* need 3 pixels'),
    ('keras_mnist', (4, 4), '3 discriminator layers .* need 5 pixels'),
    ('folder', (2, 2), '--resize makes pictures larger, --maps gives fewer layers')])
def test_pictures_too_small_for_the_layers(family, size, words):
    with pytest.raises(UsageError, match=words):
        small(family, size)


def test_the_deep_run_of_the_folder_gan():
    """Six maps bring 64x64 down to a single pixel, seven would be too many."""
    maps = (64, 128, 256, 256, 256, 256)
    deep = {'generator_maps': (*maps[::-1], 3), 'discriminator_maps': (3, *maps)}
    assert families.strides(preset('folder_classic', **deep)) == (6, 6)
    with pytest.raises(UsageError, match='7 generator layers'):
        networks.build(preset('folder_classic', generator_maps=(8,) * 7 + (3,)))


def test_the_tables_agree():
    assert list(networks.ARCHITECTURES) == list(FAMILIES)


def test_its_contract_is_short():
    """A family may add options of its own. An encoder, a D of pairs, a D of codes are in it."""
    names = {*dir(Architecture), *vars(small('dcgan'))}
    assert len([name for name in names if not name.startswith('_')]) <= 19


def test_halvings_round_up():
    assert halvings((28, 5), 3) == [(28, 5), (14, 3), (7, 2), (4, 1)]
