"""Several workers on one machine: python tools/launch.py --workers 2 -- main1.py --epochs 20000

Each is a process of its own with a part of every batch; worker 0 writes the run folder.
"""

import os
import pathlib
import re
import signal
import sys
import time

import _root  # noqa: F401
from dcgan_tf.cli import exits
from dcgan_tf.cli.parser import Parser, within
from dcgan_tf.cli.resolving import cores
from dcgan_tf.distributed.launching import STOPPED, Workers, outcome
from dcgan_tf.errors import RunError, UsageError

AUTO, MAX_WORKERS = 'auto', 1_024


def main(argv=None):
    """Runs the workers until they end; returns their exit code."""
    args = parse(sys.argv[1:] if argv is None else argv)
    gpus = visible_gpus()
    count = workers(args.workers, gpus)
    command = [sys.executable, *completed(args.command, count, args.restarts)]
    logs = pathlib.Path(args.logs)
    try:
        logs.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunError(f'--logs {logs}: {error.strerror}') from error
    print(f'{count} workers; what they say, but for worker 0: {logs}/worker-*.log', flush=True)
    with Signals() as signals:
        for left in range(args.restarts, -1, -1):
            started = workers_of(command, count, logs, gpus)
            code, again = outcome(started.wait(signals.received), signals.received)
            for line in ends(started):
                print(f'launch.py: {line}', file=sys.stderr)
            if not again or signals.received:
                break
            if left:
                print(f'launch.py: all are started again, {left} times at most', file=sys.stderr,
                      flush=True)
    return code


def workers_of(command, count, logs, gpus):
    """Starts them. RunError where a log cannot be opened."""
    try:
        return Workers(command, count, logs, lambda k: of_gpu(k, gpus))
    except OSError as error:
        raise RunError(f'cannot start the workers: {error}') from error


def ends(started):
    """A line for each worker that did not end well."""
    for k, code in enumerate(started.codes()):
        if code not in (0, *STOPPED):
            said = started.last_line(k)
            yield f'worker {k} ended with {code}{f": {said}" if said else ""}'


class Signals:
    """Ctrl-C, SIGTERM and a terminal that is closed: `received`, to be passed on to the workers.

    After the first they save and leave, a second ends them at once, a third kills them.
    """

    ALL = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def __init__(self):
        self.received = []

    def __enter__(self):
        self._before = {number: signal.signal(number, self._receive) for number in self.ALL}
        return self

    def __exit__(self, *error):
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _receive(self, number, frame):
        self.received.append(signal.SIGTERM if number == signal.SIGHUP else number)


def parse(argv):
    """The arguments of the command line; `command` is what stands behind --."""
    at = argv.index('--') if '--' in argv else len(argv)
    parser = Parser(description='Starts, watches and stops several workers on this machine, which '
                                'train one GAN: --workers N -- main1.py ...')
    add = parser.add_argument
    add('--workers', default=AUTO, metavar='N', help='how many; auto = one a GPU (default: auto)')
    add('--restarts', type=int, default=0, metavar='R', help='how often all are started again, '
        'from the newest checkpoint, when one was lost (default: 0)')
    add('--logs', default='logs', metavar='DIR', help='what workers 1, 2, ... print; worker 0 has '
        'the terminal (default: logs)')
    args = parser.parse_args(argv[:at])
    within('--restarts', args.restarts, 0, 1_000)
    args.command = argv[at + 1:]
    if not args.command:
        raise UsageError('behind -- there is no program: --workers 2 -- main1.py --epochs 20000')
    return args


def workers(asked, gpus):
    """How many."""
    if asked == AUTO:
        if not gpus:
            raise UsageError('--workers auto is one a GPU, and there is none: give a number')
        return len(gpus)
    if not re.fullmatch(r'\d{1,4}', asked):
        raise UsageError(f'--workers {asked[:40]}: expected a number or {AUTO}')
    within('--workers', int(asked), 1, MAX_WORKERS)
    if gpus and int(asked) > len(gpus):
        raise UsageError(f'--workers {asked}: there are {len(gpus)} GPUs, one a worker')
    return int(asked)


def completed(command, count, restarts):
    """With what main1.py needs: a share of the cores, and a run that another start can go on."""
    program, *args = command
    given = {word.partition('=')[0].replace('_', '-') for word in args}
    if pathlib.Path(program).name != 'main1.py':
        return command
    if '--threads' not in given:
        command = [*command, '--threads', str(max(1, cores() // count))]
    if restarts and '--resume' not in given:
        named = [] if '--run-name' in given else ['--run-name', time.strftime('%Y%m%d-%H%M%S')]
        command = [*command, *named, '--resume', 'auto']
    return command


def visible_gpus():
    """NVIDIA's of this machine, by what CUDA_VISIBLE_DEVICES calls them, if it does not hide them.

    -> a list of words
    """
    chosen = os.environ.get('CUDA_VISIBLE_DEVICES')
    if chosen is not None:
        return [word for word in chosen.split(',') if word and not word.startswith('-')]
    return [str(i) for i, _ in enumerate(
        path for path in pathlib.Path('/dev').glob('nvidia*')
        if re.fullmatch(r'nvidia\d+', path.name))]


def of_gpu(k, gpus):
    """What makes worker k see its GPU alone."""
    return {'CUDA_VISIBLE_DEVICES': gpus[k]} if gpus else {}


if __name__ == '__main__':
    sys.exit(exits.run(main))
