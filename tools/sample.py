"""Pictures from a trained model: python tools/sample.py RUN --n 1000 --out FOLDER"""

import pathlib
import re
import sys

import numpy as np

import _root  # noqa: F401
from dcgan_tf import images, latent
from dcgan_tf.cli import exits, trained
from dcgan_tf.cli.parser import MAX_SEED, Parser, check_ending, grid, within
from dcgan_tf.errors import UsageError
from dcgan_tf.run_folder import samples

CHUNK = 256                   # images in memory at once
GRID = 8, 8                   # of a sheet
LONGEST = 16                  # letters of a class's name on it


def main(argv=None):
    """Writes the pictures; returns the exit code."""
    args = parse(argv)
    run = trained.find(args)
    source = Latents(run.config, args) if args.latents else Seeds(run.config, args)
    with trained.open_gan(run) as gan:
        if args.grid or args.sheet:
            name = 'sheet.png' if args.sheet else 'grid.png'
            write_grid(gan, source, args, args.out or run.file(name))
        else:
            write_files(gan, source, args, args.out or run.file('samples'))
    return exits.DONE


class Seeds:
    """Where latents and classes come from: picture number k is that of seed k."""

    def __init__(self, config, args):
        self.first, self.most = args.seed, MAX_SEED
        self._config = config
        self._class = trained.class_numbers(config, {'--class': args.class_})

    def latents(self, numbers):
        """[n, Z] of consecutive numbers."""
        return latent.draw(self._config.prior, len(numbers), self._config.z_dim, int(numbers[0]))

    def labels(self, numbers, places):
        """The class asked for, or classes in turn by `places`; None where none enters."""
        if not self._config.conditioned:
            return [None] * len(numbers)
        return np.asarray(self._class * len(numbers) or places % len(self._config.class_names))


class Latents(Seeds):
    """Picture number k is that of row k of a file, with the file's class unless one is named."""

    def __init__(self, config, args):
        super().__init__(config, args)
        self._z, self._own = trained.load_latents(args.latents, config)
        self.first, self.most = 0, len(self._z)
        asked = (args.grid and args.grid[0] * args.grid[1]) or args.n or 0
        if asked > self.most:
            raise UsageError(f'{"--grid" if args.grid else "--n"} asks for {asked} images, and '
                             f'{args.latents} has {self.most}')

    def latents(self, numbers):
        return self._z[numbers]

    def labels(self, numbers, places):
        if self._own is None or self._class:
            return super().labels(numbers, places)
        return self._own[numbers]


def write_grid(gan, source, args, file):
    """One PNG file of rows x columns images; without a label, column k is class k."""
    rows, columns = args.grid or fitting(source.most)
    numbers = source.first + np.arange(min(rows * columns, source.most))
    labels = source.labels(numbers, np.tile(np.arange(columns), rows)[:len(numbers)])
    pixels = drawn(gan, source, args, numbers, labels)
    if args.sheet:
        names = ['' if k is None else f' {short(gan.config.class_names[k])}' for k in labels]
        pixels = images.captioned(pixels, [f'{number}{name}' for number, name in zip(
            numbers, names, strict=True)])
    images.write_png(file, images.tile(pixels, columns))
    print(f'{rows}x{columns} images in {file}')


def short(name):
    """So much of a class's name as does not make the pictures too large."""
    return name if len(name) <= LONGEST else name[:LONGEST - 1] + '\N{HORIZONTAL ELLIPSIS}'


def fitting(most):
    """Rows and columns of a sheet: `GRID`, or less where there are no more pictures."""
    columns = min(GRID[1], most)
    return min(GRID[0], -(-most // columns)), columns


def write_files(gan, source, args, folder):
    """A PNG file for each number; without a label number s is of class s, in its own folder."""
    n = args.n or min(64, source.most)
    for part in np.split(np.arange(n), range(CHUNK, n, CHUNK)):
        numbers = source.first + part
        labels = source.labels(numbers, numbers)
        made = drawn(gan, source, args, numbers, labels)
        for number, k, image in zip(numbers, labels, made, strict=True):
            place = folder_of(gan.config, folder, None if args.class_ else k)
            place.mkdir(parents=True, exist_ok=True)
            images.write_png(place / f'{number:06d}.png', image)
    print(f'{n} images in {folder}, each named by its {"row" if args.latents else "seed"}')


def drawn(gan, source, args, numbers, labels):
    """The pictures with these numbers.   -> uint8 [n, H, W, C]"""
    z = np.float32(args.truncation) * source.latents(numbers)
    return samples.pixels(gan.generate_images, gan.config, z, labels)


def folder_of(config, folder, k):
    """The folder, or that of class k in it, under a name that is safe for a folder."""
    if k is None:
        return pathlib.Path(folder)
    safe = re.sub(r'[^\w. -]', '_', config.class_names[k]).lstrip('.')
    return pathlib.Path(folder, safe or str(k))


def parse(argv):
    """The arguments of the command line. UsageError for those that make no sense."""
    parser = Parser(description='Makes pictures with the generator of a trained model.')
    trained.add_run(parser)
    parser.add_argument('--n', type=int, help='how many PNG files (default: 64)')
    parser.add_argument('--grid', type=grid, metavar='RxC',
                        help='one PNG file of R rows and C columns instead')
    parser.add_argument('--sheet', action='store_true', help='the same with the seed under each '
                        'picture, to pick from: for morph.py --seeds and arithmetic.py (default '
                        'grid: 8x8)')
    parser.add_argument('--class', dest='class_', metavar='NAME', help='of a cgan, the class to '
                        'draw (default: all in turn; class k in column k of a grid, or in a '
                        'folder of its own)')
    parser.add_argument('--seed', type=int, default=0, help='of the first picture; the next have '
                        'the seeds that follow, whatever --n is (default: 0)')
    parser.add_argument('--latents', metavar='FILE', help='draw the latents of a file, of '
                        'arithmetic.py, invert.py or numpy.save, instead of seeds')
    parser.add_argument('--truncation', type=float, default=1.0, metavar='T', help='multiplies the '
                        'latents; below 1 less varied, more of the usual (default: 1)')
    parser.add_argument('--out', help='folder, or with --grid or --sheet a .png file (default: in '
                        'RUN/images; of a checkpoint alone, here)')
    args = parser.parse_args(argv)
    check(args)
    return args


def check(args):
    """UsageError for arguments that contradict or are out of range."""
    one = args.grid or args.sheet
    if one and args.n is not None:
        raise UsageError(f'--n and {"--grid" if args.grid else "--sheet"} both say how many '
                         'images: give one')
    within('--n', 1 if args.n is None else args.n, 1, 10_000_000)
    within('--seed', args.seed, 0, MAX_SEED)
    if args.latents and args.seed:
        raise UsageError('--seed and --latents both say what to draw: give one')
    latent.check_truncation(args.truncation)
    if args.out and bool(one) != args.out.lower().endswith('.png'):
        raise UsageError(f'--out {args.out}: expected a name that ends in .png with --grid or '
                         '--sheet, and a folder without')
    if one:
        check_ending('--out', args.out, '.png')
    elif args.out and pathlib.Path(args.out).is_file():
        raise UsageError(f'--out {args.out} is a file: expected a folder')


if __name__ == '__main__':
    sys.exit(exits.run(main))
