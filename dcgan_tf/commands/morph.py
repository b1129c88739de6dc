"""Films a walk through the latents: dcgan-tf morph RUN --path sphere --out morph.gif"""

import sys
from typing import NamedTuple

import numpy as np

from dcgan_tf import images, latent, program
from dcgan_tf.cli import exits, inputs, trained
from dcgan_tf.cli.parser import Parser, choices
from dcgan_tf.cli.paths import local_path
from dcgan_tf.cli.readers import SEEDS, grid, names_of, row_of, seeds, speeds
from dcgan_tf.errors import UsageError
from dcgan_tf.run_folder import samples
from dcgan_tf.show.morphing import class_walk, film_scale, film_tiles

SPEEDS = '; '.join(f'{name} {",".join(map(str, row.speeds))}'
                   for name, row in latent.PATHS.items() if row.speeds)


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
    given = inputs.pictures([args.from_, args.to], run.config) if args.from_ else None
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
    for name in args.path:
        latent.walk(name, keys, config.prior, 1, speeds=args.speeds)        # may be a UsageError
    by_key = stored or args.class_ or (set(args.path) == {'slerp'} and not args.grid)
    return keys, classes if by_key else None


def check_path_of_classes(path):
    """Raises UsageError for a path other than slerp: only slerp has a class at each point."""
    if set(path) != {'slerp'}:
        raise UsageError(f'--path {",".join(path)}: classes go along with keys on slerp; name one '
                         'with --class')


def parse(argv):
    """Reads the command line. UsageError for wrong arguments."""
    parser = Parser(usage='%(prog)s RUN [flags]', frequent=FREQUENT, examples=EXAMPLES,
                    description='Films a closed walk through the latents of a trained model.')
    trained.add_run(parser)
    add_walk(parser.add_argument_group('the walk'))
    add_film(parser.add_argument_group('the film'))
    args = parser.parse_args(argv, frames=(1, 10_000), seed=SEEDS, scale=(1, images.MAX_SCALE))
    check_walk(args)
    images.check_animation(args.out or 'morph.gif', args.fps, args.loop, args.max_kb)
    if note := images.fps_note(args.out or 'morph.gif', args.frames, args.fps):
        print(f'{program.name()}: {note}', file=sys.stderr)
    return args


def add_walk(group):
    """Adds the flags of the walk."""
    group.add_argument('--path', type=names_of(latent.PATHS), metavar='NAME,NAME', help='how the '
                       'latents move in a loop; of several names, such as sphere,circle, each tile '
                       'takes the next one (default: sphere; slerp with --seeds, --latents or '
                       '--from; still with --to-class)' + choices({
                           name: row.help for name, row in latent.PATHS.items()}))
    group.add_argument('--seed', type=int, default=0, help='seed of the first walk; '
                       'each of the other tiles has the next seed (default: 0)')
    group.add_argument('--seeds', type=seeds, metavar='S,S,...', help='walk through the '
                       f'pictures of these seeds; {program.command("sample")} --sheet shows '
                       'them. For a cgan, an acgan or an infogan, each has its class, or its value '
                       'of code 1; with --grid or another path than slerp, column k has class k')
    group.add_argument('--latents', type=local_path, metavar='FILE',
                       help='walk through the latents in a file of '
                       f'{program.command("arithmetic")}, {program.command("invert")} or '
                       'numpy.save, and then through those of --seeds')
    group.add_argument('--from', type=local_path, dest='from_', metavar='IMAGE',
                       help='with --to: walk between '
                       'the latents that draw two pictures')
    group.add_argument('--to', type=local_path, metavar='IMAGE', help='the other picture of --from')
    group.add_argument('--class', dest='class_', metavar='NAME', help='for a cgan or an '
                       'acgan: the class to show; for an infogan: the value of code 1 (default: '
                       'all in turn: of K classes, the tile of seed S has class S modulo K; with '
                       '--from and --latents the classes found or stored with them)')
    inputs.add_code(group)
    group.add_argument('--to-class', metavar='NAME', help='with --class: change to this class and '
                       'back, while the latents follow --path')
    group.add_argument('--speeds', type=speeds, metavar='S,S,...', help='how many times each '
                       'angle of a path turns in one loop; negative numbers as --speeds=-1,2 '
                       f'(default: {SPEEDS})')
    group.add_argument('--ease', action='store_true', help='start and end slowly; slerp slows down '
                       'at every key')
    group.add_argument('--truncation', type=float, default=1.0, metavar='T', help='factor of the '
                       'latents; below 1 the pictures are less varied and more usual (default: 1)')


def add_film(group):
    """Adds the flags of the film."""
    group.add_argument('--frames', type=int, default=60, help='frames in one loop (default: 60)')
    group.add_argument('--fps', type=float, default=20, help='frames a second; browsers play a '
                       'GIF of more than 50 too slowly (default: 20)')
    group.add_argument('--loop', type=int, default=0, metavar='N', help='how many times it plays; '
                       '0 = for ever (default: 0)')
    group.add_argument('--grid', type=grid, metavar='RxC', help='rows and columns of walks, each '
                       'with its own seed, or all through the same pictures (default: 4x4; 1x1 '
                       'with --seeds, --latents or --from; for a cgan, an acgan or an infogan '
                       'without --class one column for each class, at most 10)')
    inputs.add_scale(group, 'the film')
    group.add_argument('--scaling', type=row_of(images.SCALINGS), default='nearest',
                       metavar='HOW', help='how images are enlarged: '
                       f'{", ".join(images.SCALINGS)} (default: nearest)')
    group.add_argument('--show-path', action='store_true', help='draw under each image its path '
                       'in its two principal directions and the place of the frame on it')
    group.add_argument('--max-kb', type=float, metavar='KB', help='largest size of the file in '
                       '1,000 bytes; the number of colours and then the scale are lowered for it')
    group.add_argument('--out', type=local_path, metavar='FILE', help='the film; the end of its '
                       'name says what it is (default: RUN/images/morph_PATH.gif; without a run '
                       'folder, morph_PATH.gif)' + choices({
                           ending: row.help for ending, row in images.ANIMATIONS.items()}))


def check_walk(args):
    """Raises UsageError for contradictions between flags; sets args.path to its default."""
    latent.check_truncation(args.truncation)
    keys = args.seeds or args.latents
    given = keys or args.from_ or args.to
    if keys and (args.from_ or args.to):
        raise UsageError('--from and --to are the ends of the walk: give no --seeds or --latents')
    if keys and args.seed:
        raise UsageError(f'--seed {args.seed} is for a walk that is drawn: not with --seeds or '
                         '--latents')
    if bool(args.from_) != bool(args.to):
        raise UsageError('--from and --to go together: give a picture for each')
    if args.to_class and not args.class_:
        raise UsageError(f'--to-class {args.to_class}: give --class, the class where it begins')
    args.path = args.path or ('slerp' if given else 'still' if args.to_class else 'sphere',)
    for name in args.path:
        if args.speeds:
            latent.check_speeds(name, args.speeds)
        if args.from_:
            latent.check_keys(name, 2)
