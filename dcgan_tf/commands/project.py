"""Writes D's features for TensorBoard's projector: dcgan-tf project RUN --n 1000

show/points.py says what a point is. The projector draws the points with thumbnails, by PCA, t-SNE
or UMAP, and colours them by class or by kind.
"""

import sys

from dcgan_tf.cli import exits, trained
from dcgan_tf.cli.parser import Parser, add_data
from dcgan_tf.cli.paths import local_path
from dcgan_tf.cli.readers import SEEDS
from dcgan_tf.config.families import needs_reference
from dcgan_tf.errors import UsageError
from dcgan_tf.show import projector

MAX_POINTS = 10_000           # pictures: of more, the projector's t-SNE takes only a part
EXAMPLES = {                                            # after the name of the program
    'RUN': '500 real pictures and 500 samples',
    'RUN --n 2000 --what samples --out points': 'without the data set',
}


def main(argv=None):
    """Writes the folder; returns the exit code."""
    args = parse(argv)
    run = trained.find(args)
    run.check_whole('a discriminator')
    out = args.out or run.file('projector')
    projector.check_out(out)
    needed = needs_reference(run.config)
    data, what = data_of(run, args, needed=needed)
    with trained.open_gan(run) as gan:
        made = gan.project(out, data, n=args.n, what=what, dimensions=args.dimensions,
                           seed=args.seed)
        step = gan.steps_done()
    print(f'{made.real:,} real pictures and {made.samples:,} samples, step {step:,}: '
          f'{made.dimensions:,} of {made.features:,} dimensions with {made.variance:.1%} of the '
          f'variance in {out}    (see it: tensorboard --logdir {out})')
    return exits.DONE


def data_of(run, args, *, needed):
    """Returns (data set or None, what to show: real, samples or both).

    If the data set is gone, only samples are shown, and the reason is printed. UsageError if the
    user gave --what real or both, or if D itself needs real pictures.
    """
    if args.what == 'samples' and not needed:
        return None, 'samples'
    try:
        return trained.open_data(run.config, args, run.run), args.what or 'both'
    except UsageError as error:
        if needed:
            raise UsageError(f'D of the preset {run.config.preset} normalises all pictures by real '
                             f'ones: {error}') from error
        if args.what:
            raise
        print(f'only samples (--what samples): {error}', file=sys.stderr)
        return None, 'samples'


def parse(argv):
    """Reads the command line. UsageError for wrong arguments."""
    parser = Parser(description="Writes D's features of pictures for TensorBoard's projector.",
                    examples=EXAMPLES)
    parser.add_argument('--n', type=int, default=1000, help='number of pictures (default: 1000)')
    parser.add_argument('--what', choices=('real', 'samples', 'both'), metavar='KIND',
                        help='real, pictures of the data set, samples, those of G, or both, half '
                        'and half (default: both, or samples if the data set is gone)')
    parser.add_argument('--dimensions', type=int, default=50, metavar='D', help='number of '
                        "principal components of D's features; 0 = the features themselves "
                        '(default: 50)')
    parser.add_argument('--seed', type=int, default=0, help='seed of the first sample and of '
                        'the choice of real pictures (default: 0)')
    parser.add_argument('--out', type=local_path, metavar='DIR', help='folder to write (default: '
                        'RUN/images/projector; without a run folder, projector)')
    add_data(parser)
    trained.add_run(parser, alone=False)
    return parser.parse_args(argv, n=(2, MAX_POINTS), dimensions=(0, 1_000_000), seed=SEEDS)
