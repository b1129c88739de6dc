"""Times training steps of this project and of others: python tools/benchmark.py --out result.json

The same network, batch and number of threads is trained by this project, by a plain TensorFlow
graph, by Keras and by PyTorch, in turn. The limit is timed, too: the convolutions and matrix
products of a step alone.
"""

import dataclasses
import platform
import statistics
import sys
from importlib import metadata

import _root  # noqa: F401
from dcgan_tf import bars, portable
from dcgan_tf.cli import exits
from dcgan_tf.cli.parser import Parser, check_ending
from dcgan_tf.cli.paths import local_path
from dcgan_tf.cli.readers import maps, names_of
from dcgan_tf.cli.report import aligned, write_json
from dcgan_tf.config import PRESETS, preset
from dcgan_tf.errors import RunError, UsageError
from peers import LIMIT, OURS, PEAK, WAYS, picture, race

FULL = {'nets': ('main1', 'dcgan28', 'folder_classic'), 'batches': (32, 128), 'rounds': 7,
        'ways': tuple(WAYS)}
QUICK = {'nets': ('main1', 'dcgan28'), 'batches': (32,), 'rounds': 3,
         'ways': (PEAK, LIMIT, OURS, 'plain', 'keras', 'torch_last')}
STEPS, EVERY = 8, 4           # steps in a round: a multiple of the steps between two penalties
IMAGES = 512                  # generated at once
PACKAGES = ('tensorflow', 'keras', 'torch', 'numpy')


@dataclasses.dataclass
class TimingRow:
    """Holds one line of a table. Times are medians of the rounds; None = not measured."""

    net: str
    batch: int
    way: str
    ms: float                         # milliseconds in a training step
    images_per_second: float
    of_limit: float | None            # time of the limit in this precision / this time
    to_ours: float | None             # this time / time of this project
    generated_per_second: float | None
    first_step: float                 # seconds from a process's start to its first step's end
    memory: float                     # peak in GB
    rounds: list                      # milliseconds in a step, of each round


def main(argv=None):
    """Prints a table for each network and batch, writes the files; returns the exit code."""
    args = parse(argv)
    ways, about, rows = runnable(args.ways), machine(args.threads), []
    print(', '.join(f'{name} {value}' for name, value in about.items()))
    for name in args.nets:
        for batch in args.batches:
            found = measured(name, batch, ways, args)
            print(f'\n{name}, batch {batch}: medians of {args.rounds} rounds of {args.steps} '
                  'steps', *aligned(table(found)), sep='\n', flush=True)
            rows += found
            write_results(args, about, rows)
    return exits.DONE


def write_results(args, about, rows):
    """Writes the results so far into the files of --out and --plot: the rest may take hours."""
    write_json(args.out, [{**about, **dataclasses.asdict(row)} for row in rows], '--out')
    if args.plot:
        picture.write(args.plot, rows)


def runnable(ways):
    """Returns the ways that can run here; prints why the others cannot."""
    missing = {way: WAYS[way].missing for way in ways}
    for way, reason in missing.items():
        if reason:
            print(f'{way} is left out: {reason}')
    return [way for way, reason in missing.items() if not reason]


def measured(name, batch, ways, args):
    """Times all ways for a network and batch; returns their TimingRows, the fastest first."""
    config, racers = preset(name, batch_size=batch), {}
    steps = len(ways) * (args.rounds + 1)
    with bars.bar(total=steps, desc=f'{name} {batch}', leave=False, shown=None) as bar:
        for way in ways:
            try:
                racers[way] = race.Racer(way, config, args.threads)
            except RuntimeError as error:
                bar.print_line(f'{way} is left out: {error}')
            bar.update()
        if not racers:
            raise RunError(f'{name}, batch {batch}: nothing is left to be timed')
        times = race.race(racers, args.rounds, args.steps, IMAGES, bar.update)
    return sorted((row_of(name, batch, way, times) for way in times), key=lambda row: row.ms)


def row_of(name, batch, way, times):
    """Returns the TimingRow of one way. times: {way: Times} of all."""
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
    """Yields the cells of a table, row by row."""
    yield ('way', 'ms a step', 'images/s', 'of the limit', 'time / ours', 'generated/s',
           'first step', 'memory')
    for row in rows:
        yield (row.way, f'{row.ms:.1f}', f'{row.images_per_second:.0f}',
               _format(row.of_limit, '.0%'), _format(row.to_ours, '.2f'),
               _format(row.generated_per_second, '.0f'),
               f'{row.first_step:.1f} s', f'{row.memory:.2f} GB')


def _format(value, spec):
    return '' if value is None else format(value, spec)


def machine(threads):
    """Returns what the results depend on: {name: value} of the machine and the packages."""
    facts = {'processor': processor(), 'threads': threads, 'python': platform.python_version()}
    for package in PACKAGES:
        try:
            facts[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return facts


def processor():
    """Returns the name of the processor, as far as the system knows it."""
    try:
        with open('/proc/cpuinfo', encoding='utf-8') as file:       # noqa: PTH123
            return next(line.split(':')[1].strip() for line in file if 'model name' in line)
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def parse(argv):
    """Reads the command line. UsageError for wrong arguments."""
    parser = Parser(description='Times training steps of this project, of other programs and of '
                                'the limit, in turn.')
    add = parser.add_argument
    add('--nets', type=names_of(PRESETS), metavar='NAME,NAME', help='presets of the DCGAN family '
        f'(default: {",".join(FULL["nets"])})')
    add('--batches', type=maps, metavar='N,N', help='images in a step (default: '
        f'{",".join(map(str, FULL["batches"]))})')
    add('--ways', type=names_of(WAYS), metavar='NAME,NAME', help='; '.join(
        f'{name}: {row.help}' for name, row in WAYS.items()) + ' (default: all)')
    add('--rounds', type=int, help='in each round every way trains some steps (default: '
        f'{FULL["rounds"]})')
    add('--steps', type=int, default=STEPS, help='steps of each way in a round, a multiple '
        f'of {EVERY}: some presets have a penalty in every fourth step (default: {STEPS})')
    add('--threads', type=int, default=portable.cores(),
        help='CPU threads (default: one for each core)')
    add('--quick', action='store_true', help='smaller defaults: --nets '
        f'{",".join(QUICK["nets"])} --batches 32 --rounds {QUICK["rounds"]} --ways '
        f'{",".join(QUICK["ways"])}')
    add('--out', type=local_path, metavar='FILE', help='write all results to a .json file')
    add('--plot', type=local_path, metavar='FILE', help='write a .png file with a bar for each way')
    args = parser.parse_args(argv, rounds=(1, 1_000), threads=(1, 1_024))
    for name, value in (QUICK if args.quick else FULL).items():
        if getattr(args, name) is None:
            setattr(args, name, value)
    if args.steps < 1 or args.steps % EVERY:
        raise UsageError(f'--steps {args.steps}: expected a multiple of {EVERY}')
    check_ending('--out', args.out, '.json')
    check_ending('--plot', args.plot, '.png')
    return args


if __name__ == '__main__':
    sys.exit(exits.run(main))
