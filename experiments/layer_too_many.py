"""Trains G and D of the preset folder_classic with and without a layer too many: docs/collapse.md.

    python experiments/layer_too_many.py FOLDER                 # the portraits: docs/data.md
    python experiments/layer_too_many.py FOLDER --steps 20 --rows designed,preset

Each row is a training of 400 steps on pictures of 32x32. The spread is the standard deviation of a
pixel over 100 samples, as a mean over the pixels. A row of the page that begins with "..." is taken
for the design with this one change. Time and machine: not recorded.
"""

import argparse
import os
import pathlib
import sys

import numpy as np
import tensorflow as tf

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from dcgan_tf import ops
from dcgan_tf.networks.architecture import halvings
from dcgan_tf.networks.folder import Folder

SIZE, SAMPLES = 32, 100


class Designed(Folder):
    """G as designed: L + 1 transposed convolutions, of which the first cannot enlarge."""

    small_start = False            # True: G begins at half the size, and all layers have stride 2

    def generator(self, z, y, *, training):
        """z [N, Z] -> images [N, H, W, C] from -1 to 1; y is not used."""
        *sizes, start = halvings(self.size, len(self.g_maps) - 1)
        first = tuple(-(-side // 2) for side in start) if self.small_start else start
        with tf.name_scope('g0_linear'):
            h = ops.linear_maps(z, 'g0_linear', self.g_maps[0], first, init=self.init,
                                use_bias=not self.norm_on_latent)
            h = ops.relu(self.norms.of_g(h, 'g0_norm', training) if self.norm_on_latent else h)
        for i, (size, maps) in enumerate(zip([start, *reversed(sizes)],
                                             [self.g_maps[0], *self.g_maps[1:]], strict=True), 1):
            last = i == len(self.g_maps)
            with tf.name_scope(f'g{i}_deconv'):
                h = ops.conv2d_transpose(h, f'g{i}_deconv', maps, size, init=self.init,
                                         use_bias=last, stride=1 if size == first else 2)
                h = ops.tanh(h) if last else ops.relu(self.norms.of_g(h, f'g{i}_norm', training))
        return h


class LatentNorm(Designed):
    norm_on_latent = True


class SmallStart(Designed):
    small_start = True


class DesignedPlainD(Designed):
    norm_on_input = False


class PresetPlainD(Folder):
    norm_on_input = False


OWN = f'{pathlib.Path(__file__).resolve()}:'
ROWS = {                           # name -> preset, options
    'designed':      ('folder_classic', {'architecture': f'{OWN}Designed'}),
    'latent_norm':   ('folder_classic', {'architecture': f'{OWN}LatentNorm'}),
    'small_start':   ('folder_classic', {'architecture': f'{OWN}SmallStart'}),
    'slower':        ('folder_classic', {'architecture': f'{OWN}Designed', 'learning_rate': 5e-5}),
    'designed_d':    ('folder_classic', {'architecture': f'{OWN}DesignedPlainD'}),
    'preset':        ('folder_classic', {}),
    'preset_d':      ('folder_classic', {'architecture': f'{OWN}PresetPlainD'}),
    'cifar10_classic': ('cifar10_classic', {'batch_size': 25}),
}


def main(argv=None):
    """Prints the spread of the portraits and of each row; returns the exit code."""
    from dcgan_tf.data import ImageFormat, load
    args = parse(argv)
    data = load('folder', args.folder, fit=ImageFormat((SIZE, SIZE)),
                cache=os.environ.get('CACHE_FOLDER', 'cache'))
    print(f'portraits {spread(np.asarray(data.images) / 255):.3f}')
    for name in args.rows:
        print(f'{name} {spread(samples(name, data.images, args.steps)):.3f}', flush=True)
    return 0


def samples(name, images, steps):
    """Trains a row; returns images [SAMPLES, H, W, C] from 0 to 1."""
    from dcgan_tf import DeepConvolutionalGAN, preset
    row, changes = ROWS[name]
    config = preset(row, epochs=steps, image_height=SIZE, image_width=SIZE, flip=True, **changes)
    with DeepConvolutionalGAN.from_config(config) as gan:
        gan.fit(images, progress=False)
        return gan.sample(SAMPLES)


def spread(images):
    """Returns the standard deviation of a pixel over the images, as a mean over the pixels."""
    return images.std(axis=0).mean()


def parse(argv):
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition('\n')[0])
    parser.add_argument('folder')
    parser.add_argument('--steps', type=int, default=400, help='(default: 400)')
    parser.add_argument('--rows', type=lambda text: text.split(','), default=tuple(ROWS),
                        help=f'(default: {",".join(ROWS)})')
    args = parser.parse_args(argv)
    if unknown := set(args.rows) - set(ROWS):
        parser.error(f'--rows {", ".join(unknown)}: expected some of {", ".join(ROWS)}')
    return args


if __name__ == '__main__':
    sys.exit(main())
