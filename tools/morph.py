"""A film of a walk through the latents: python tools/morph.py RUN --path sphere --out morph.gif"""

import sys

import _root  # noqa: F401
from dcgan_tf import images, latent
from dcgan_tf.cli import exits, trained
from dcgan_tf.cli.parser import MOST_SEED, Parser, grid, speeds, within
from dcgan_tf.errors import UsageError
from dcgan_tf.morphing import MorphingGenerator, class_walk, film_tiles


def main(argv=None):
    """Writes the film; returns the exit code."""
    words = parse(argv)
    run = trained.find(words)
    file = words.out or run.out / f'morph_{words.path}.gif'
    with trained.open_gan(run) as gan:
        grid, labels = tiles(gan.config, words)
        morphing = MorphingGenerator(gan.generate_images, gan.config.z_dim, prior=gan.config.prior)
        morphing.write(file, words.path, words.frames, grid, words.seed,
                       words.speeds or (2, 1), labels=labels, fps=words.fps)
    print(f'{words.frames} frames in {file}')
    return exits.DONE


def tiles(config, words):
    """The grid of the film, and its labels where the generator takes labels."""
    names = {'--class': words.class_, '--to-class': words.to_class}
    classes = [trained.class_number(config, *item) for item in names.items() if item[1] is not None]
    if not classes:
        return film_tiles(config, words.grid)
    walk = class_walk(classes[0], classes[-1], len(config.class_names), words.frames)
    return words.grid or (4, 4), walk


def parse(argv):
    """The words of the command line. UsageError for those that make no sense."""
    parser = Parser(description='Films a closed walk through the latents of a run folder.')
    trained.add_run(parser)
    parser.add_argument('--path', choices=latent.PATHS, help='; '.join(
        f'{name}: {row.help}' for name, row in latent.PATHS.items())
        + ' (default: sphere; with --to-class still)')
    parser.add_argument('--class', dest='class_', metavar='NAME', help='of a cgan, the class to '
                        'show (default: class k in column k)')
    parser.add_argument('--to-class', metavar='NAME', help='with --class: go to this class and '
                        'back, on the latents of --path')
    parser.add_argument('--frames', type=int, default=60, help='of one loop (default: 60)')
    parser.add_argument('--fps', type=float, default=20, help='frames a second (default: 20)')
    parser.add_argument('--grid', type=grid, metavar='RxC',
                        help='rows and columns of walks, each from its own seed (default: 4x4; of '
                        'a cgan without --class, 4 rows and a column a class)')
    parser.add_argument('--seed', type=int, default=0, help='of the first walk (default: 0)')
    parser.add_argument('--speeds', type=speeds, metavar='S,T',
                        help='turns of the two angles in one loop, for sphere and raw, '
                             'negative ones as --speeds=-1,2 '
                             '(default: 2,1)')
    parser.add_argument('--out', help='a file that ends in ' + '; '.join(
        f'{ending}: {row.help}' for ending, row in images.ANIMATIONS.items())
        + ' (default: RUN/images/morph_PATH.gif)')
    words = parser.parse_args(argv)
    within('--frames', words.frames, 1, 10_000)
    within('--seed', words.seed, 0, MOST_SEED)
    if words.to_class and not words.class_:
        raise UsageError(f'--to-class {words.to_class}: say with --class where it begins')
    words.path = words.path or ('still' if words.to_class else 'sphere')
    if words.speeds and words.path not in ('sphere', 'raw'):
        raise UsageError(f'--speeds is for sphere and raw, not for {words.path} (--path)')
    images.check_animation(words.out or 'morph.gif', words.fps)
    return words


if __name__ == '__main__':
    sys.exit(exits.run(main))
