"""How fast is training, here and elsewhere: python tools/benchmark.py --out benchmark.json

One network, batch and number of threads, trained by this project, a plain TensorFlow graph, Keras
and PyTorch in turn, beside the limit: the same convolutions and matrix products alone.
"""

import dataclasses
import platform
import statistics
import sys
from importlib import metadata

import tqdm

import _root  # noqa: F401
from dcgan_tf.cli import exits
from dcgan_tf.cli.parser import Parser, check_ending, maps, names_of, within
from dcgan_tf.cli.report import aligned, write_json
from dcgan_tf.cli.resolving import cores
from dcgan_tf.config import PRESETS, preset
from dcgan_tf.errors import RunError, UsageError
from peers import LIMIT, OURS, PEAK, WAYS, picture, race

FULL = {'nets': ('main1', 'dcgan28', 'folder'), 'batches': (32, 128), 'rounds': 7,
        'ways': tuple(WAYS)}
QUICK = {'nets': ('main1', 'dcgan28'), 'batches': (32,), 'rounds': 3,
         'ways': (PEAK, LIMIT, OURS, 'plain', 'keras', 'torch_last')}
STEPS, EVERY = 8, 4           # steps: a multiple of that between two lazy penalties
IMAGES = 512                  # generated at once
PACKAGES = ('tensorflow', 'keras', 'torch', 'numpy')


@dataclasses.dataclass
class TimingRow:
    """A line of a table. Times are medians of the rounds; None = there is no such figure."""

    net: str
    batch: int
    way: str
    ms: float                         # a training step
    images_per_second: float
    of_limit: float | None            # the time of the limit in its precision as a share of this
    to_ours: float | None             # this time / that of ours
    generated_per_second: float | None
    first_step: float                 # seconds from the start of a process to its first step's end
    memory: float                     # GB, the peak
    rounds: list                      # ms a step, of each


def main(argv=None):
    """Prints a table a network and batch, writes what is asked for; returns the exit code."""
    args = parse(argv)
    ways, about, rows = there(args.ways), machine(args.threads), []
    print(', '.join(f'{name} {value}' for name, value in about.items()))
    for name in args.nets:
        for batch in args.batches:
            found = measured(name, batch, ways, args)
            print(f'\n{name}, batch {batch}: medians of {args.rounds} rounds of {args.steps} '
                  'steps', *aligned(table(found)), sep='\n', flush=True)
            rows += found
            keep(args, about, rows)
    return exits.DONE


def keep(args, about, rows):
    """What is there so far, into the files that are asked for: the rest may take hours."""
    if args.out:
        write_json(args.out, [{**about, **dataclasses.asdict(row)} for row in rows], '--out')
    if args.plot:
        picture.write(args.plot, rows)


def there(ways):
    """Those that can run; the others are named."""
    missing = {way: WAYS[way].missing for way in ways}
    for way, why in missing.items():
        if why:
            print(f'{way} is left out: {why}')
    return [way for way, why in missing.items() if not why]


def measured(name, batch, ways, args):
    """The Rows of a network and batch, the fastest first."""
    config, racers = preset(name, batch_size=batch), {}
    steps = len(ways) * (args.rounds + 1)
    with tqdm.tqdm(total=steps, desc=f'{name} {batch}', leave=False, disable=None) as bar:
        for way in ways:
            try:
                racers[way] = race.Racer(way, config, args.threads)
            except RuntimeError as error:
                bar.write(f'{way} is left out: {error}', file=sys.stderr)
            bar.update()
        if not racers:
            raise RunError(f'{name}, batch {batch}: nothing is left to be timed')
        times = race.race(racers, args.rounds, args.steps, IMAGES, bar.update)
    return sorted((row_of(name, batch, way, times) for way in times), key=lambda row: row.ms)


def row_of(name, batch, way, times):
    """The TimingRow of one way among the Times of all."""
    def ratio(above, below):
        if above not in times or below not in times:
            return None
        pairs = zip(times[above].steps, times[below].steps, strict=True)
        return statistics.median(a / b for a, b in pairs)
    own = times[way]
    step = statistics.median(own.steps)
    return TimingRow(name, batch, way, 1e3 * step, batch / step, ratio(WAYS[way].limit, way),
                     ratio(way, OURS), None if WAYS[way].module == 'limit' else
                     1 / statistics.median(own.generate), own.first_step,
                     own.memory / 1e9, [1e3 * seconds for seconds in own.steps])


def table(rows):
    """The lines of a table as words."""
    yield ('way', 'ms a step', 'images/s', 'of the limit', 'time / ours', 'generated/s',
           'first step', 'memory')
    for row in rows:
        yield (row.way, f'{row.ms:.1f}', f'{row.images_per_second:.0f}', _said(row.of_limit, '.0%'),
               _said(row.to_ours, '.2f'), _said(row.generated_per_second, '.0f'),
               f'{row.first_step:.1f} s', f'{row.memory:.2f} GB')


def _said(value, form):
    return '' if value is None else format(value, form)


def machine(threads):
    """What the figures depend on."""
    found = {'processor': processor(), 'threads': threads, 'python': platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def processor():
    """Its name, where the system tells."""
    try:
        with open('/proc/cpuinfo', encoding='utf-8') as file:       # noqa: PTH123
            return next(line.split(':')[1].strip() for line in file if 'model name' in line)
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def parse(argv):
    """The arguments of the command line. UsageError for those that make no sense."""
    parser = Parser(description='Times training steps of this project, of others and of the limit, '
                                'in turn.')
    add = parser.add_argument
    add('--nets', type=names_of(PRESETS), metavar='LIST', help='presets of the DCGAN family '
        f'(default: {",".join(FULL["nets"])})')
    add('--batches', type=maps, metavar='LIST', help='numbers of images in a step (default: '
        f'{",".join(map(str, FULL["batches"]))})')
    add('--ways', type=names_of(WAYS), metavar='LIST', help='; '.join(
        f'{name}: {row.help}' for name, row in WAYS.items()) + ' (default: all)')
    add('--rounds', type=int, help=f'(default: {FULL["rounds"]})')
    add('--steps', type=int, default=STEPS, help='of each way in a round, a multiple of '
        f'{EVERY}, as some presets have a penalty in every fourth (default: {STEPS})')
    add('--threads', type=int, default=cores(), help='(default: one a core)')
    add('--quick', action='store_true', help='what is not said is less: --nets '
        f'{",".join(QUICK["nets"])} --batches 32 --rounds {QUICK["rounds"]} --ways '
        f'{",".join(QUICK["ways"])}')
    add('--out', metavar='FILE', help='a .json file with all figures')
    add('--plot', metavar='FILE', help='a .png file with a bar a way')
    args = parser.parse_args(argv)
    for name, value in (QUICK if args.quick else FULL).items():
        if getattr(args, name) is None:
            setattr(args, name, value)
    within('--rounds', args.rounds, 1, 1_000)
    within('--threads', args.threads, 1, 1_024)
    if args.steps < 1 or args.steps % EVERY:
        raise UsageError(f'--steps {args.steps}: expected a multiple of {EVERY}')
    check_ending('--out', args.out, '.json')
    check_ending('--plot', args.plot, '.png')
    return args


if __name__ == '__main__':
    sys.exit(exits.run(main))
