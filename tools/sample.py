"""Pictures from a trained run: python tools/sample.py RUN --n 1000 --out FOLDER"""

import pathlib
import sys

import _root  # noqa: F401
from dcgan_tf import images, latent
from dcgan_tf.cli import exits, start
from dcgan_tf.cli.parser import Parser, at_least, grid
from dcgan_tf.errors import UsageError


def main(argv=None):
    words = parse(argv)
    run, gan = start.open_gan(words.run)
    if words.grid:
        rows, columns = words.grid
        file = words.out or run.images / 'grid.png'
        images.write_png(file, images.tile(draw(gan, rows * columns, words.seed), columns))
        print(f'{rows}x{columns} images in {file}')
    else:
        folder = pathlib.Path(words.out or run.images / 'samples')
        folder.mkdir(parents=True, exist_ok=True)
        for seed, image in enumerate(draw(gan, words.n, words.seed), words.seed):
            images.write_png(folder / f'{seed:06d}.png', image)
        print(f'{words.n} images in {folder}, each named by its seed')
    return exits.DONE


def draw(gan, n, seed):
    """Images of the seeds seed, seed + 1, ...   -> uint8 [n, H, W, C]"""
    c = gan.config
    with gan:
        return images.to_uint8(gan.generate_images(latent.draw(c.prior, n, c.z_dim, seed)))


def parse(argv):
    parser = Parser(description='Makes pictures with the generator of a run folder.')
    parser.add_argument('run', help='a run folder of main1.py')
    parser.add_argument('--n', type=int, default=64, help='how many PNG files (default: 64)')
    parser.add_argument('--grid', type=grid, metavar='RxC',
                        help='one PNG file of R rows and C columns instead')
    parser.add_argument('--seed', type=int, default=0, help='of the first picture; the next have '
                        'the seeds that follow, whatever --n is (default: 0)')
    parser.add_argument('--out', help='folder, or with --grid a .png file (default: in RUN/images)')
    words = parser.parse_args(argv)
    at_least('--n', words.n, 1)
    at_least('--seed', words.seed, 0)
    if words.grid and words.out and not words.out.lower().endswith('.png'):
        raise UsageError(f'--out {words.out}: with --grid expected a name that ends in .png')
    return words


if __name__ == '__main__':
    sys.exit(exits.run(main))
