"""Writes the rows of a table that compares trained systems: docs/family.md.

    python experiments/family_table.py RUN [RUN ...] --cache-folder cache > table.md
    python experiments/family_table.py RUN --no-head           # one more row

It trains nothing: each RUN is a finished run folder, and its newest checkpoint is measured as
tools/evaluate.py does it, with 10,000 samples. A dash stands for what a system without an encoder
has not. The last row has real pictures in the place of samples, and pixels in the place of codes.
The time of a step is the median of those in log.csv. Needs the data of the runs; the classifier of
the distances is trained once and kept in --cache-folder. Time: about two minutes a run on two
cores.
"""

import argparse
import contextlib
import json
import pathlib
import statistics
import sys
import tempfile
from collections.abc import Callable
from typing import NamedTuple

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from dcgan_tf.cli import exits
from dcgan_tf.commands import evaluate
from dcgan_tf.config import METRICS, PENALTIES
from dcgan_tf.run_folder import run_folder
from dcgan_tf.run_folder.tables import loss_csv


class Column(NamedTuple):
    """Describes a column of metrics: the head, and how a value is written."""

    head: str
    text: Callable


COLUMNS = {
    'frechet':              Column('Frechet distance', '{:.2f}'.format),
    'precision':            Column('precision', '{:.3f}'.format),
    'recall':               Column('recall', '{:.3f}'.format),
    'reconstruction_ratio': Column('reconstruction ratio', '{:.3f}'.format),
    'psnr':                 Column('PSNR, dB', '{:.1f}'.format),
    'reconstruction_accuracy': Column('class kept', '{:.1%}'.format),
    'code_neighbour':       Column('1-NN of codes', '{:.1%}'.format),
}
HEAD = ('type', 'steps', 'seed', *(column.head for column in COLUMNS.values()), 'ms a step')


def main(argv=None):
    """Prints the table; returns the exit code."""
    args = parse(argv)
    if not args.no_head:
        print(line(HEAD), line(['---'] * len(HEAD)), sep='\n', flush=True)
    real = {}                       # a run without an encoder has fewer
    for path in args.runs:
        config, log = about(path)
        trained, baseline = measured(path, config, args)
        real.update(baseline['figures'])
        print(line(cells_of_run(config, trained, log)), flush=True)
    if not args.no_head:
        print(line(['real pictures', '-', '-', *cells(real), '-']))
    return exits.DONE


def about(path):
    """Returns (the Config of a run, the rows of its log.csv)."""
    run = run_folder.open_run(str(path))
    return run.config, loss_csv.read(run.log)


def measured(path, config, args):
    """Returns what evaluate.py writes of a run and of real pictures, as two dictionaries."""
    names = [name for name in COLUMNS if config.encodes or not METRICS[name].encoder]
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(sys.stderr):
        file = pathlib.Path(folder, 'figures.json')
        words = [path, '--n', args.n, '--metrics', ','.join(names), '--json', file,
                 '--cache-folder', args.cache_folder,
                 *(['--data-dir', args.data_dir] if args.data_dir else [])]
        evaluate.main(list(map(str, words)))
        return json.loads(file.read_text())


def cells_of_run(config, trained, log):
    """Returns the cells of the row of a run.   trained: of `measured`. log: rows of log.csv."""
    rates = [row['images_per_second'] for row in log if row['images_per_second'] > 0]
    step = f'{1000 * config.images_per_step / statistics.median(rates):.0f}' if rates else '-'
    penalty = f', {config.penalty}' if PENALTIES[config.penalty].encoder else ''
    return [config.type + penalty, f'{trained["step"]:,}', str(config.seed),
            *cells(trained['figures']), step]


def cells(figures):
    """Returns a cell for each of COLUMNS: of a figure, or a dash where there is none."""
    return [column.text(figures[name]['value']) if name in figures else '-'
            for name, column in COLUMNS.items()]


def line(cells):
    """Returns a row of a table in Markdown."""
    return f'| {" | ".join(cells)} |'


def parse(argv):
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition('\n')[0])
    parser.add_argument('runs', nargs='+', type=pathlib.Path, metavar='RUN')
    parser.add_argument('--n', type=int, default=10_000, help='samples and pictures that are '
                        'compared (default: 10000)')
    parser.add_argument('--cache-folder', default='cache', help='where the classifier is kept '
                        '(default: cache)')
    parser.add_argument('--data-dir', help='where the data is now, if it was moved')
    parser.add_argument('--no-head', action='store_true', help='print the rows of the runs alone')
    return parser.parse_args(argv)


if __name__ == '__main__':
    sys.exit(exits.run(main))
