"""Every preset in full size: its variables, its layers, and the ops of its training."""

import pathlib

import pytest
import tensorflow as tf

from dcgan_tf.config import PRESETS, preset
from dcgan_tf.graph_report.layers import layers
from dcgan_tf.graph_report.summary import count_parameters
from tests.families import CLASSES, NEEDS
from tests.helpers import first_step, numbered
from tests.pool import build

v1 = tf.compat.v1
GOLDEN = pathlib.Path(__file__).parents[1] / 'golden'
PARAMETERS = {                            # of G and D
    'main1': [608_001, 219_138],          # the published numbers of the original
    'dcgan28': [472_861, 327_673],        # 0.80 M in all
    'folder': [1_496_303, 1_557_457], 'folder_classic': [2_667_843, 1_046_081],
    'cifar10': [790_172, 662_977], 'cifar10_classic': [1_439_299, 1_033_729],
    'dcgan64': [18_855_043, 17_232_897]}
CONV, DECONV, LINEAR, POOL = 'Conv2D', 'Conv2DBackpropInput', 'MatMul', 'MaxPool'
LOGITS_OF_CLASSES = (LINEAR, 1 + len(CLASSES))
LAYERS = {                                # what convolutions, products and pools make: of G, of D
    'main1': [
        [(LINEAR, 6272), (DECONV, 14, 14, 64), (DECONV, 28, 28, 1)],
        [(CONV, 14, 14, 64), (CONV, 7, 7, 128), (LINEAR, 2)]],
    'dcgan28': [
        [(LINEAR, 2304), (DECONV, 7, 7, 72), (DECONV, 14, 14, 36), (DECONV, 28, 28, 1)],
        [(CONV, 14, 14, 36), (CONV, 7, 7, 72), (CONV, 4, 4, 144), (LINEAR, 1)]],
    'keras_mnist': [
        [(LINEAR, 12544), (DECONV, 14, 14, 128), (DECONV, 14, 14, 64), (DECONV, 28, 28, 1)],
        [(CONV, 14, 14, 32), (CONV, 7, 7, 64), (CONV, 4, 4, 128), (LINEAR, 1)]],
    'upsample_mnist': [
        [(LINEAR, 6272), (CONV, 14, 14, 64), (CONV, 28, 28, 1)],
        [(CONV, 28, 28, 64), (POOL, 14, 14, 64), (CONV, 14, 14, 128), (POOL, 7, 7, 128),
         (LINEAR, 1024), (LINEAR, 1)]],
    'infogan_mnist': [
        [(LINEAR, 1024), (LINEAR, 6272), (DECONV, 14, 14, 64), (DECONV, 28, 28, 1)],
        [(CONV, 14, 14, 64), (CONV, 7, 7, 128), (LINEAR, 1024), (LINEAR, 1)]],
    'bigan_mnist': [                      # the second product of a layer is that of z
        [(LINEAR, 1024), (LINEAR, 1024), (LINEAR, 1024), (LINEAR, 784)],
        [(LINEAR, 1024), (LINEAR, 1024), (LINEAR, 1024), (LINEAR, 1)]],
    'ali_cifar10': [
        [(LINEAR, 4 * 4 * 256), (DECONV, 10, 10, 128), (DECONV, 13, 13, 64), (DECONV, 28, 28, 32),
         (DECONV, 32, 32, 32), (CONV, 32, 32, 32), (CONV, 32, 32, 3)],
        [(CONV, 28, 28, 32), (CONV, 13, 13, 64), (CONV, 10, 10, 128), (CONV, 4, 4, 256),
         (LINEAR, 512), (LINEAR, 512), (LINEAR, 512),                # the latter two: of z
         (LINEAR, 1024), (LINEAR, 1024), (LINEAR, 1)]],
    'ali64': [
        [(LINEAR, 4 * 4 * 512), (DECONV, 13, 13, 256), (DECONV, 29, 29, 256), (DECONV, 63, 63, 128),
         (DECONV, 64, 64, 64), (CONV, 64, 64, 3)],
        [(CONV, 63, 63, 64), (CONV, 29, 29, 128), (CONV, 13, 13, 256), (CONV, 4, 4, 256),
         (LINEAR, 512), (LINEAR, 1024), (LINEAR, 1024),
         (LINEAR, 2048), (LINEAR, 2048), (LINEAR, 1)]],
    **{name: [[(LINEAR, 1000), (LINEAR, 1000), (LINEAR, 784)],
              [(LINEAR, 1000), (LINEAR, 1000), (LINEAR, 1)]]               # D: of codes
       for name in ('aae_mnist', 'aae_labels_mnist', 'aae_clusters_mnist')},
    'acgan_mnist': [
        [(LINEAR, 6144), (DECONV, 7, 7, 192), (DECONV, 14, 14, 96), (DECONV, 28, 28, 1)],
        [(CONV, 14, 14, 16), (CONV, 14, 14, 32), (CONV, 7, 7, 64), (CONV, 7, 7, 128),
         (CONV, 4, 4, 256), (CONV, 4, 4, 512), LOGITS_OF_CLASSES]],
    'acgan_cifar10': [
        [(LINEAR, 6144), (DECONV, 8, 8, 192), (DECONV, 16, 16, 96), (DECONV, 32, 32, 3)],
        [(CONV, 16, 16, 16), (CONV, 16, 16, 32), (CONV, 8, 8, 64), (CONV, 8, 8, 128),
         (CONV, 4, 4, 256), (CONV, 4, 4, 512), LOGITS_OF_CLASSES]],
    'age_cifar10': [                      # its codes are the mean of 2x2
        [(LINEAR, 4 * 4 * 512), (DECONV, 8, 8, 256), (DECONV, 16, 16, 128), (DECONV, 32, 32, 128),
         (CONV, 32, 32, 3)],
        [(CONV, 16, 16, 64), (CONV, 8, 8, 128), (CONV, 4, 4, 256), (CONV, 2, 2, 128)]],
    'age64': [
        [(LINEAR, 4 * 4 * 512), (DECONV, 8, 8, 256), (DECONV, 16, 16, 128), (DECONV, 32, 32, 64),
         (DECONV, 64, 64, 3)],
        [(CONV, 32, 32, 64), (CONV, 16, 16, 128), (CONV, 8, 8, 256), (CONV, 4, 4, 512),
         (LINEAR, 64)]],
    'folder': [
        [(LINEAR, 4 * 4 * 384), (CONV, 4, 4, 3), (DECONV, 8, 8, 192), (CONV, 8, 8, 3),
         (DECONV, 16, 16, 96), (CONV, 16, 16, 3), (DECONV, 32, 32, 48), (CONV, 32, 32, 3),
         (DECONV, 64, 64, 16), (CONV, 64, 64, 3)],
        [(CONV, 32, 32, 48), (CONV, 16, 16, 96), (CONV, 8, 8, 192), (CONV, 4, 4, 384),
         (LINEAR, 1)]],
    'folder_classic': [
        [(LINEAR, 8 * 8 * 256), (DECONV, 16, 16, 128), (DECONV, 32, 32, 64), (DECONV, 64, 64, 3)],
        [(CONV, 32, 32, 64), (CONV, 16, 16, 128), (CONV, 8, 8, 256), (LINEAR, 1)]],
    'dcgan64': [
        [(LINEAR, 4 * 4 * 1024), (DECONV, 8, 8, 512), (DECONV, 16, 16, 256),
         (DECONV, 32, 32, 128), (DECONV, 64, 64, 3)],
        [(CONV, 32, 32, 128), (CONV, 16, 16, 256), (CONV, 8, 8, 512), (CONV, 4, 4, 1024),
         (LINEAR, 1)]],
    'vae_gan64': [
        [(LINEAR, 8 * 8 * 256), (DECONV, 16, 16, 256), (DECONV, 32, 32, 128), (DECONV, 64, 64, 32),
         (CONV, 64, 64, 3)],
        [(CONV, 64, 64, 32), (CONV, 32, 32, 128), (CONV, 16, 16, 256), (CONV, 8, 8, 256),
         (LINEAR, 512), (LINEAR, 1)]],
    'vae_gan_cifar10': [
        [(LINEAR, 4 * 4 * 256), (DECONV, 8, 8, 192), (DECONV, 16, 16, 128), (DECONV, 32, 32, 32),
         (CONV, 32, 32, 3)],
        [(CONV, 32, 32, 32), (CONV, 16, 16, 128), (CONV, 8, 8, 192), (CONV, 4, 4, 256),
         (LINEAR, 512), (LINEAR, 1)]],
    'cifar10': [
        [(LINEAR, 4 * 4 * 256), (CONV, 4, 4, 3), (DECONV, 8, 8, 128), (CONV, 8, 8, 3),
         (DECONV, 16, 16, 64), (CONV, 16, 16, 3), (DECONV, 32, 32, 16), (CONV, 32, 32, 3)],
        [(CONV, 16, 16, 64), (CONV, 8, 8, 128), (CONV, 4, 4, 256), (LINEAR, 1)]],
    'cifar10_classic': [
        [(LINEAR, 4 * 4 * 256), (DECONV, 8, 8, 128), (DECONV, 16, 16, 64), (DECONV, 32, 32, 3)],
        [(CONV, 16, 16, 64), (CONV, 8, 8, 128), (CONV, 4, 4, 256), (LINEAR, 1)]],
}
PUBLISHED = {     # deviation of first weights, slopes of leaky ReLU, dropout of a use of D; numbers
    'infogan_mnist': (0.02, {0.1}, [], {'batch_size': 128, 'd_learning_rate': 2e-4,
                                        'g_learning_rate': 1e-3, 'beta1': 0.5}),
    'acgan_cifar10': (0.02, {0.2}, [0.5] * 6, {'batch_size': 100, 'learning_rate': 2e-4}),
    # The program's loss is half of ours, and so is its weight decay.
    'bigan_mnist': (0.02, {0.2}, [], {'batch_size': 128, 'learning_rate': 2e-4, 'beta1': 0.5,
                                      'weight_decay': 2 * 2.5e-5, 'epochs': 25 * 391}),
    'ali_cifar10': (0.01, {0.1}, [0.2, *[0.5] * 4, 0.2, 0.5, *[0.5] * 3],
                    {'batch_size': 100, 'learning_rate': 1e-4, 'beta1': 0.5}),
    'ali64': (0.01, {0.02}, [0.2] * 5, {'batch_size': 100, 'learning_rate': 1e-4, 'beta1': 0.5}),
    'aae_mnist': (0.01, set(), [], {'batch_size': 100, 'prior': 'normal5', 'z_dim': 8}),
    'age_cifar10': (0.02, {0.2}, [], {'batch_size': 64, 'learning_rate': 2e-4, 'g_steps': 2,
                                      'image_weight': 10.0, 'code_weight': 1000.0}),
    'age64': (0.02, {0.2}, [], {'batch_size': 64, 'learning_rate': 2e-4, 'g_steps': 3,
                                'image_weight': 10.0, 'code_weight': 1000.0}),
    'vae_gan64': (0.02, set(), [], {'batch_size': 64, 'learning_rate': 3e-4, 'beta1': 0.0,
                                    'gamma': 1e-6, 'gate': 0.35}),
    'vae_gan_cifar10': (0.02, set(), [], {'batch_size': 64, 'gamma': 1e-5, 'gate': 0.35}),
}
NOT_TRUNCATED = ('bigan_mnist', 'ali_cifar10', 'ali64', 'aae_mnist', 'age_cifar10', 'age64')
MOST_OPS = {'main1': 1_000, 'acgan_mnist': 2_300, 'acgan_cifar10': 2_300, 'age64': 2_300,
            'folder': 2_700, 'cifar10': 2_900, 'vae_gan64': 2_800, 'vae_gan_cifar10': 2_800,
            'ali64': 3_500, 'ali_cifar10': 4_100}
TRAINED = ('dcgan28', 'main1', 'infogan_mnist')          # in the quick set


def feature_maps(gan, box):
    """(op type, shape [H, W, C] or [C]) of what the layers of a box make, in order."""
    return [(op.type, *op.outputs[0].shape.as_list()[1:]) for op in gan.graph.get_operations()
            if op.name.startswith(f'{box}/') and op.type in (CONV, DECONV, LINEAR, POOL)]


@pytest.mark.parametrize(('name', 'trained'), [           # acgan_cifar10 has acgan_mnist's layers
    *((name, name in TRAINED) for name in PRESETS if name != 'acgan_mnist'),
    *(pytest.param(name, True, marks=pytest.mark.slow) for name in PRESETS if name not in TRAINED)])
def test_variables_and_layers_of_every_preset(name, trained):
    """Old checkpoints are read by these names. A change here is a breaking change."""
    with build(preset(name, **NEEDS.get(name, {}))) as made:
        made.loss()
        assert_variables(made)
        assert_layers(made)
        assert_published(made)
        assert not numbered(made.graph)
        if trained:
            made.optimizer()
            assert_readable(made)


def assert_variables(gan):
    """Those that the preset has always had."""
    name = gan.config.preset
    with gan.graph.as_default():
        lines = sorted(f'{v.op.name} {v.shape.as_list()}' for v in v1.global_variables())
    assert lines == (GOLDEN / f'{name}.txt').read_text().splitlines()
    found = [*count_parameters(gan).values()][:2]
    assert found == PARAMETERS.get(name, found)


def assert_layers(gan):
    """Those of the published systems, and all of them are in the table of layers."""
    judge = 'Discriminator' if 'D' in gan.built.net._fields else 'Encoder'
    assert [feature_maps(gan, box) for box in ('Generator_train', f'{judge}_fake')
            ] == LAYERS[gan.config.preset]
    rows, parameters = layers(gan), count_parameters(gan)
    assert {network: sum(row.parameters for row in rows if row.box.startswith(network))
            for network in parameters} == parameters
    assert all(row.shape[0] == 'N' and None not in row.shape for row in rows)
    c = gan.config
    assert [row.shape[1:] for row in rows if row.box == 'Generator_train'][-1] == (
        c.image_height, c.image_width, c.n_channels)


def assert_published(gan):
    """The numbers of a paper's preset."""
    if gan.config.preset not in PUBLISHED:
        return
    deviation, slopes, dropout, options = PUBLISHED[gan.config.preset]
    kind, other = ('random', 'truncated') if gan.config.preset in NOT_TRUNCATED else (
        'truncated', 'random')
    ops = gan.graph.get_operations()
    assert {name: getattr(gan.config, name) for name in options} == options
    assert {number(op) for op in ops
            if op.name.endswith(f'/weights/Initializer/{kind}_normal/stddev')} == {deviation}
    assert not any(f'/weights/Initializer/{other}_normal/' in op.name for op in ops)
    assert {round(op.get_attr('alpha'), 4) for op in ops if op.type == 'LeakyRelu'} == slopes
    assert [number(op.inputs[1].op) for op in ops if op.type == 'GreaterEqual'
            and '/dropout' in op.name and op.name.startswith('Discriminator_fake')] == dropout


def number(op):
    return round(float(tf.make_ndarray(op.get_attr('value'))), 4)


def assert_readable(gan):
    """At most twelve names at the top, no name_1, and few ops.

    Augmented images have one name more, and each network beyond two has four with its uses.
    """
    names, c = [op.name for op in gan.graph.get_operations()], gan.config
    more = bool(c.diff_augment) + 4 * (len(gan.built.net) - 2)
    assert len({name.partition('/')[0] for name in names}) <= 12 + more
    assert not numbered(gan.graph)
    assert len(names) <= MOST_OPS.get(c.preset, 2_050)
    for step in first_step(gan).player_steps:
        where = f'train_{step.player.name}/{step.where}'.rstrip('/')
        weights = step.optimizer.names
        assert [g.op.name for g in step.gradients] == [f'{where}/gradients/{w}' for w in weights]
        runs = [name.partition('/adam/')[0] for name in names if name.startswith(f'{where}/')
                and '/adam/' in name]             # or the boxes run1, run2 of those in turn
        assert {f'{run}/adam/{w}' for run in {*runs} for w in weights} <= {*names} and runs
