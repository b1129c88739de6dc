"""Several workers on one machine: python tools/launch.py --workers 2 -- main1.py --epochs 20000

Each is a process of its own with a part of every batch; worker 0 writes the run folder.
"""

import pathlib
import re
import signal
import sys
import time

import _root  # noqa: F401
from dcgan_tf.cli import exits
from dcgan_tf.cli.parser import Parser, within
from dcgan_tf.cli.start import cores
from dcgan_tf.distributed.launching import Workers, verdict
from dcgan_tf.errors import RunError, UsageError

AUTO, MOST = 'auto', 1_024


def main(argv=None):
    """Runs the workers until they end; returns their exit code."""
    words = parse(sys.argv[1:] if argv is None else argv)
    gpus = gpu_count()
    count = workers(words.workers, gpus)
    command = [sys.executable, *completed(words.command, count, words.restarts)]
    logs = pathlib.Path(words.logs)
    try:
        logs.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunError(f'--logs {logs}: {error.strerror}') from error
    print(f'{count} workers; what 1 to {count - 1} say: {logs}/worker-*.log', flush=True)
    with Signals() as signals:
        for left in range(words.restarts, -1, -1):
            codes = Workers(command, count, logs, lambda k: of_gpu(k, gpus)).wait(signals.sent)
            code, again = verdict(codes)
            if not again or signals.sent() is not None:
                break
            print(f'launch.py: workers ended with {", ".join(map(str, codes))}'
                  f'{f"; started again, {left} times more" if left else ""}', file=sys.stderr,
                  flush=True)
    return code


class Signals:
    """Ctrl-C and SIGTERM are passed on to the workers, which save and leave. A second one kills."""

    def __init__(self):
        self._sent = None

    def sent(self):
        return self._sent

    def __enter__(self):
        self._before = {s: signal.signal(s, self._receive)
                        for s in (signal.SIGINT, signal.SIGTERM)}
        return self

    def __exit__(self, *error):
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _receive(self, number, frame):
        self._sent = number


def parse(argv):
    """The words of the command line; `command` is what stands behind --."""
    at = argv.index('--') if '--' in argv else len(argv)
    parser = Parser(description='Starts, watches and stops several workers on this machine, which '
                                'train one GAN: --workers N -- main1.py ...')
    add = parser.add_argument
    add('--workers', default=AUTO, metavar='N', help='how many; auto = one a GPU (default: auto)')
    add('--restarts', type=int, default=0, metavar='R', help='how often all are started again, '
        'from the newest checkpoint, when one was lost (default: 0)')
    add('--logs', default='logs', metavar='DIR', help='what workers 1, 2, ... print; worker 0 has '
        'the terminal (default: logs)')
    words = parser.parse_args(argv[:at])
    within('--restarts', words.restarts, 0, 1_000)
    words.command = argv[at + 1:]
    if not words.command:
        raise UsageError('behind -- there is no program: --workers 2 -- main1.py --epochs 20000')
    return words


def workers(asked, gpus):
    """How many."""
    if asked == AUTO:
        if not gpus:
            raise UsageError('--workers auto is one a GPU, and there is none: give a number')
        return gpus
    if not re.fullmatch(r'\d{1,4}', asked):
        raise UsageError(f'--workers {asked[:40]}: expected a number or {AUTO}')
    within('--workers', int(asked), 1, MOST)
    if gpus and int(asked) > gpus:
        raise UsageError(f'--workers {asked}: there are {gpus} GPUs, one a worker')
    return int(asked)


def completed(command, count, restarts):
    """With what main1.py needs: a share of the cores, and a run that another start can go on."""
    program, *words = command
    given = {word.partition('=')[0] for word in words}
    if pathlib.Path(program).name != 'main1.py':
        return command
    if '--threads' not in given:
        command = [*command, '--threads', str(max(1, cores() // count))]
    if restarts and '--resume' not in given:
        named = [] if '--run-name' in given else ['--run-name', time.strftime('%Y%m%d-%H%M%S')]
        command = [*command, *named, '--resume', 'auto']
    return command


def gpu_count():
    """How many of NVIDIA's this machine has."""
    return sum(bool(re.fullmatch(r'nvidia\d+', path.name))
               for path in pathlib.Path('/dev').glob('nvidia*'))


def of_gpu(k, gpus):
    """What makes worker k see its GPU alone."""
    return {'CUDA_VISIBLE_DEVICES': str(k)} if gpus else {}


if __name__ == '__main__':
    sys.exit(exits.run(main))
