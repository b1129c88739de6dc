"""Serves a page to play with a generator in the browser: dcgan-tf explore RUN

The page shows a wall of samples, morphs between two of them, and sliders along G's principal
directions. While the run is trained, it shows losses, samples and the time left. Without RUN it
lists all runs and compares two. Only this machine can open the page, unless --host says otherwise.
"""

import sys

from dcgan_tf import program
from dcgan_tf.cli import exits, explored, trained
from dcgan_tf.cli.parser import Parser
from dcgan_tf.errors import UsageError

EXAMPLES = {                                            # after the name of the program
    'pretrained:digits': 'a generator before any training',
    '--save-folder results': 'all runs, also while they train',
}


def main(argv=None):
    """Serves the page until a signal comes; returns the exit code."""
    args = parse(argv)
    serving = packages()
    place, weights = explored.find(args)
    if hint := explored.hint(place):
        print(f'{program.name()}: {hint}', file=sys.stderr, flush=True)
    with serving.open_socket(args.host, args.port) as listening:
        number = serving.explore_runs(listening, place, trained.open_gan, weights=weights,
                                      trust=args.trust)
    print(f'{program.name()}: stopped', file=sys.stderr)
    return exits.stopped(number)


def packages():
    """Imports the module that needs Flask and waitress.

    UsageError with the command that installs them.
    """
    try:
        from dcgan_tf.show.explore import serving
    except ModuleNotFoundError as error:
        raise UsageError(f'{error.name} is missing: {program.install("explore")}') from error
    return serving


def parse(argv):
    """Reads the command line. UsageError for wrong arguments."""
    parser = Parser(description='Serves a page to play with the generator of a run, to watch its '
                    'training, and to compare runs.', examples=EXAMPLES)
    parser.add_argument('--host', default='127.0.0.1', help='the address to listen on; with '
                        '0.0.0.0 every machine that can reach this one can open the page '
                        '(default: 127.0.0.1, only this machine)')
    parser.add_argument('--port', type=int, default=8000, help='port of the page; 0 = any free '
                        'port (default: 8000)')
    explored.add_arguments(parser)
    return parser.parse_args(argv, port=(0, 65_535))
