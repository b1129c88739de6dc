"""Measures the quality of pictures: dcgan-tf evaluate RUN [RUN ...] --n 10000"""

from dcgan_tf import program
from dcgan_tf.arguments import check_row
from dcgan_tf.cli import evaluation_table, exits, trained
from dcgan_tf.cli.evaluation_table import Line
from dcgan_tf.cli.parser import Parser, add_data, add_json, check_file
from dcgan_tf.cli.paths import local_path
from dcgan_tf.cli.readers import SEEDS
from dcgan_tf.cli.report import write_json
from dcgan_tf.config import (
    METRICS,
    check_features,
    check_metrics_of_type,
    default_features,
    listed,
)
from dcgan_tf.data import DATASETS, image_format_of
from dcgan_tf.errors import UsageError
from dcgan_tf.evaluating import check, measure, open_evaluator, real_pictures
from dcgan_tf.metrics import need_samples
from dcgan_tf.run_folder import run_names, trained_weights

EXAMPLES = {                                            # after the name of the program
    'RUN': 'all metrics, by 10,000 samples: minutes',
    'RUN RUN2 --metrics frechet,recall --n 2000': 'two runs, sooner and less exactly',
}


def main(argv=None):
    """Prints one table for each data set; returns the exit code."""
    args = parse(argv)
    runs = trained.open_runs(args.runs, quiet=args.quiet)
    for run in runs:
        trained_weights.of_run(run, args.checkpoint, args.trust)    # UsageError now, not in hours
        check_data(run, args)
    groups = [(group, load_real(group[0], args)) for group in by_data(runs)]
    names, lines = run_names.different(runs), []
    for group, real in groups:
        group_lines = evaluate(group, real, names, args)
        print(group_lines[0].heading, *evaluation_table.metrics(group_lines), sep='\n', flush=True)
        for line in group_lines:
            print(*evaluation_table.codes(line, group[0].config.class_names), sep='\n',
                  end='')
        lines += group_lines
    write_json(args.json, evaluation_table.as_json(lines))
    return exits.DONE


def check_data(run, args):
    """Raises UsageError for metrics that the data set of a run cannot have, before it is read."""
    c, n = run.config, run.n_images
    check_metrics_of_type(c, *args.metrics)
    if args.features and args.metrics and not need_samples(args.metrics):
        raise UsageError(f'--features {args.features}: {", ".join(args.metrics)} needs no features')
    trained.check_data_dir(c.dataset, args.data_dir)
    known = default_features(c.class_names) if c.class_names else None    # older runs have no names
    if n and c.dataset in DATASETS:
        check(c, args.metrics, n=args.n, n_data=n, cache=args.cache_folder,
              features=args.features or known, data_dir=args.data_dir)


def load_real(run, args):
    """Returns the pictures that a run has learnt and the held-out ones, as a Split."""
    data = trained.open_data(run.config, args, run)
    return real_pictures(run.config, data, n=args.n, metrics=args.metrics,
                         features=args.features, data_dir=args.data_dir)


def evaluate(runs, real, names, args):
    """Returns the Lines of runs with one data set, and of real pictures as the baseline."""
    with open_evaluator(runs[0].config, real, n=args.n, cache=args.cache_folder,
                        features=args.features, weights=args.inception, metrics=args.metrics,
                        encoder=any(run.config.encodes for run in runs),
                        progress=not args.quiet) as evaluator:
        height, width = real.test.images.shape[1:3]
        heading = f'{real.train.name} {width}x{height}: {evaluator.note}'
        conditions = {'data': real.train.name, 'width': width, 'height': height,
                      'features': evaluator.features.name,
                      'classifier_accuracy': evaluator.features.accuracy,
                      'samples': evaluator.n_samples, 'real': evaluator.n, 'split': evaluator.split,
                      'hold_out': runs[0].config.hold_out}
        lines = [Line(names[run], *measured(run, evaluator, args), heading,
                      {**conditions, 'seed': args.seed}) for run in runs]
        return [*lines, Line(f'train against test, {evaluator.n:,}', None, *evaluator.baseline,
                             heading, {**conditions, 'seed': None})]


def measured(run, evaluator, args):
    """Draws samples of a run and measures them; returns (step, metrics, details)."""
    with trained.open_gan(trained_weights.of_run(run, args.checkpoint, args.trust)) as gan:
        return gan.steps_done(), *measure(gan, evaluator, args.seed)


def by_data(runs):
    """Returns lists of runs that have the same data set, size of pictures and held-out pictures."""
    groups = {}
    for run in runs:
        key = (str(run.record.get('data')), image_format_of(run.config),
               run.config.hold_out)
        groups.setdefault(key, []).append(run)
    return list(groups.values())


def parse(argv):
    """Reads the command line. UsageError for wrong arguments."""
    parser = Parser(description='Compares generated pictures with real ones that were held out.',
                    examples=EXAMPLES)
    parser.add_argument('runs', nargs='+', type=local_path, metavar='RUN',
                        help=f'run folders of {program.command("train")}')
    group = parser.add_argument_group('what is measured')
    group.add_argument('--n', type=int, default=10_000, help='number of samples of '
                       'each run, and of held-out and training pictures; fewer if the data set '
                       'is smaller (default: 10000)')
    group.add_argument('--features', help='what stands for a picture: classifier, '
                       'random, pixels or inception (default: classifier if the data set has '
                       'labels, else random)')
    group.add_argument('--inception', type=local_path, metavar='FILE',
                       help='the file of --features inception: '
                       'classify_image_graph_def.pb or Keras\'s inception_v3_weights_...h5')
    slow = ', '.join(name for name, row in METRICS.items() if row.named)
    group.add_argument('--metrics', metavar='NAME,NAME',
                       help=f'a list of {", ".join(METRICS)} (default: all but {slow})')
    group.add_argument('--seed', type=int, default=0, help='seed of the first sample; each '
                       'of the others has the next seed (default: 0)')
    group = parser.add_argument_group('the report')
    add_json(group)
    group.add_argument('--quiet', action='store_true', help='no progress bar, and '
                       'no line about runs of another version')
    add_data(parser)
    trained.add_checkpoint(parser)
    args = parser.parse_args(argv, n=(2, 1_000_000), seed=SEEDS)
    check_file('--json', args.json)
    if args.features or args.inception:
        check_features(args.features, args.inception)
    args.metrics = listed(args.metrics)
    for name in args.metrics:
        check_row('metric', name, METRICS, '--metrics')
    return args
