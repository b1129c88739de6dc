"""Compares the cost that main1.py estimates with what a training needs: docs/speed.md, data.md.

    python experiments/cost.py                              # "What a training will cost"
    python experiments/cost.py --threads 1
    python experiments/cost.py --rows folder_classic --sizes 64,128,256 --steps 6
                                                            # "Finer pictures"

Each row is a process that estimates, trains a few steps and draws the films, as main1.py does. It
needs no data: the images are noise. Time: not recorded.
"""

import argparse
import multiprocessing
import pathlib
import sys
import tempfile
import time

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from dcgan_tf import Hook, portable
from dcgan_tf.config import PRESETS, preset

ROWS = ('dcgan28', 'main1', 'keras_mnist', 'cifar10_classic', 'folder', 'folder_classic',
        'infogan_mnist', 'acgan_cifar10', 'upsample_mnist')
FIRST = 5                # the first step that counts
LONG = 4_000             # steps of the training whose time is printed
IMAGES = 256


class Clock(Hook):
    """Notes when each step begins."""

    every = 1

    def __init__(self):
        self.begun = []

    def before_step(self, step):
        self.begun.append(time.perf_counter())

    def mean(self):
        """Returns the mean seconds of the steps from FIRST on, without the last one."""
        times = self.begun[FIRST - 1:]
        return (times[-1] - times[0]) / (len(times) - 1)


def main(argv=None):
    """Prints a line for each row; returns the exit code."""
    args = parse(argv)
    print(f'preset, size, GFLOP a step, s a step, estimate / measured, hours of {LONG:,} steps, '
          'GB, estimate / measured')
    for name in args.rows:
        for size in args.sizes or [None]:
            print(in_a_process(row, name, size, args.batch, args.steps, args.threads), flush=True)
    return 0


def in_a_process(function, *args):
    """Calls a function in a new process; returns its result when the process has ended."""
    with multiprocessing.get_context('spawn').Pool(1) as pool:
        result = pool.apply(function, args)
        pool.close()
        pool.join()
    return result


def row(name, size, batch, steps, threads):
    """Trains in this process; returns a line of the table."""
    config = config_of(name, size, batch, steps + 1, threads)
    cost, seconds, memory = trained(config)
    return (f'{name}, {config.image_height}, {cost.flops / 1e9:.0f}, {seconds:.3f}, '
            f'{cost.seconds / seconds:.2f}, {LONG * seconds / 3600:.1f}, {memory / 1e9:.1f}, '
            f'{cost.memory / memory:.2f}')


def config_of(name, size, batch, steps, threads):
    """Returns the Config of a row."""
    changes = {'image_height': size, 'image_width': size} if size else {}
    changes |= {'batch_size': batch} if batch else {}
    if PRESETS[name].get('type') == 'acgan':
        changes['class_names'] = tuple('0123456789')
    return preset(name, epochs=steps, threads=threads, **changes)


def trained(config):
    """Returns the estimated Cost, the seconds of a step, and the peak of this process in bytes."""
    from dcgan_tf import DeepConvolutionalGAN
    from dcgan_tf.show.morphing import film_tiles
    from main1 import write_films
    generator, shape = np.random.default_rng(0), (config.image_height, config.image_width,
                                                  config.n_channels)
    images = generator.integers(0, 256, (IMAGES, *shape), np.uint8)
    labels = np.arange(IMAGES) % 10 if config.learns_classes else None
    with (tempfile.TemporaryDirectory() as folder,
          DeepConvolutionalGAN.from_config(config) as gan):
        gan.optimizer()
        cost, clock = gan.cost(), Clock()
        gan.fit(images, run=pathlib.Path(folder, 'run'), labels=labels, hooks=[clock],
                progress=False)
        write_films(gan.morphing(), config, pathlib.Path(folder), film_tiles(config))
    return cost, clock.mean(), portable.peak_memory()


def parse(argv):
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition('\n')[0])
    add = parser.add_argument
    add('--rows', type=lambda text: text.split(','), default=ROWS,
        help=f'presets (default: {",".join(ROWS)})')
    add('--sizes', type=lambda text: [int(size) for size in text.split(',')],
        help="pixels of a side (default: the preset's)")
    add('--batch', type=int, help="images in a step (default: the preset's)")
    add('--steps', type=int, default=28, help=f'more than {FIRST} (default: 28)')
    add('--threads', type=int, default=portable.cores(), help='(default: one for each core)')
    args = parser.parse_args(argv)
    if unknown := set(args.rows) - set(PRESETS):
        parser.error(f'--rows {", ".join(unknown)}: expected some of {", ".join(PRESETS)}')
    if args.steps <= FIRST:
        parser.error(f'--steps {args.steps}: expected more than {FIRST}')
    return args


if __name__ == '__main__':
    sys.exit(main())
