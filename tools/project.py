"""Writes D's features for TensorBoard's projector: python tools/project.py RUN --n 1000

Each picture, real or made by G, becomes a point: D's features of it, as in tools/features.py.
The projector draws the points with thumbnails, by PCA, t-SNE or UMAP, and colours them by class or
by kind.
"""

import itertools
import sys

import numpy as np

import _root  # noqa: F401
from dcgan_tf import latent, seeds
from dcgan_tf.cli import exits, trained
from dcgan_tf.cli.parser import Parser, add_data
from dcgan_tf.cli.paths import local_path
from dcgan_tf.cli.readers import SEEDS
from dcgan_tf.config.families import needs_reference
from dcgan_tf.data.dataset import first_batch
from dcgan_tf.errors import UsageError
from dcgan_tf.run_folder import samples
from dcgan_tf.show import projector

MAX_POINTS = 10_000           # pictures: of more, the projector's t-SNE takes only a part
NONE = '-'                    # value of a column that a picture does not have
COLUMNS = ('label', 'kind', 'class', 'seed', 'place')


def main(argv=None):
    """Writes the folder; returns the exit code."""
    args = parse(argv)
    run = trained.find(args)
    out = args.out or run.file('projector')
    projector.check_out(out)
    needed = needs_reference(run.config)
    data, what = data_of(run, args, needed=needed)
    with trained.open_gan(run) as gan:
        pictures, rows = chosen(gan, data, what, args.n, args.seed)
        reference = first_batch(data.images, gan.config) if needed else None
        features = gan.discriminator_features(pictures, reference)
        step = gan.steps_done()
    vectors, kept = projector.reduce(features, args.dimensions)
    columns = dict(zip(COLUMNS, zip(*rows, strict=True), strict=True))
    projector.write(out, vectors, pictures, columns)
    real, made = (columns['kind'].count(kind) for kind in ('real', 'sample'))
    print(f'{real:,} real pictures and {made:,} samples, step {step:,}: {vectors.shape[1]:,} of '
          f'{features.shape[1]:,} dimensions with {kept:.1%} of the variance in {out}    '
          f'(see it: tensorboard --logdir {out})')
    return exits.DONE


def data_of(run, args, *, needed):
    """Returns (data set or None, what to show: real, samples or both).

    If the data set is gone, only samples are shown, and the reason is printed. UsageError if the
    user gave --what real or both, or if D itself needs real pictures.
    """
    if args.what == 'samples' and not needed:
        return None, 'samples'
    try:
        return trained.open_data(run.config, args, run.run), args.what or 'both'
    except UsageError as error:
        if needed:
            raise UsageError(f'D of the preset {run.config.preset} normalises all pictures by real '
                             f'ones: {error}') from error
        if args.what:
            raise
        print(f'only samples (--what samples): {error}', file=sys.stderr)
        return None, 'samples'


def chosen(gan, data, what, n, seed):
    """Returns (pictures uint8 [N, H, W, C], a row of COLUMNS for each), real pictures first."""
    half = n // 2 if what == 'both' else n
    parts = [real_pictures(data, min(half, len(data)), seed)] if what != 'samples' else []
    if what != 'real':
        parts.append(sample_pictures(gan, n - n // 2 if what == 'both' else n, seed))
    pictures, rows = zip(*parts, strict=True)
    return np.concatenate(pictures), list(itertools.chain(*rows))


def real_pictures(data, n, seed):
    """Returns n training pictures, drawn without repetition, and their rows of COLUMNS."""
    indices = seeds.generator(seed, 'projector').permutation(len(data))[:n]
    names = [data.class_names[k] for k in data.labels[indices]] if data.class_names else [None] * n
    places = indices if data.indices is None else data.indices[indices]
    return data.images[indices], [row('real', name, place=place)
                                  for name, place in zip(names, places, strict=True)]


def sample_pictures(gan, n, seed):
    """Returns the samples of seeds seed, seed + 1, ... and their rows of COLUMNS.

    Those of a cgan have the classes in turn, as in sample.py.
    """
    c, numbers = gan.config, np.arange(seed, seed + n)
    labels = samples.classes_in_turn(numbers, c)
    names = [None] * n
    if labels is not None:
        names = [c.label_texts[k] for k in latent.first_label(labels)]
    z = latent.draw(c.prior, n, c.latent_dim, seed)
    return samples.pixels(gan.generate_images, c, z, labels), [
        row('sample', name, seed=number) for name, number in zip(names, numbers, strict=True)]


def row(kind, name, *, seed=NONE, place=NONE):
    """Returns the COLUMNS of a picture. The projector shows the first: kind and class."""
    return f'{kind} {name or ""}'.rstrip(), kind, name or NONE, seed, place


def parse(argv):
    """Reads the command line. UsageError for wrong arguments."""
    parser = Parser(description="Writes D's features of pictures for TensorBoard's projector.")
    trained.add_run(parser)
    parser.add_argument('--n', type=int, default=1000, help='number of pictures (default: 1000)')
    parser.add_argument('--what', choices=('real', 'samples', 'both'), help='pictures of the data '
                        'set, samples of G, or half and half (default: both, or samples if the '
                        'data set is gone)')
    parser.add_argument('--dimensions', type=int, default=50, metavar='D', help='number of '
                        "principal components of D's features; 0 = the features themselves "
                        '(default: 50)')
    parser.add_argument('--seed', type=int, default=0, help='seed of the first sample and of '
                        'the choice of real pictures (default: 0)')
    parser.add_argument('--out', type=local_path, metavar='DIR', help='folder to write (default: '
                        'RUN/images/projector; without a run folder, projector)')
    add_data(parser)
    return parser.parse_args(argv, n=(2, MAX_POINTS), dimensions=(0, 1_000_000), seed=SEEDS)


if __name__ == '__main__':
    sys.exit(exits.run(main))
