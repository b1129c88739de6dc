"""How good are the pictures of runs: python tools/evaluate.py RUN [RUN ...] --n 10000"""

import math
import sys
from typing import NamedTuple

import _root  # noqa: F401
from dcgan_tf.cli import exits, trained
from dcgan_tf.cli.evaluating import open_evaluator, real_pictures
from dcgan_tf.cli.parser import MAX_SEED, Parser, add_cache_folder, within
from dcgan_tf.cli.report import aligned, check_json, write_json
from dcgan_tf.config import METRICS, listed
from dcgan_tf.errors import UsageError
from dcgan_tf.run_folder import run_folder


class Line(NamedTuple):
    """A row of the table."""

    name: str
    step: int | None          # None: real pictures
    metrics: dict             # name -> Estimate
    details: dict             # what else came with them
    heading: str              # data, features, numbers: what the figures depend on
    company: dict             # the same, and the samples' first seed, for programs


def main(argv=None):
    """Prints one table a data set; returns the exit code."""
    args = parse(argv)
    runs = [run_folder.open_run(path) for path in args.runs]
    for run in runs:
        trained.place(run, args.checkpoint)            # all that is missing is told before hours
    groups = [(group, opened(group[0], args)) for group in by_data(runs)]
    names, lines = trained.names(runs), []
    for group, real in groups:
        of_group = evaluated(group, real, names, args)
        print(of_group[0].heading, *table(of_group), sep='\n', flush=True)
        lines += of_group
    if args.json:
        write_json(args.json, as_json(lines))
    return exits.DONE


def opened(run, args):
    """The pictures that a run learnt from, and those held out."""
    data = trained.open_data(run, data_dir=args.data_dir, cache=args.cache_folder)
    return real_pictures(run.config, data, n=args.n, metrics=args.metrics,
                         data_dir=args.data_dir)


def evaluated(runs, real, names, args):
    """The lines of runs that learnt from one data set, and of real pictures as the baseline."""
    with open_evaluator(runs[0].config, real, n=args.n, cache=args.cache_folder,
                        features=args.features, weights=args.inception, metrics=args.metrics,
                        progress=not args.quiet) as evaluator:
        height, width = real.test.images.shape[1:3]
        heading = f'{real.train.name} {width}x{height}: {evaluator.note}'
        company = {'data': real.train.name, 'width': width, 'height': height,
                   'features': evaluator.features.name,
                   'classifier_accuracy': evaluator.features.accuracy,
                   'samples': evaluator.n, 'real': evaluator.n, 'split': evaluator.split}
        lines = [Line(names[run], *sampled(run, evaluator, args), heading,
                      {**company, 'seed': args.seed}) for run in runs]
        return [*lines, Line(f'train against test, {evaluator.n:,}', None, *evaluator.baseline,
                             heading, {**company, 'seed': None})]


def sampled(run, evaluator, args):
    """-> (step, metrics, details) of a run's weights."""
    from dcgan_tf.run_folder import samples  # loads OpenCV
    gan = trained.open_gan(trained.of_run(run, args.checkpoint))
    with gan:
        images = samples.draw(gan.generate_images, gan.config, args.seed,
                              evaluator.labels(evaluator.n))
        return gan.steps_done(), *evaluator.evaluate(images)


def by_data(runs):
    """Lists of runs of one data set and one size of pictures."""
    groups = {}
    for run in runs:
        key = (str(run.record.get('data')), trained.image_format_of(run.config))
        groups.setdefault(key, []).append(run)
    return list(groups.values())


def table(lines):
    """Aligned text: a line a run, a column a figure."""
    names = list(dict.fromkeys(name for line in lines for name in line.metrics))
    cells = [['', 'step', *names]]
    for line in lines:
        metrics = [shown(line.metrics[name]) if name in line.metrics else '-' for name in names]
        cells.append([line.name, '-' if line.step is None else f'{line.step:,}', *metrics])
    return aligned(cells)


def shown(estimate):
    """Four digits, and the error where there is one."""
    error = f'±{estimate.error:.1g}' if math.isfinite(estimate.error) else ''
    return f'{estimate.value:.4g}{error}'


def as_json(lines):
    """The same as dictionaries."""
    return [{'run': line.name, 'step': line.step, 'heading': line.heading, **line.company,
             'figures': {
                 name: {'value': e.value, 'error': e.error if math.isfinite(e.error) else None}
                 for name, e in line.metrics.items()},
             'details': line.details}
            for line in lines]


def parse(argv):
    """The arguments of the command line. UsageError for those that make no sense."""
    parser = Parser(description='Compares generated pictures with real ones that were held out.')
    parser.add_argument('runs', nargs='+', metavar='RUN', help='run folders of main1.py')
    trained.add_checkpoint(parser)
    parser.add_argument('--n', type=int, default=10_000, help='samples of each run, held-out '
                        'and training pictures: as many of each, fewer where the data set has no '
                        'more (default: 10000)')
    parser.add_argument('--features', help='classifier, random, pixels or inception (default: '
                        'classifier, where the data set has labels, else random)')
    parser.add_argument('--inception', metavar='FILE', help='the network of --features inception: '
                        'classify_image_graph_def.pb or Keras\'s inception_v3_weights_...h5')
    parser.add_argument('--metrics', help=f'a list of {",".join(METRICS)} (default: all)')
    parser.add_argument('--seed', type=int, default=0, help='of the first sample; the next '
                        'has the next (default: 0)')
    parser.add_argument('--json', metavar='FILE', help='the same figures, for programs')
    parser.add_argument('--data-dir', help='where the data set is (default: as in the run)')
    add_cache_folder(parser)
    parser.add_argument('--quiet', action='store_true', help='no progress bar')
    args = parser.parse_args(argv)
    within('--n', args.n, 2, 1_000_000)
    within('--seed', args.seed, 0, MAX_SEED)
    check_json(args.json)
    args.metrics = listed(args.metrics)
    unknown = set(args.metrics) - set(METRICS)
    if unknown:
        raise UsageError(f'--metrics {", ".join(sorted(unknown))}: expected a list of '
                         f'{", ".join(METRICS)}')
    return args


if __name__ == '__main__':
    sys.exit(exits.run(main))
