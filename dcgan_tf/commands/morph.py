"""Films a walk through the latents: dcgan-tf morph RUN --path sphere --out morph.gif"""

import sys
from typing import NamedTuple

import numpy as np

from dcgan_tf import images, latent, program
from dcgan_tf.cli import encoding, exits, inputs, trained
from dcgan_tf.cli.morph_flags import add_film, add_walk, check_walk
from dcgan_tf.cli.parser import Parser
from dcgan_tf.cli.readers import SEEDS
from dcgan_tf.errors import UsageError
from dcgan_tf.run_folder import samples
from dcgan_tf.show.morphing import class_walk, film_scale, film_tiles

FREQUENT = (                                            # the flags that --help shows
    '--path', '--seed', '--seeds', '--latents', '--from', '--to', '--class', '--to-class',
    '--frames', '--grid', '--scale', '--show-path', '--max-kb', '--out')
EXAMPLES = {
    'pretrained:digits --out digits.gif': 'each tile walks on its own',
    'RUN --seeds 3,17,42 --ease --show-path': 'from picture to picture',
    'RUN --path circle --max-kb 500 --out small.webp': 'a file of a size that you choose',
}


class Scene(NamedTuple):
    """Holds what the film shows."""

    grid: tuple                       # rows and columns
    labels: np.ndarray | None         # int [1, T] or float [F, 1, K]; None = G takes no labels
    keys: np.ndarray | None           # latents of the walk [K, Z]; None = drawn by --seed


def main(argv=None):
    """Writes the film; returns the exit code."""
    args = parse(argv)
    run = trained.find(args)
    file = args.out or run.file(f'morph_{"_".join(args.path)}.gif')
    given = ends_of(run.config, args) if args.from_ else None
    ends = latent.class_numbers(run.config, {'--class': args.class_,
                                             '--to-class': args.to_class})
    latent.check_codes(run.config, args.code)
    keys, classes = keys_of(run.config, args)
    if not ends and (classes is not None or (given is not None and run.config.conditioned)):
        check_path_of_classes(args.path)
    with trained.open_gan(run) as gan:
        if given is not None:
            found = inputs.invert(gan, given, ends[:1], seed=args.seed)
            keys, classes = found.z[:, 0], None if found.labels is None else found.labels[:, 0]
            for line in encoding.starts_of([args.from_, args.to], found):
                print(line)
            check_ends(run.config, args, keys)
        scene = scene_of(gan.config, args, ends, keys, classes)
        scale = args.scale or film_scale(gan.config, scene.grid, args.frames, args.show_path)
        film = gan.morphing(codes=args.code).write(
            file, path=args.path, frames=args.frames, grid=scene.grid, seed=args.seed,
            speeds=args.speeds, ease=args.ease, truncation=args.truncation, keys=scene.keys,
            labels=scene.labels, scale=scale, scaling=args.scaling,
            show_path=args.show_path, fps=args.fps, loop=args.loop, max_kb=args.max_kb)
    print(f'{args.frames} frames in {file}: scale {film.scale:g}, {film.quality}, '
          f'{film.size / 1000:,.0f} kB{missing(gan.config, scene.labels)}')
    return exits.DONE


def ends_of(config, args):
    """Returns the pictures of --from and --to. UsageError if no path walks from one to the other.

    uint8 [2, H, W, C]. Whether two pictures that differ have the same latent is seen later.
    """
    given = inputs.pictures([args.from_, args.to], config)
    if np.array_equal(*given):                  # refused before the search, which takes seconds
        check_ends(config, args, latent.draw_seeds(config.prior, [0, 0], config.latent_dim))
    return given


def scene_of(config, args, ends, keys, classes):
    """Returns the Scene.   ends: the labels of --class and --to-class"""
    sizes, grid = config.label_sizes, args.grid or ((4, 4) if keys is None else (1, 1))
    by_key = classes is not None and set(args.path) == {'slerp'}      # each key has its labels
    if ends:
        numbers = args.seed + np.arange(grid[0] * grid[1])
        others = (latent.with_other_labels(0 * numbers, numbers, sizes) if classes is None else
                  classes if by_key else classes[:1])             # a path begins at the first key
        weights = [latent.label_weights(latent.with_first_label(others, label), len(others), sizes)
                   for label in (ends[0], ends[-1])]
        first, last = (along(keys, each, args) if by_key else each for each in weights)
        return Scene(grid, class_walk(first, last, args.frames), keys)
    if by_key:
        weights = latent.label_weights(classes, len(keys), sizes)
        return Scene(grid, along(keys, weights, args), keys)
    if not config.conditioned:
        return Scene(grid, None, keys)
    grid, columns = film_tiles(config, args.grid, rows=4 if keys is None else 1)
    if keys is not None:                                          # one column for each class
        return Scene(grid, columns, keys)
    numbers = args.seed + np.arange(grid[0] * grid[1])            # each tile has a seed
    return Scene(grid, samples.classes_in_turn(numbers, config)[None], keys)


def along(keys, weights, args):
    """Returns the labels of slerp, which fade from key to key.   [K, W] -> float32 [F, 1, W]"""
    shares = latent.shares(keys, args.frames, ease=args.ease)                    # [F, K]
    return np.float32(shares @ weights)[:, None]


def missing(config, labels):
    """Returns the end of a line that names the classes without a tile; '' if each key has one."""
    if labels is None or labels.dtype.kind == 'f':                # weights of classes: a choice
        return ''
    return samples.left_out((labels if len(config.label_sizes) == 1 else labels[..., 0]).ravel(),
                            config)


def keys_of(config, args):
    """Returns the latents of --latents and --seeds [K, Z] and their classes [K], or None.

    The classes are those of the file, or those that `dcgan-tf sample` draws: all in turn. Paths
    other than slerp, and a --grid, ignore the latter, for a column a class. With --class they are
    returned, too: it leaves the other codes of an infogan as they are, [K, L].
    """
    if not (args.latents or args.seeds):
        return None, None
    keys = latent.draw_seeds(config.prior, args.seeds or (), config.latent_dim)
    classes, stored = samples.classes_in_turn(args.seeds or (), config), False
    if args.latents:
        z, labels = inputs.load_latents(args.latents, config)
        stored = labels is not None and not args.seeds
        if config.conditioned:
            in_turn = samples.classes_in_turn(np.arange(len(z)), config)
            classes = np.concatenate([in_turn if labels is None else labels, classes])
        if len(z) + len(keys) == 1 and args.path == ('slerp',):
            raise UsageError(f'{args.latents} holds one latent: give --seeds, too, for the next')
        keys = np.concatenate([z, keys])
    check_walks(config, args, keys)
    by_key = stored or args.class_ or (set(args.path) == {'slerp'} and not args.grid)
    return keys, classes if by_key else None


def check_walks(config, args, keys):
    """Raises UsageError if one of the paths cannot go through these latents [K, Z]."""
    for name in args.path:
        latent.walk(name, keys, config.prior, 1, speeds=args.speeds)


def check_ends(config, args, keys):
    """Raises UsageError if a path cannot walk from the latent of --from to that of --to."""
    try:
        check_walks(config, args, keys)
    except UsageError as error:
        raise UsageError(f'{args.from_} and {args.to}: no walk leads from the latent of the one to '
                         f'that of the other: {error}') from error


def check_path_of_classes(path):
    """Raises UsageError for a path other than slerp: only slerp has a class at each point."""
    if set(path) != {'slerp'}:
        raise UsageError(f'--path {",".join(path)}: classes go along with keys on slerp; name one '
                         'with --class')


def parse(argv):
    """Reads the command line. UsageError for wrong arguments."""
    parser = Parser(usage='%(prog)s RUN [flags]', frequent=FREQUENT, examples=EXAMPLES,
                    description='Films a closed walk through the latents of a trained model.')
    add_walk(parser.add_argument_group('the walk'))
    add_film(parser.add_argument_group('the film'))
    trained.add_run(parser)
    args = parser.parse_args(argv, frames=(1, 10_000), seed=SEEDS, scale=(1, images.MAX_SCALE))
    check_walk(args)
    images.check_animation(args.out or 'morph.gif', args.fps, args.loop, args.max_kb)
    if note := images.fps_note(args.out or 'morph.gif', args.frames, args.fps):
        print(f'{program.name()}: {note}', file=sys.stderr)
    return args
