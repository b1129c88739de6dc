"""Tests what the networks have learnt, by a linear SVM: dcgan-tf features RUN --n 10000

This is the test of Radford et al. 2016, arXiv 1511.06434, section 5.1: how well can a linear
classifier tell the classes apart by the outputs of D's convolutions? The same SVM on raw pixels is
the baseline. A D without labels has never seen the classes. The D of a cgan or of an acgan has seen
them in its training, though it gets no labels here: compare its accuracy only with that of other
runs of its type.

Where there is an encoder, the codes that it makes of pictures are tried, too. Beside the SVM stands
the class of the nearest neighbour, as in Donahue et al. 2017, arXiv 1605.09782, table 1.
"""

import numpy as np

from dcgan_tf import bars, program, seeds
from dcgan_tf.cli import exits, trained
from dcgan_tf.cli.parser import Parser, add_data, add_json, check_file
from dcgan_tf.cli.paths import local_path
from dcgan_tf.cli.readers import SEEDS, names_of
from dcgan_tf.cli.report import aligned, write_json
from dcgan_tf.data import DATASETS, image_format_of
from dcgan_tf.data.dataset import first_batch
from dcgan_tf.data.held_out import most, split
from dcgan_tf.errors import UsageError
from dcgan_tf.metrics.linear_svm import CS, part_of, try_features
from dcgan_tf.names import one_line
from dcgan_tf.run_folder import trained_weights

FUNCTIONS = {'features': "D's features", 'codes': 'codes', 'pixels': 'raw pixels'}     # --of
SEER = {'E': 'the encoder'}     # `System.features_of` -> in the heading, if it is another name

EXAMPLES = {                                            # after the name of the program
    'RUN': 'an SVM that learns from 10,000 pictures',
    'RUN --n 1000 --json svm.json': 'from 1,000; the table also as a file',
}


def main(argv=None):
    """Prints the table; returns the exit code."""
    args = parse(argv)
    run, = trained.open_runs([args.run], quiet=args.quiet)
    weights = trained_weights.of_run(run, args.checkpoint, args.trust)
    check_codes(run.config, args.of)
    train, test, what, reference = pictures(run, args)
    gan = trained.open_gan(weights)
    functions = functions_of(gan, reference, args.of)
    with gan, bars.bar(total=len(functions) * (len(CS) + 2), desc='linear SVM', unit='part',
                       shown=not args.quiet, leave=False) as bar:
        lines = [try_features(name, function, train, test, args.seed, bar.update)
                 for name, function in functions.items()]
        step = gan.steps_done()
    size = f'{run.config.image_width}x{run.config.image_height}'
    seers = tried(gan.system, functions)
    heading = (f'{train.name} {size}: {seers} of {one_line(run.name)}, step {step:,}, tried on '
               f'{len(test):,} {what}; a linear SVM learns from {len(train):,} others')
    print(heading, *aligned(table(lines)), sep='\n')
    write_json(args.json, [{'run': run.name, 'step': step, 'heading': heading,
                            **line._asdict()} for line in lines])
    return exits.DONE


def check_codes(config, of):
    """Raises UsageError if codes are asked for that tell nothing about classes, or none at all."""
    if 'codes' in (of or ()) and not has_codes(config):
        raise UsageError('--of codes: ' + (
            f'the encoder of a {config.type} gets the class of a picture, so its codes cannot show '
            'what it has learnt of it' if config.encodes else
            f'--type {config.type} has no encoder'))


def has_codes(config):
    """Tells whether there is an encoder that gets pictures alone."""
    return config.encodes and not config.takes_classes


def functions_of(gan, reference, of):
    """Returns {name of what is tried: function, uint8 [N, H, W, C] -> float32 [N, F]}.

    reference: images that normalise others. of: some of FUNCTIONS; None = all that there are.
    """
    functions = {
        'features': lambda images: gan.discriminator_features(images, reference),
        'codes': lambda images: gan.encode(images, reference=(reference, None)),
        'pixels': lambda images: images.reshape(len(images), -1) / np.float32(255.0)}
    there = {'features': gan.system.has_features, 'codes': has_codes(gan.config), 'pixels': True}
    chosen = of or [name for name in FUNCTIONS if there[name]]
    named = {**FUNCTIONS, 'features': f"{gan.system.features_of}'s features"}
    return {named[name]: functions[name] for name in FUNCTIONS if name in chosen}


def tried(system, functions):
    """Returns which networks are tried, for the heading."""
    seers = [system.features_of] if system.has_features else []
    if FUNCTIONS['codes'] in functions:
        seers.append('E')
    return ' and '.join(dict.fromkeys(SEER.get(name, name) for name in seers)) or 'D'


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
    train, test, what, _ = split(data, args.data_dir or c.data_dir, image_format_of(c))
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


def table(lines):
    """Yields the cells of the table, row by row; the heads come first."""
    yield ['', 'training pictures', 'held-out pictures', 'linear SVM', 'nearest neighbour']
    for line in lines:
        yield [f'{line.name} ({line.numbers:,})', f'{line.train:,}', f'{line.held_out:,}',
               f'{line.accuracy:.2%}', f'{line.nearest:.2%}']


def parse(argv):
    """Reads the command line. UsageError for wrong arguments."""
    parser = Parser(examples=EXAMPLES, description='Tests how well a linear SVM, and the nearest '
                    'neighbour, tell classes apart by D\'s features and by the codes of an '
                    'encoder.')
    parser.add_argument('run', type=local_path, metavar='RUN',
                        help=f'a run folder of {program.command("train")}')
    parser.add_argument('--n', type=int, default=10_000, help='number of pictures that the SVM '
                        'learns from, at most (default: 10000)')
    parser.add_argument('--of', type=names_of(FUNCTIONS), metavar='NAME,NAME', help='what is '
                        'tried: ' + ', '.join(f'{name} ({what})' for name, what
                                              in FUNCTIONS.items())
                        + ' (default: all that there are; codes if there is an encoder that gets '
                        'no class)')
    parser.add_argument('--seed', type=int, default=0, help='seed of their choice (default: 0)')
    add_json(parser)
    parser.add_argument('--quiet', action='store_true', help='no progress bar, and '
                        'no line about a run of another version')
    add_data(parser)
    trained.add_checkpoint(parser)
    args = parser.parse_args(argv, n=(10, 1_000_000), seed=SEEDS)
    check_file('--json', args.json)
    return args
