"""Pictures from a trained run: python tools/sample.py RUN --n 1000 --out FOLDER"""

import pathlib
import sys

import _root  # noqa: F401
from dcgan_tf import images, latent
from dcgan_tf.cli import exits, start
from dcgan_tf.cli.parser import MOST_SEED, Parser, grid, within
from dcgan_tf.errors import UsageError

CHUNK = 256                   # images in memory at once


def main(argv=None):
    """Writes the pictures; returns the exit code."""
    words = parse(argv)
    run, gan = start.open_gan(words.run)
    with gan:
        if words.grid:
            write_grid(gan, words.grid, words.seed, words.out or run.images / 'grid.png')
        else:
            write_files(gan, words.n or 64, words.seed, words.out or run.images / 'samples')
    return exits.DONE


def write_grid(gan, grid, seed, file):
    """One PNG file of rows x columns images."""
    rows, columns = grid
    images.write_png(file, images.tile(draw(gan, rows * columns, seed), columns))
    print(f'{rows}x{columns} images in {file}')


def write_files(gan, n, seed, folder):
    """A PNG file for each of n seeds."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for first in range(seed, seed + n, CHUNK):
        count = min(CHUNK, seed + n - first)
        for number, image in enumerate(draw(gan, count, first), first):
            images.write_png(folder / f'{number:06d}.png', image)
    print(f'{n} images in {folder}, each named by its seed')


def draw(gan, n, seed):
    """Images of the seeds seed, seed + 1, ...   -> uint8 [n, H, W, C]"""
    z = latent.draw(gan.config.prior, n, gan.config.z_dim, seed)
    return images.to_uint8(gan.generate_images(z))


def parse(argv):
    """The words of the command line. UsageError for those that make no sense."""
    parser = Parser(description='Makes pictures with the generator of a run folder.')
    parser.add_argument('run', help='a run folder of main1.py')
    parser.add_argument('--n', type=int, help='how many PNG files (default: 64)')
    parser.add_argument('--grid', type=grid, metavar='RxC',
                        help='one PNG file of R rows and C columns instead')
    parser.add_argument('--seed', type=int, default=0, help='of the first picture; the next have '
                        'the seeds that follow, whatever --n is (default: 0)')
    parser.add_argument('--out', help='folder, or with --grid a .png file (default: in RUN/images)')
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
