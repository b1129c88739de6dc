"""Tests what D has learnt, by a linear SVM on its features: python tools/features.py RUN --n 10000

This is the test of Radford et al. 2016, arXiv 1511.06434, section 5.1: how well can a linear
classifier tell the classes apart by the outputs of D's convolutions? The same SVM on raw pixels is
the baseline. A D without labels has never seen the classes. The D of a cgan or of an acgan has seen
them in its training, though it gets no labels here: compare its accuracy only with that of other
runs of its type.
"""

import math
import sys
import warnings
from typing import NamedTuple

import numpy as np

import _root  # noqa: F401
from dcgan_tf import bars, seeds
from dcgan_tf.cli import exits, trained
from dcgan_tf.cli.parser import SEEDS, Parser, add_data, add_json, check_file
from dcgan_tf.cli.paths import local_path
from dcgan_tf.cli.report import aligned, write_json
from dcgan_tf.data import DATASETS
from dcgan_tf.data.dataset import first_batch
from dcgan_tf.data.held_out import most, split
from dcgan_tf.errors import UsageError
from dcgan_tf.names import one_line
from dcgan_tf.run_folder import trained_weights

CS = (0.01, 0.1, 1.0, 10.0)   # weights of the SVM's errors, tried in order until accuracy falls
PART = 5                      # one of so many training pictures is used to choose C
CHUNK = 1_000                 # held-out pictures in memory at once, as floats


class Line(NamedTuple):
    """Holds one row of the table."""

    name: str
    numbers: int              # features of each picture
    train: int                # pictures
    held_out: int             # pictures
    c: float                  # the chosen one of CS
    accuracy: float           # share of held-out pictures whose class the SVM predicts


def main(argv=None):
    """Prints the table; returns the exit code."""
    args = parse(argv)
    run, = trained.open_runs([args.run], quiet=args.quiet)
    weights = trained_weights.of_run(run, args.checkpoint)
    train, test, what, reference = pictures(run, args)
    gan = trained.open_gan(weights)
    functions = {
        "D's features": lambda images: gan.discriminator_features(images, reference),
        'raw pixels': lambda images: images.reshape(len(images), -1) / np.float32(255.0)}
    with gan, bars.bar(total=len(functions) * (len(CS) + 2), desc='linear SVM', unit='part',
                       shown=not args.quiet, leave=False) as bar:
        lines = [try_features(name, function, train, test, args.seed, bar)
                 for name, function in functions.items()]
        step = gan.steps_done()
    size = f'{run.config.image_width}x{run.config.image_height}'
    heading = (f'{train.name} {size}: D of {one_line(run.name)}, step {step:,}, tried on '
               f'{len(test):,} {what}; a linear SVM learns from {len(train):,} others')
    print(heading, *aligned(table(lines)), sep='\n')
    write_json(args.json, [{'run': run.name, 'step': step, 'heading': heading,
                            **line._asdict()} for line in lines])
    return exits.DONE


def pictures(run, args):
    """Returns (training pictures, held-out pictures, a name of these, D's first batch).

    UsageError if there are fewer than two classes.
    """
    c = run.config
    if c.class_names:                                # else known when the data set is read
        check_classes(run, c.dataset, c.class_names)
    if c.dataset in DATASETS and run.n_images:
        most(c.dataset, run.n_images, args.data_dir or c.data_dir, c.hold_out)    # or UsageError
    data = trained.open_data(c, args, run)
    check_classes(run, data.name, data.class_names)
    train, test, what, _ = split(data, args.data_dir or c.data_dir, trained.image_format_of(c))
    order = seeds.generator(args.seed, 'features').permutation(len(train))
    train = train.take(order[:args.n])
    if len(np.unique(train.labels[part_of(train):])) < 2:
        raise UsageError(f'--n {args.n}: these pictures are of one class; take more, or another '
                         '--seed')
    first = first_batch(data.images, c)
    return train, test, what, first


def check_classes(run, name, class_names):
    """Raises UsageError if the data set of a run has fewer than two classes."""
    if len(class_names) < 2:
        raise UsageError(f'{run.path} was trained on {name} without labels: features are tried on '
                         'a data set of two classes or more')


def try_features(name, function, train, test, seed, bar):
    """Trains and tests the SVM; returns its Line.   function: uint8 [N, H, W, C] -> float32 [N, F]

    The features are scaled to mean 0 and variance 1 / F: then each row has a length of about 1, and
    the same list CS suits all features.
    """
    from sklearn.preprocessing import StandardScaler
    x = function(train.images)
    scaler = StandardScaler(copy=False).fit(x)
    scaler.scale_ *= math.sqrt(x.shape[1])
    x = scaler.transform(x)
    bar.update()
    c = best_c(x, train.labels, part_of(train), seed, bar.update)
    svm = fit_svm(x, train.labels, c, seed)
    predicted = [svm.predict(scaler.transform(function(test.images[i:i + CHUNK])))
                 for i in range(0, len(test), CHUNK)]
    bar.update()
    accuracy = float((np.concatenate(predicted) == test.labels).mean())
    return Line(name, x.shape[1], len(train), len(test), c, accuracy)


def best_c(x, labels, part, seed, tick):
    """Returns the C with which an SVM of the other rows is most accurate on the first `part`."""
    best, best_accuracy = CS[0], -1.0
    for c in CS:
        accuracy = fit_svm(x[part:], labels[part:], c, seed).score(x[:part], labels[:part])
        tick()
        if accuracy < best_accuracy:
            break
        if accuracy > best_accuracy:
            best, best_accuracy = c, accuracy
    return best


def fit_svm(x, labels, c, seed):
    """Returns the SVM that minimises |w|^2 / 2 + C sum max(0, 1 - t w x)^2 for each class.

    t is 1 or -1. The dual form is solved, which is several times faster here than the primal one,
    to a tolerance below which the accuracy stays the same. An SVM that has not converged is used
    as it is.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.svm import LinearSVC
    with warnings.catch_warnings():
        warnings.simplefilter('ignore', ConvergenceWarning)
        svm = LinearSVC(C=c, dual=True, tol=0.1, random_state=seeds.derive(seed, 'svm'))
        return svm.fit(x, labels)


def part_of(train):
    """Returns how many of the training pictures, the first ones, are used to choose C."""
    return max(1, len(train) // PART)


def table(lines):
    """Yields the cells of the table, row by row; the heads come first."""
    yield ['', 'training pictures', 'held-out pictures', 'accuracy']
    for line in lines:
        yield [f'{line.name} ({line.numbers:,})', f'{line.train:,}', f'{line.held_out:,}',
               f'{line.accuracy:.2%}']


def parse(argv):
    """Reads the command line. UsageError for wrong arguments."""
    parser = Parser(description='Tests how well a linear SVM tells classes apart by D\'s '
                    'features.')
    parser.add_argument('run', type=local_path, metavar='RUN', help='a run folder of main1.py')
    trained.add_checkpoint(parser)
    parser.add_argument('--n', type=int, default=10_000, help='number of pictures that the SVM '
                        'learns from, at most (default: 10000)')
    parser.add_argument('--seed', type=int, default=0, help='seed of their choice (default: 0)')
    add_json(parser)
    add_data(parser)
    parser.add_argument('--quiet', action='store_true', help='no progress bar, and '
                        'no line about a run of another version')
    args = parser.parse_args(argv, n=(10, 1_000_000), seed=SEEDS)
    check_file('--json', args.json)
    return args


if __name__ == '__main__':
    sys.exit(exits.run(main))
