"""`dcgan-tf graph RUN --tensors PATTERN`: shows, keeps and draws tensors of a trained model."""

import contextlib
import zipfile

import numpy as np

from dcgan_tf import images
from dcgan_tf.cli import trained
from dcgan_tf.cli.parser import add_data, check_ending
from dcgan_tf.cli.paths import local_path
from dcgan_tf.cli.readers import SEEDS, within
from dcgan_tf.cli.report import aligned, run_error
from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.files import whole_file
from dcgan_tf.images.feature_maps import map_tiles
from dcgan_tf.names import one_line

MAX_NAMED = 5                 # tensors in an error


def add_tensors(parser) -> None:
    """Adds the flags."""
    group = parser.add_argument_group('tensors')
    group.add_argument('--tensors', metavar='PATTERN', help='print instead statistics of the '
                       "tensors whose names match, for a batch: 'losses/*'; the weights do not "
                       'change')
    group.add_argument('--seed', type=int, help='with --tensors: the seed of the batch, its real '
                       'images and its latents (default: that of the run, which gives the batch '
                       'of its next step)')
    group.add_argument('--save', type=local_path, metavar='FILE.npz', help='with --tensors: keep '
                       'the arrays, for numpy.load')
    group.add_argument('--picture', type=local_path, metavar='FILE.png', help='with --tensors: '
                       'draw feature maps [N, H, W, C], a row for each image, a column for each '
                       'map')
    add_data(parser)


def check(args) -> None:
    """Raises UsageError for flags that cannot work."""
    for flag in ('seed', 'save', 'picture', 'data_dir'):
        if getattr(args, flag) is not None and args.tensors is None:
            raise UsageError(f'--{flag.replace("_", "-")} is for --tensors')
    if args.seed is not None:
        within('--seed', args.seed, *SEEDS)
    check_ending('--save', args.save, '.npz')
    check_ending('--picture', args.picture, '.png')


def report(args) -> tuple[list[str], list[dict]]:
    """Returns the lines to print, and a dictionary for each tensor. Loads TensorFlow.

    Writes the files of --save and --picture.
    """
    weights = trained.find(args)
    weights.check_whole('a discriminator and its data')
    from dcgan_tf import DeepConvolutionalGAN
    from dcgan_tf.graph_report import tensor_values, tensors
    with DeepConvolutionalGAN.from_config(weights.config) as gan:
        step = gan.load_model(weights.folder, step=weights.step)
        found = tensors.find(gan, args.tensors)
        drawn = args.picture and feature_maps(found.tensors, gan.config.batch_size)
        data = real_images(weights, args) if found.needs_images else None
        feed_dict = tensor_values.feed_of(
            gan, data and data.images, data and data.labels, seed=args.seed,
            rollbacks=len(weights.run.rollbacks) if weights.run else 0)
        rows, in_step, picture = [], tensors.steps_of(gan), None
        with saved(args.save) as save:
            for name, value in tensor_values.values(gan.session, found.tensors, feed_dict,
                                                    gan.config.batch_size):
                rows.append({**tensor_values.tensor_stats(name, value)._asdict(),
                             'step': in_step(found.tensors[name].op)})
                save(name, value)
                if name == drawn:
                    picture = draw(args.picture, name, value)
    left_out = tensors.left_out_text(found.left_out)
    lines = [heading(weights, step, data, args.seed), '', *aligned(cells(rows), left=3), '',
             f'tensors: {len(rows):,}{f"; ops left out: {left_out}" if left_out else ""}']
    lines += [f'{args.save}: {len(rows):,} arrays'] if args.save else []
    return lines + ([picture] if picture else []), rows


def heading(weights, step, data, seed):
    """Returns the first line: the model, and the batch for which its tensors are."""
    real = f'{weights.config.batch_size} images of {data.name}, ' if data else ''
    which = f'the batch of step {step + 1:,}' if seed is None else f'a batch of seed {seed}'
    return (f'{one_line(weights.name)}: weights of step {step:,}; {which}: {real}noise and '
            f'latents of seed {weights.config.seed if seed is None else seed}')


def cells(rows):
    """Yields the cells of the table, row by row."""
    yield ['tensor', 'type', 'shape', 'least', 'mean', 'most', 'zeros', 'NaN', 'in step']
    for row in rows:
        stats = (row['minimum'], row['mean'], row['maximum'])
        yield [row['name'], row['type'], f'[{", ".join(map(str, row["shape"]))}]',
               *('-' if 0 in row['shape'] else f'{x:.4g}' for x in stats),
               *(f'{row[key]:.2%}' for key in ('zeros', 'nans')), row['step']]


def real_images(weights, args):
    """Returns the data set of the run. UsageError or RunError that says what needs it."""
    try:
        return trained.open_data(weights.config, args, weights.run)
    except (UsageError, RunError) as error:
        raise type(error)(f'--tensors {args.tensors}: these need real images, but {error}'
                          ) from error


def feature_maps(tensors: dict, batch_size: int) -> str:
    """Returns the name of the tensor [N, H, W, C]. UsageError unless there is exactly one."""
    names = [name for name, tensor in tensors.items() if tensor.shape.rank == 4
             and tensor.shape[0] in (None, batch_size) and tensor.dtype.is_floating]
    if len(names) != 1:
        listed = ', '.join(names[:MAX_NAMED]) + (' ...' if len(names) > MAX_NAMED else '')
        raise UsageError(f'--picture draws one tensor [N, H, W, C], and {len(names) or "none"} of '
                         f'these {"are" if names else "is"} such: name one with --tensors'
                         f'{f": {listed}" if names else ""}')
    return names[0]


def draw(file, name, value):
    """Writes the picture of the maps [N, H, W, C]; returns a line that says what it shows."""
    tiles, (n, _, _, c) = map_tiles(value), value.shape
    images.write_png(file, tiles.pixels)
    return (f'{file}: {name}, a row for each of {of(tiles.images, n)} images, a column for each of '
            f'{of(tiles.maps, c)} maps; a map is black at its minimum, white at its maximum, red '
            'at NaN or infinity')


def of(shown, count):
    """Returns how many of a number are shown: '36', or 'the first 16 of 32'."""
    return f'{count}' if shown == count else f'the first {shown} of {count}'


@contextlib.contextmanager
def saved(file):
    """Yields a function (name, array) that adds an array to an .npz file; None = to no file.

    The file appears at the end. RunError if it cannot be written.
    """
    if file is None:
        yield lambda name, value: None
        return
    with (run_error('--save', file), whole_file(file) as temporary,
          zipfile.ZipFile(temporary, 'w') as archive):
        def save(name, value):
            with archive.open(f'{name}.npy', mode='w', force_zip64=True) as member:
                np.lib.format.write_array(member, value, allow_pickle=False)
        yield save
