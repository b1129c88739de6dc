"""Times a training step of the presets, all rows in turn: tables of docs/presets.md and speed.md.

    python experiments/step_times.py                                # "How long a step takes"
    python experiments/step_times.py --rows dcgan64 --batch 32      # that of "in another run"
    python experiments/step_times.py --rows dcgan28,keras_mnist --batch 32 --rounds 12
    python experiments/step_times.py --family --rounds 9            # the types of docs/family.md
    python experiments/step_times.py --onednn --rounds 9            # with and without oneDNN

It needs no data: the images are noise. Each row has a process, so all rows together need 12 GB.
Time: not recorded.
"""

import argparse
import os
import pathlib
import statistics
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / 'tools')]

from dcgan_tf import portable
from dcgan_tf.config import TYPES, has_amx, preset
from peers import OURS, race

DIGITS = {'class_names': tuple('0123456789')}
ROWS = {                        # name -> preset, other options, is it timed in bfloat16, too?
    'dcgan28':                  ('dcgan28', {}, True),
    'dcgan28 --check-numerics': ('dcgan28', {'check_numerics': True}, False),
    'dcgan28 --type cgan':      ('dcgan28', {'type': 'cgan', **DIGITS}, False),
    'main1':                    ('main1', {}, True),
    'keras_mnist':              ('keras_mnist', {}, False),
    'upsample_mnist':           ('upsample_mnist', {}, False),
    'folder':                   ('folder', {}, True),
    'folder_classic':           ('folder_classic', {}, True),
    'cifar10':                  ('cifar10', {}, True),
    'cifar10_classic':          ('cifar10_classic', {}, True),
    'dcgan64':                  ('dcgan64', {}, False),
    'infogan_mnist':            ('infogan_mnist', {}, False),
}
PRESETS = [name for name in ROWS if name not in ('dcgan64', 'infogan_mnist')]
FAMILY = {                      # the rows of docs/family.md: a type, or its name there -> options
    **{name: {'type': name} for name in TYPES},
    'mode_regularised': {'penalty': 'mode_regularised'},
    'a VAE': {'type': 'vae_gan', 'gamma': 1.0, 'feature_layer': 0},
}
ROWS |= {name: ('dcgan28', {**DIGITS, **options}, False) for name, options in FAMILY.items()}
ONEDNN = ('dcgan28', 'main1', 'cifar10_classic', 'folder_classic', 'infogan_mnist')
SWITCH = 'TF_ENABLE_ONEDNN_OPTS'


def main(argv=None):
    """Prints a table; returns the exit code."""
    args = parse(argv)
    if args.onednn:
        print('preset, batch, old ms, new ms, new / old (least, most)')
        for name in args.rows:
            print(onednn_row(name, args), flush=True)
    else:
        print('preset, batch, ms a step, ms with --precision bfloat16')
        print(*preset_rows(args), sep='\n')
    return 0


def preset_rows(args):
    """Yields a line for each row; all rows are timed in turn."""
    kinds = [(name, precision) for name in args.rows for precision in ('float32', 'bfloat16')
             if precision == 'float32' or (ROWS[name][2] and has_amx())]
    racers = {kind: racer(config_of(*kind, args), args.threads) for kind in kinds}
    times = seconds(racers, args)
    for name in args.rows:
        found = [f'{1e3 * statistics.median(times[kind]):.0f}' for kind in kinds if kind[0] == name]
        batch = config_of(name, 'float32', args).batch_size
        yield ', '.join([name, str(batch), *found])


def onednn_row(name, args):
    """Returns the line of a preset, whose steps are timed with and without oneDNN, in turn."""
    config = config_of(name, 'float32', args)
    racers = {}
    for value in '01':
        os.environ[SWITCH] = value               # the process that starts now takes it
        racers[value] = racer(config, args.threads)
    times = seconds(racers, args)
    ratios = [new / old for old, new in zip(times['0'], times['1'], strict=True)]
    old, new = (1e3 * statistics.median(times[value]) for value in '01')
    return (f'{name}, {config.batch_size}, {old:.0f}, {new:.0f}, {statistics.median(ratios):.2f} '
            f'({min(ratios):.2f}, {max(ratios):.2f})')


def config_of(name, precision, args):
    """Returns the Config of a row."""
    row, changes, _ = ROWS[name]
    batch = {'batch_size': args.batch} if args.batch else {}
    return preset(row, precision=precision, **changes, **batch)


def racer(config, threads):
    """Starts a process that trains with this Config."""
    return race.Racer(OURS, config, threads)


def seconds(racers, args):
    """Returns {name: seconds of a step in each round}, and ends the processes."""
    times = {name: [] for name in racers}
    for _ in range(args.rounds):
        for name, each in racers.items():
            times[name].append(each.seconds('step', args.steps) / args.steps)
    for each in racers.values():
        each.close()
    return times


def parse(argv):
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition('\n')[0])
    add = parser.add_argument
    add('--rows', type=lambda text: text.split(','), help=f'of {", ".join(ROWS)} (default: '
        f'{", ".join(PRESETS)}; with --onednn, five presets)')
    add('--family', action='store_const', dest='rows', const=[*FAMILY], help='the rows '
        f'{", ".join(FAMILY)}')
    add('--onednn', action='store_true', help=f'compare {SWITCH}=1 with 0')
    add('--batch', type=int, help="images in a step (default: the preset's)")
    add('--rounds', type=int, default=5, help='(default: 5)')
    add('--steps', type=int, default=4, help='of each row in a round, a multiple of 4 (default: 4)')
    add('--threads', type=int, default=portable.cores(), help='(default: one for each core)')
    args = parser.parse_args(argv)
    args.rows = args.rows or (ONEDNN if args.onednn else PRESETS)
    if unknown := set(args.rows) - set(ROWS):
        parser.error(f'--rows {", ".join(unknown)}: expected some of {", ".join(ROWS)}')
    return args


if __name__ == '__main__':
    sys.exit(main())
