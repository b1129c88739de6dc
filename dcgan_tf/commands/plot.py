"""Draws the curves of runs in one picture: dcgan-tf plot RUN [RUN ...] --out curves.png"""


from dcgan_tf import program
from dcgan_tf.cli import exits, trained
from dcgan_tf.cli.parser import Parser, check_ending
from dcgan_tf.cli.paths import local_path
from dcgan_tf.names import counted
from dcgan_tf.show.curves import plot

EXAMPLES = {                                            # after the name of the program
    'RUN RUN2 --out curves.png': 'the curves of two runs in the same panels',
}


def main(argv=None):
    """Writes the picture; returns the exit code."""
    args = parse(argv)
    runs = trained.open_runs(args.runs)
    plot(runs, args.out)
    print(f'{counted(len(runs), "run")} in {args.out}')
    return exits.DONE


def parse(argv):
    """Reads the command line. UsageError for wrong arguments."""
    parser = Parser(description='Draws losses, D\'s accuracies, the information of '
                    'codes, and metrics of runs over their steps.', examples=EXAMPLES)
    parser.add_argument('runs', nargs='+', type=local_path, metavar='RUN',
                        help=f'run folders of {program.command("train")}')
    parser.add_argument('--out', type=local_path, default='curves.png', metavar='FILE',
                        help='the picture, a .png file (default: '
                        'curves.png)')
    args = parser.parse_args(argv)
    check_ending('--out', args.out, '.png')
    return args
