"""How good are the pictures of runs: python tools/evaluate.py RUN [RUN ...] --n 10000"""

import math
import sys
from typing import NamedTuple

import _root  # noqa: F401
from dcgan_tf.cli import exits, trained
from dcgan_tf.cli.judging import open_judge
from dcgan_tf.cli.parser import MOST_SEED, Parser, within
from dcgan_tf.cli.report import aligned, check_folder, write_json
from dcgan_tf.config import METRICS, listed
from dcgan_tf.errors import UsageError
from dcgan_tf.training import run_folder


class Line(NamedTuple):
    """A row of the table."""

    name: str
    step: int | None          # None: real pictures
    figures: dict             # name -> Estimate
    heading: str              # data, features, numbers: what the figures depend on


def main(argv=None):
    """Prints one table a data set; returns the exit code."""
    words = parse(argv)
    runs = [run_folder.open_run(path) for path in words.runs]
    for run in runs:
        trained.place(run, words.checkpoint)           # all that is missing is told before hours
    names, lines = trained.names(runs), []
    for group in by_data(runs):
        of_group = judged(group, names, words)
        print(of_group[0].heading, *table(of_group), sep='\n', flush=True)
        lines += of_group
    if words.json:
        write_json(words.json, as_json(lines))
    return exits.DONE


def judged(runs, names, words):
    """The lines of runs that learnt from one data set, and of real pictures as the floor."""
    config = runs[0].config
    data = trained.open_data(runs[0], data_dir=words.data_dir, cache=words.cache_folder)
    with open_judge(config, data, n=words.n, cache=words.cache_folder, data_dir=words.data_dir,
                    features=words.features, weights=words.inception, metrics=words.metrics,
                    progress=not words.quiet) as judge:
        heading = (f'{data.name} {config.image_width}x{config.image_height}: '
                   f'{judge.note(words.n)}')
        lines = [Line(names[run], *sampled(run, judge, words), heading) for run in runs]
        n, floor = judge.floor()
        return [*lines, Line(f'train against test, {n:,}', None, floor, heading)]


def sampled(run, judge, words):
    """-> (step, figures) of a run's weights."""
    from dcgan_tf.training import samples  # loads OpenCV
    _, gan = trained.open_gan(str(run.path), words.checkpoint)
    with gan:
        images = samples.draw(gan.generate_images, gan.config, words.seed, judge.labels(words.n))
        return gan.steps_done(), judge(images)


def by_data(runs):
    """Lists of runs of one data set and one size of pictures."""
    groups = {}
    for run in runs:
        key = (str(run.record.get('data')), trained.fit_of(run.config))
        groups.setdefault(key, []).append(run)
    return list(groups.values())


def table(lines):
    """Aligned text: a line a run, a column a figure."""
    names = list(dict.fromkeys(name for line in lines for name in line.figures))
    cells = [['', 'step', *names]]
    for line in lines:
        figures = [shown(line.figures[name]) if name in line.figures else '-' for name in names]
        cells.append([line.name, '-' if line.step is None else f'{line.step:,}', *figures])
    return aligned(cells)


def shown(estimate):
    """Four digits, and the error where there is one."""
    error = f'±{estimate.error:.1g}' if math.isfinite(estimate.error) else ''
    return f'{estimate.value:.4g}{error}'


def as_json(lines):
    """The same as dictionaries."""
    return [{'run': line.name, 'step': line.step, 'heading': line.heading, 'figures': {
        name: {'value': e.value, 'error': e.error if math.isfinite(e.error) else None}
        for name, e in line.figures.items()}}
        for line in lines]


def parse(argv):
    """The words of the command line. UsageError for those that make no sense."""
    parser = Parser(description='Compares generated pictures with real ones that were held out.')
    parser.add_argument('runs', nargs='+', metavar='RUN', help='run folders of main1.py')
    trained.add_checkpoint(parser)
    parser.add_argument('--n', type=int, default=10_000, help='samples of each run, and real '
                        'pictures at most (default: 10000)')
    parser.add_argument('--features', help='classifier, random, pixels or inception (default: '
                        'classifier, where the data set has labels, else random)')
    parser.add_argument('--inception', metavar='FILE', help='the network of --features inception: '
                        'classify_image_graph_def.pb or Keras\'s inception_v3_weights_...h5')
    parser.add_argument('--metrics', help=f'a list of {",".join(METRICS)} (default: all)')
    parser.add_argument('--seed', type=int, default=0, help='of the first sample (default: 0)')
    parser.add_argument('--json', metavar='FILE', help='the same figures, for programs')
    parser.add_argument('--data-dir', help='where the data set is (default: as in the run)')
    parser.add_argument('--cache-folder', default='cache', help='where the classifier is kept for '
                        'the next time (default: cache)')
    parser.add_argument('--quiet', action='store_true', help='no progress bar')
    words = parser.parse_args(argv)
    within('--n', words.n, 2, 1_000_000)
    within('--seed', words.seed, 0, MOST_SEED)
    check_folder(words.json)
    words.metrics = listed(words.metrics)
    unknown = set(words.metrics) - set(METRICS)
    if unknown:
        raise UsageError(f'--metrics {", ".join(sorted(unknown))}: expected a list of '
                         f'{", ".join(METRICS)}')
    return words


if __name__ == '__main__':
    sys.exit(exits.run(main))
