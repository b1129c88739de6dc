"""Defines the flags of dcgan-tf morph: the walk and the film. Refuses those that contradict."""

from dcgan_tf import images, latent, program
from dcgan_tf.cli import inputs
from dcgan_tf.cli.parser import choices
from dcgan_tf.cli.paths import local_path
from dcgan_tf.cli.readers import grid, names_of, row_of, seeds, speeds
from dcgan_tf.errors import UsageError

SPEEDS = '; '.join(f'{name} {",".join(map(str, row.speeds))}'
                   for name, row in latent.PATHS.items() if row.speeds)


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
