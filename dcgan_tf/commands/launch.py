"""Starts several workers on one machine.

    dcgan-tf launch --workers 2 -- train --epochs 20000

Each worker is a process with a part of every batch; worker 0 writes the run folder.
"""

import contextlib
import os
import pathlib
import re
import secrets
import sys
import time

from dcgan_tf import portable, program, signals
from dcgan_tf.cli.parser import Parser
from dcgan_tf.cli.paths import local_path
from dcgan_tf.cli.readers import within
from dcgan_tf.cli.report import run_error
from dcgan_tf.distributed.launching import Workers, check_system, outcome
from dcgan_tf.errors import RunError, UsageError

AUTO, MAX_WORKERS = 'auto', 1_024


def main(argv=None):
    """Runs the workers until they end; returns their common exit code."""
    args = parse(sys.argv[1:] if argv is None else argv)
    gpus = visible_gpus()
    count = workers(args.workers, gpus)
    command = [sys.executable, *completed(args.command, count, args.restarts)]
    logs = pathlib.Path(args.logs)
    with run_error('--logs', logs):
        logs.mkdir(parents=True, exist_ok=True)
    print(f'{count} workers; the output of all but worker 0: {logs}/worker-*.log', flush=True)
    with collected_signals() as received:
        for left in range(args.restarts, -1, -1):
            started = start_workers(command, count, logs, gpus)
            code, again = outcome(started.wait(received), received)
            for line in failures(started):
                print(f'{program.name()}: {line}', file=sys.stderr)
            if not again or received:
                break
            if left:
                print(f'{program.name()}: all are started again, {left} times at most',
                      file=sys.stderr, flush=True)
    return code


def start_workers(command, count, logs, gpus):
    """Starts the workers and returns them. RunError if a log cannot be opened."""
    try:
        return Workers(command, count, logs, lambda k: of_gpu(k, gpus))
    except OSError as error:
        raise RunError(f'cannot start the workers: {error}') from error


def failures(started):
    """Yields a line for each worker that has failed."""
    for k, code in started.failures():
        message = started.last_line(k)
        yield f'worker {k} ended with {code}{f": {message}" if message else ""}'


@contextlib.contextmanager
def collected_signals():
    """Yields a list that collects Ctrl-C, SIGTERM and SIGHUP, to pass them on to the workers.

    After the first signal the workers save and end, the second ends them at once, the third kills
    them. SIGHUP counts only as the first one: a terminal that closes sends several. A signal that
    is ignored (`nohup`) stays ignored.
    """
    received = []

    def receive(number, frame):
        if number != signals.HANGUP or not received:
            received.append(number)
    before = signals.install(receive)
    try:
        yield received
    finally:
        signals.restore(before)


def parse(argv):
    """Reads the command line; `command` is the part after --. UsageError for wrong arguments."""
    at = argv.index('--') if '--' in argv else len(argv)
    parser = Parser(description='Starts, watches and stops several workers on this machine that '
                                f'train one GAN together: --workers N -- {training()} ...',
                    examples={f'--workers 2 -- {training()} --epochs 20000':
                              'two processes share each batch'})
    add = parser.add_argument
    add('--workers', default=AUTO, metavar='N', help='number of workers; auto = one for '
        'each GPU (default: auto)')
    add('--restarts', type=int, default=0, metavar='R', help='how many times all are started '
        'again, from the newest checkpoint, after one was lost (default: 0)')
    add('--logs', type=local_path, default='logs', metavar='DIR',
        help='folder for the output of workers 1, 2, '
        '...; worker 0 prints to the terminal (default: logs)')
    args = parser.parse_args(argv[:at], restarts=(0, 1_000))
    check_system()
    args.command = argv[at + 1:]
    if not args.command:
        raise UsageError(f'there is no program after --: --workers 2 -- {training()} --epochs '
                         '20000')
    return args


def workers(text, gpus):
    """Returns the number of workers. UsageError for a wrong --workers."""
    if text == AUTO:
        if not gpus:
            raise UsageError('--workers auto is one for each GPU, and no GPU was found: give a '
                             'number')
        return len(gpus)
    if not re.fullmatch(r'\d{1,4}', text):
        raise UsageError(f'--workers {text[:40]}: expected a number or {AUTO}')
    within('--workers', int(text), 1, MAX_WORKERS)
    if gpus and int(text) > len(gpus):
        raise UsageError(f'--workers {text}: there are {len(gpus)} GPUs, one for each worker')
    return int(text)


def completed(command, count, restarts):
    """Returns the command with --threads, and with --resume auto if there may be another start.

    Only for main1.py, and only flags that were not typed. `train` is the main1.py of this package.
    """
    first, *args = command
    if first == 'train':
        first, command = program.MAIN, [str(program.ROOT / program.MAIN), *args]
    given = {arg.partition('=')[0].replace('_', '-') for arg in args}
    if pathlib.Path(first).name != program.MAIN:
        return command
    if '--threads' not in given:
        command = [*command, '--threads', str(max(1, portable.cores() // count))]
    if restarts and '--resume' not in given:
        name = [] if '--run-name' in given else ['--run-name', new_name()]
        command = [*command, *name, '--resume', 'auto']
    return command


def training():
    """Returns what is typed after -- for a training: 'main1.py', or 'train' after dcgan-tf."""
    return program.command('train').split()[-1]


def new_name():
    """Returns date-time-XXXX with random digits: a clock may show the same second twice.

    After it went back, `--resume auto` would go on with the older run of that second.
    """
    return f'{time.strftime("%Y%m%d-%H%M%S")}-{secrets.token_hex(2)}'


def visible_gpus():
    """Returns the names of the visible NVIDIA GPUs, such as ['0', '1']."""
    visible = os.environ.get('CUDA_VISIBLE_DEVICES')
    if visible is not None:
        return [name for name in visible.split(',') if name and not name.startswith('-')]
    return [str(i) for i, _ in enumerate(pathlib.Path('/dev').glob('nvidia[0-9]*'))]


def of_gpu(k, gpus):
    """Returns environment variables with which worker k sees only its own GPU."""
    return {'CUDA_VISIBLE_DEVICES': gpus[k]} if gpus else {}
