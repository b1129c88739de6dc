"""Draws pictures with a trained model: python tools/sample.py RUN --n 1000 --out FOLDER"""

import pathlib
import re
import sys

import numpy as np

import _root  # noqa: F401
from dcgan_tf import images, latent
from dcgan_tf.cli import exits, trained
from dcgan_tf.cli.parser import MAX_SEED, Parser, check_ending, grid, within
from dcgan_tf.cli.paths import local_path
from dcgan_tf.errors import UsageError
from dcgan_tf.run_folder import samples

CHUNK = 256                   # images in memory at once
GRID = 8, 8                   # rows and columns of a sheet
MAX_NAME = 16                 # letters of a class's name on a sheet


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
    """Returns latents and classes by number: picture number k has seed k.

    first: the number of the first picture. n_max: how many pictures there can be.
    """

    def __init__(self, config, args):
        self.first, self.n_max = args.seed, MAX_SEED
        self._config = config
        self._class = trained.class_numbers(config, {'--class': args.class_})

    def latents(self, numbers):
        """Returns the latents [n, Z] of consecutive numbers."""
        return latent.draw(self._config.prior, len(numbers), self._config.z_dim, int(numbers[0]))

    def labels(self, numbers, turns):
        """Returns labels: of --class, or in turn by `turns`; None for a G without labels."""
        if not self._config.conditioned:
            return [None] * len(numbers)
        return np.asarray(self._class * len(numbers) or turns % len(self._config.class_names))


class Latents(Seeds):
    """Returns latents by number: picture number k has row k of a file, and its class.

    --class replaces the classes of the file.
    """

    def __init__(self, config, args):
        super().__init__(config, args)
        self._z, self._labels = trained.load_latents(args.latents, config)
        self.first, self.n_max = 0, len(self._z)
        n = (args.grid and args.grid[0] * args.grid[1]) or args.n or 0
        if n > self.n_max:
            raise UsageError(f'{"--grid" if args.grid else "--n"} asks for {n} images, and '
                             f'{args.latents} has {self.n_max}')

    def latents(self, numbers):
        return self._z[numbers]

    def labels(self, numbers, turns):
        if self._labels is None or self._class:
            return super().labels(numbers, turns)
        return self._labels[numbers]


def write_grid(gan, source, args, file):
    """Writes one PNG file of rows x columns images; without --class, column k has class k."""
    rows, columns = args.grid or sheet_size(source.n_max)
    numbers = source.first + np.arange(min(rows * columns, source.n_max))
    labels = source.labels(numbers, np.tile(np.arange(columns), rows)[:len(numbers)])
    pixels = draw(gan, source, args, numbers, labels)
    if args.sheet:
        names = ['' if k is None else f' {short(gan.config.class_names[k])}' for k in labels]
        pixels = images.captioned(pixels, [f'{number}{name}' for number, name in zip(
            numbers, names, strict=True)])
    images.write_png(file, images.tile(pixels, columns))
    print(f'{rows}x{columns} images in {file}')


def short(name):
    """Returns a class's name, cut to MAX_NAME letters."""
    return name if len(name) <= MAX_NAME else name[:MAX_NAME - 1] + '\N{HORIZONTAL ELLIPSIS}'


def sheet_size(n_max):
    """Returns rows and columns of a sheet: GRID, or less if there are fewer pictures."""
    columns = min(GRID[1], n_max)
    return min(GRID[0], -(-n_max // columns)), columns


def write_files(gan, source, args, folder):
    """Writes a PNG file for each number.

    For a cgan without --class, number s has class s modulo the number of classes, and each class
    has its folder.
    """
    n = args.n or min(64, source.n_max)
    for part in np.split(np.arange(n), range(CHUNK, n, CHUNK)):
        numbers = source.first + part
        labels = source.labels(numbers, numbers)
        pictures = draw(gan, source, args, numbers, labels)
        for number, k, picture in zip(numbers, labels, pictures, strict=True):
            file_folder = folder_of(gan.config, folder, None if args.class_ else k)
            file_folder.mkdir(parents=True, exist_ok=True)
            images.write_png(file_folder / f'{number:06d}.png', picture)
    print(f'{n} images in {folder}, each named by its {"row" if args.latents else "seed"}')


def draw(gan, source, args, numbers, labels):
    """Returns the pictures with these numbers, uint8 [n, H, W, C]."""
    z = np.float32(args.truncation) * source.latents(numbers)
    return samples.pixels(gan.generate_images, gan.config, z, labels)


def folder_of(config, folder, k):
    """Returns the folder, or the folder of class k in it, with a name that is safe."""
    if k is None:
        return pathlib.Path(folder)
    safe = re.sub(r'[^\w. -]', '_', config.class_names[k]).lstrip('.')
    return pathlib.Path(folder, safe or str(k))


def parse(argv):
    """Reads the command line. UsageError for wrong arguments."""
    parser = Parser(description='Makes pictures with the generator of a trained model.')
    trained.add_run(parser)
    parser.add_argument('--n', type=int, help='number of PNG files (default: 64)')
    parser.add_argument('--grid', type=grid, metavar='RxC',
                        help='write one PNG file with R rows and C columns instead')
    parser.add_argument('--sheet', action='store_true', help='like --grid, with the seed under '
                        'each picture, for morph.py --seeds and arithmetic.py (default: 8x8)')
    parser.add_argument('--class', dest='class_', metavar='NAME', help='for a cgan: the class '
                        'to draw (default: all in turn; class k in column k of a grid, or in its '
                        'own folder)')
    parser.add_argument('--seed', type=int, default=0, help='seed of the first picture; each of '
                        'the others has the next seed (default: 0)')
    parser.add_argument('--latents', type=local_path, metavar='FILE',
                        help='draw the latents in a file of '
                        'arithmetic.py, invert.py or numpy.save, instead of seeds')
    parser.add_argument('--truncation', type=float, default=1.0, metavar='T', help='factor of the '
                        'latents; below 1 the pictures are less varied and more usual (default: '
                        '1)')
    parser.add_argument('--out', type=local_path,
                        help='folder, or with --grid or --sheet a .png file (default: in '
                        'RUN/images; without a run folder, in the current folder)')
    args = parser.parse_args(argv)
    check(args)
    return args


def check(args):
    """Raises UsageError for flags that contradict each other or are out of range."""
    one_file = args.grid or args.sheet
    if one_file and args.n is not None:
        raise UsageError(f'--n and {"--grid" if args.grid else "--sheet"} both say how many '
                         'images: give one')
    within('--n', 1 if args.n is None else args.n, 1, 10_000_000)
    within('--seed', args.seed, 0, MAX_SEED)
    if args.latents and args.seed:
        raise UsageError('--seed and --latents both say what to draw: give one')
    latent.check_truncation(args.truncation)
    if args.out and bool(one_file) != args.out.lower().endswith('.png'):
        raise UsageError(f'--out {args.out}: expected a name that ends in .png with --grid or '
                         '--sheet, and a folder without')
    if one_file:
        check_ending('--out', args.out, '.png')
    elif args.out and pathlib.Path(args.out).is_file():
        raise UsageError(f'--out {args.out} is a file: expected a folder')


if __name__ == '__main__':
    sys.exit(exits.run(main))
