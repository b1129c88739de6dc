"""Every preset with few feature maps, and what a test of its networks alone leaves away."""

import pytest

from dcgan_tf.config import PRESETS

TINY = {'image_height': 8, 'image_width': 8, 'batch_size': 4, 'z_dim': 3,
        'epochs': 3, 'eval_step': 2, 'checkpoint_step': 2, 'threads': 1}
TWO = ((6, 4, 1), (1, 4, 6))
MAPS = {'dcgan28': TWO, 'main1': TWO, 'keras_mnist': ((6, 5, 4, 1), (1, 3, 4, 5)),
        'upsample_mnist': TWO, 'folder': TWO, 'folder_classic': TWO, 'infogan_mnist': TWO,
        'bigan_mnist': TWO, 'ali_cifar10': ((6, 5, 4, 4, 3, 3, 3), (3, 2, 4, 4, 6, 64)),
        'ali64': ((6, 5, 4, 4, 3, 3), (3, 2, 3, 4, 5, 64)),
        'aae_mnist': TWO, 'aae_labels_mnist': TWO, 'aae_clusters_mnist': TWO,
        'acgan_mnist': ((6, 5, 4, 1), (1, 2, 2, 3, 3, 4, 4)),
        'acgan_cifar10': ((6, 5, 4, 3), (3, 2, 2, 3, 3, 4, 4)),
        'vae_gan64': ((6, 5, 4, 4, 3), (3, 4, 4, 5, 6)),
        'vae_gan_cifar10': ((6, 5, 4, 4, 3), (3, 4, 4, 5, 6)),
        'age_cifar10': ((6, 5, 4, 4, 3), (3, 4, 5, 6)),
        'age64': ((6, 5, 4, 4, 3), (3, 4, 4, 5, 6)),
        'dcgan64': ((6, 5, 4, 4, 3), (3, 4, 4, 5, 6)), 'cifar10': TWO,
        'cifar10_classic': ((6, 5, 4, 3), (3, 4, 5, 6))}
CLASSES = ('a', 'b', 'c')
# What a preset needs that is for a type which learns the classes of the data.
NEEDS = {name: {'class_names': CLASSES} for name, values in PRESETS.items()
         if values.get('type') == 'acgan'}
NEEDS['aae_labels_mnist'] = {'class_names': tuple('abcdefghij'), 'z_dim': 2}
FAMILIES = [name for name in MAPS if 'type' not in PRESETS[name]        # those of dcgan28
            and name not in ('dcgan64', 'cifar10', 'cifar10_classic')]
# What dcgan28 has and a test does not ask for is left away: its graph takes long to build.
PLAIN = {'penalty': 'none', 'penalty_weight': 0.0, 'penalty_every': 1, 'learning_rate': 2e-4,
         'learning_rate_half_life': 0}
# The default's penalty. Tests that need a lazy one share a graph with this, by `one_layer`.
LAZY = {'penalty': 'r1', 'penalty_weight': 1.0, 'penalty_every': 4}
# One layer a network: half as many ops. D then has batch norm in main1 and folder_classic alone.
ONE = {'generator_maps': (4, 1), 'discriminator_maps': (1, 4)}
every_family = pytest.mark.parametrize('name', FAMILIES)
every_preset = pytest.mark.parametrize('name', MAPS)


def enlarged(images, name):
    """uint8 [N, 8, 8, 1] -> [N, 16, 16, C], C as in MAPS. For four layers 32x32, for five 64x64."""
    channels, *layers = MAPS[name][1]
    times = {4: 4, 5: 8}.get(len(layers), 2)
    return images.repeat(times, axis=1).repeat(times, axis=2).repeat(channels, axis=3)
