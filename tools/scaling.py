"""Times several workers on this machine: python tools/scaling.py --net dcgan28 --workers 1,2,4

Each of N processes makes, in turn, steps alone and steps together with the others, with the same
number of images per process. The second take longer by the time of the exchange: in both, N
processes share the cores of one machine.
"""

import json
import pathlib
import sys
import tempfile

import _root  # noqa: F401
from dcgan_tf import portable
from dcgan_tf.cli import exits
from dcgan_tf.cli.parser import Parser, check_ending
from dcgan_tf.cli.paths import local_path
from dcgan_tf.cli.readers import maps, row_of
from dcgan_tf.cli.report import aligned, write_json
from dcgan_tf.config import PRESETS
from dcgan_tf.distributed.launching import Workers, check_system
from dcgan_tf.errors import RunError, UsageError

WORKER = pathlib.Path(__file__).with_name('scaling_worker.py')
EVERY = 4                    # steps between two lazy penalties
QUIET = {'TF_CPP_MIN_LOG_LEVEL': '3', 'TF_USE_LEGACY_KERAS': '1'}


def main(argv=None):
    """Prints the table, writes the file of --out; returns the exit code."""
    args = parse(argv)
    rows = [row for count in args.workers for row in measure(count, args)]
    print(*aligned(table(rows), left=2), sep='\n')
    write_json(args.out, rows, '--out')
    return exits.DONE


def measure(count, args):
    """Starts `count` workers; returns the rows that they have measured. RunError if one fails."""
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder, 'rows.json')
        threads = args.threads or max(1, portable.cores() // count)
        numbers = (args.batch, args.rounds, args.steps, threads, args.message)
        codes = Workers([sys.executable, str(WORKER), str(out), args.net, *map(str, numbers)],
                        count, folder, lambda k: QUIET).wait()
        if any(codes):
            raise RunError(f'{count} workers ended with {", ".join(map(str, codes))}')
        return json.loads(out.read_text(encoding='utf-8'))


def table(rows):
    """Yields the cells of the table, row by row."""
    yield ('workers', 'way', 'ms', 'time / alone', 'messages', 'MB sent', 'least', 'on the wire')
    for row in rows:
        yield (str(row['workers']), row['way'], f'{row["ms"]:.1f}',
               f'{row["to_alone"]:.2f}' if row.get('to_alone') else '',
               *(_megabytes(row, name) for name in ('messages', 'sent', 'least', 'wire')))


def _megabytes(row, name):
    if name == 'messages':
        return f'{row[name]:g}' if row[name] else ''
    return f'{row[name] / 1e6:.2f}' if row.get(name) else ''


def parse(argv):
    """Reads the command line. UsageError for wrong arguments."""
    parser = Parser(description='Times steps of N processes, each alone and all together.')
    add = parser.add_argument
    add('--net', type=row_of(PRESETS), default='dcgan28', metavar='NAME',
        help='a preset (default: dcgan28)')
    add('--workers', type=maps, default=(1, 2, 4), metavar='N,N', help='numbers of workers '
        '(default: 1,2,4)')
    add('--batch', type=int, default=32, help='images in a step of each worker (default: 32)')
    add('--rounds', type=int, default=7, help='in each round all make --steps steps (default: 7)')
    add('--steps', type=int, default=8, help=f'steps in a round, a multiple of {EVERY} '
        '(default: 8)')
    add('--threads', type=int, default=0, help='CPU threads of each worker; 0 = its '
        'share of the cores (default: 0)')
    add('--message', type=float, default=0.0, metavar='MB', help='also time '
        'steps whose messages of gradients are not larger than this; 0 = only the messages of a '
        'training (default: 0)')
    add('--out', type=local_path, metavar='FILE', help='write all results to a .json file')
    args = parser.parse_args(argv, batch=(1, 100_000), rounds=(1, 1_000), steps=(1, 1_000),
                             threads=(0, 1_024), message=(0, 1_000))
    if args.workers != (1,):
        check_system()
    if args.steps % EVERY:
        raise UsageError(f'--steps {args.steps}: expected a multiple of {EVERY}')
    check_ending('--out', args.out, '.json')
    return args


if __name__ == '__main__':
    sys.exit(exits.run(main))
