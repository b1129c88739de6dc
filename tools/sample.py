"""Pictures from a trained run: python tools/sample.py RUN --n 1000 --out FOLDER"""

import pathlib
import re
import sys

import numpy as np

import _root  # noqa: F401
from dcgan_tf import images
from dcgan_tf.cli import exits, trained
from dcgan_tf.cli.parser import MOST_SEED, Parser, grid, within
from dcgan_tf.errors import UsageError
from dcgan_tf.training import samples

CHUNK = 256                   # images in memory at once


def main(argv=None):
    """Writes the pictures; returns the exit code."""
    words = parse(argv)
    run = trained.find(words)
    with trained.open_gan(run) as gan:
        label = words.class_ and trained.class_number(gan.config, '--class', words.class_)
        if words.grid:
            write_grid(gan, words.grid, words.seed, label, words.out or run.out / 'grid.png')
        else:
            write_files(gan, words.n or 64, words.seed, label, words.out or run.out / 'samples')
    return exits.DONE


def write_grid(gan, grid, seed, label, file):
    """One PNG file of rows x columns images; without a label, column k is class k."""
    rows, columns = grid
    places = np.tile(np.arange(columns), rows)
    pixels = samples.draw(gan.generate_images, gan.config, seed, labels_of(gan, places, label))
    images.write_png(file, images.tile(pixels, columns))
    print(f'{rows}x{columns} images in {file}')


def write_files(gan, n, seed, label, folder):
    """A PNG file for each of n seeds; without a label seed s is of class s, in its own folder."""
    for first in range(seed, seed + n, CHUNK):
        seeds_ = np.arange(first, min(first + CHUNK, seed + n))
        labels = labels_of(gan, seeds_, label)
        made = samples.draw(gan.generate_images, gan.config, first, labels)
        for number, k, image in zip(seeds_, labels, made, strict=True):
            place = folder_of(gan.config, folder, None if label is not None else k)
            place.mkdir(parents=True, exist_ok=True)
            images.write_png(place / f'{number:06d}.png', image)
    print(f'{n} images in {folder}, each named by its seed')


def labels_of(gan, numbers, label):
    """A class for each number: the one asked for, or classes in turn; None where none enters."""
    if not gan.conditioned:
        return [None] * len(numbers)
    return numbers % len(gan.config.class_names) if label is None else np.full(len(numbers), label)


def folder_of(config, folder, k):
    """The folder, or that of class k in it, under a name that is safe for a folder."""
    if k is None:
        return pathlib.Path(folder)
    safe = re.sub(r'[^\w. -]', '_', config.class_names[k]).lstrip('.')
    return pathlib.Path(folder, safe or str(k))


def parse(argv):
    """The words of the command line. UsageError for those that make no sense."""
    parser = Parser(description='Makes pictures with the generator of a run folder.')
    trained.add_run(parser)
    parser.add_argument('--n', type=int, help='how many PNG files (default: 64)')
    parser.add_argument('--grid', type=grid, metavar='RxC',
                        help='one PNG file of R rows and C columns instead')
    parser.add_argument('--class', dest='class_', metavar='NAME', help='of a cgan, the class to '
                        'draw (default: all in turn; class k in column k of a grid, or in a '
                        'folder of its own)')
    parser.add_argument('--seed', type=int, default=0, help='of the first picture; the next have '
                        'the seeds that follow, whatever --n is (default: 0)')
    parser.add_argument('--out', help='folder, or with --grid a .png file (default: in RUN/images; '
                        'of a checkpoint alone, here)')
    words = parser.parse_args(argv)
    if words.grid and words.n is not None:
        raise UsageError('--n and --grid both say how many images: give one')
    within('--n', 1 if words.n is None else words.n, 1, 10_000_000)
    within('--seed', words.seed, 0, MOST_SEED)
    if words.out and bool(words.grid) != words.out.lower().endswith('.png'):
        raise UsageError(f'--out {words.out}: expected a name that ends in .png with --grid, and a '
                         'folder without')
    return words


if __name__ == '__main__':
    sys.exit(exits.run(main))
