"""The flags of the program that draws pictures, and what contradicts each other."""

from dcgan_tf import latent, program
from dcgan_tf.cli import inputs
from dcgan_tf.cli.parser import check_ending, check_folder
from dcgan_tf.cli.paths import local_path
from dcgan_tf.cli.readers import grid
from dcgan_tf.errors import UsageError


def add_pictures(group):
    """Adds the flags that say what to draw."""
    group.add_argument('--class', dest='class_', metavar='NAME', help='for a cgan or an '
                       'acgan: the class to draw; for an infogan: the value of code 1; for an '
                       'aae_clusters: the cluster (default: '
                       'all in turn: of K classes, the picture of seed S has class S modulo K; a '
                       'grid of K columns has a column for each class)')
    group.add_argument('--sweep', action='store_true', help='for an infogan or an '
                       'aae_clusters: write one PNG file with a row for each value of each code')
    inputs.add_code(group)
    group.add_argument('--seed', type=int, default=0, help='seed of the first picture; each of '
                       'the others has the next seed (default: 0)')
    group.add_argument('--latents', type=local_path, metavar='FILE',
                       help='draw the latents in a file of '
                       f'{program.command("arithmetic")}, {program.command("invert")} or '
                       'numpy.save, instead of seeds')
    group.add_argument('--truncation', type=float, default=1.0, metavar='T', help='factor of the '
                       'latents; below 1 the pictures are less varied and more usual (default: '
                       '1)')


def add_files(group):
    """Adds the flags that say what to write."""
    group.add_argument('--n', type=int, help='number of PNG files (default: 64)')
    group.add_argument('--grid', type=grid, metavar='RxC',
                       help='write one PNG file with R rows and C columns instead')
    group.add_argument('--sheet', action='store_true', help='like --grid, with the seed under '
                       f'each picture, for {program.command("morph")} --seeds and '
                       f'{program.command("arithmetic")} (default: 8x8)')
    inputs.add_scale(group, 'the file of --grid, --sheet or --sweep')
    group.add_argument('--out', type=local_path,
                       help='folder, or with --grid, --sheet or --sweep a .png file (default: in '
                       'RUN/images; without a run folder, in the current folder)')


def check(args):
    """Raises UsageError for flags that contradict each other or are out of range."""
    one_file = args.grid or args.sheet or args.sweep
    if one_file and args.n is not None:
        flag = '--grid' if args.grid else '--sheet' if args.sheet else '--sweep'
        raise UsageError(f'--n and {flag} both say how many images: give one')
    for flag, value in (('--grid', args.grid), ('--sheet', args.sheet), ('--class', args.class_),
                        ('--code', args.code), ('--latents', args.latents),
                        ('--truncation', args.truncation != 1.0)):
        if args.sweep and value:
            raise UsageError(f'--sweep shows all values of all codes: leave {flag} out')
    if args.latents and args.seed:
        raise UsageError('--seed and --latents both say what to draw: give one')
    if args.scale and not one_file:
        raise UsageError('--scale is for --grid, --sheet and --sweep: single pictures are as G '
                         'draws them')
    latent.check_truncation(args.truncation)
    if args.out and bool(one_file) != args.out.lower().endswith('.png'):
        raise UsageError(f'--out {args.out}: expected a name that ends in .png with --grid, '
                         '--sheet or --sweep, and a folder without')
    if one_file:
        check_ending('--out', args.out, '.png')
    elif args.out:
        check_folder('--out', args.out)
