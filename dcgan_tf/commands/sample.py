"""Draws pictures with a trained model: dcgan-tf sample RUN --n 1000 --out FOLDER"""

import pathlib
import sys

import numpy as np

from dcgan_tf import images, latent, names
from dcgan_tf.cli import exits, inputs, sample_flags, trained
from dcgan_tf.cli.parser import Parser
from dcgan_tf.cli.readers import SEEDS
from dcgan_tf.errors import UsageError
from dcgan_tf.files import write_whole
from dcgan_tf.run_folder import gallery, samples
from dcgan_tf.run_folder.sample_grids import MAX_VALUES, code_sweep

CHUNK = 256                   # images in memory at once
GRID = 8, 8                   # rows and columns of a sheet
EXAMPLES = {                                            # after the name of the program
    'pretrained:digits --grid 8x8 --out grid.png': '64 pictures in one file',
    'RUN --n 1000 --out samples': '1,000 PNG files',
    'RUN --sheet --out sheet.png': 'each with its seed',
}


def main(argv=None):
    """Writes the pictures; returns the exit code."""
    args = parse(argv)
    run = trained.find(args)
    latent.check_codes(run.config, args.code)
    if args.sweep:
        return sweep(run, args)
    source = inputs.Source(run.config, args)
    one_file = args.grid or args.sheet
    out = args.out or run.file('sheet.png' if args.sheet else 'grid.png' if one_file else 'samples')
    folders = None if one_file else class_folders(run.config, args, pathlib.Path(out))
    with trained.open_gan(run) as gan:
        if one_file:
            write_grid(gan, source, args, out)
        else:
            write_files(gan, source, args, pathlib.Path(out), folders)
    return exits.DONE


def sweep(run, args):
    """Writes the picture of --sweep: what each code does; returns the exit code."""
    if not run.config.has_codes:
        raise UsageError(f'--sweep: --type {run.config.type} has no codes: train one with --type '
                         'infogan or aae_clusters')
    out = args.out or run.file('sweep.png')
    with trained.open_gan(run) as gan:
        grid = code_sweep(run.config, seed=args.seed)
        picture = gallery.picture(grid, gan.generate_images)
    images.write_png(out, inputs.enlarged(picture, args.scale))
    print(f'{len(grid.blocks)} codes in {out}: a block for each, a row for each of its values, '
          f'{MAX_VALUES} at most, a column for each of the seeds {args.seed} to '
          f'{args.seed + grid.columns - 1}')
    return exits.DONE


def write_grid(gan, source, args, file):
    """Writes one PNG file of rows x columns images, row by row in the order of their numbers."""
    rows, columns = args.grid or sheet_size(source.n_max)
    numbers = source.first + np.arange(min(rows * columns, source.n_max))
    labels = source.labels(numbers)
    pixels = draw(gan, source, args, numbers, labels)
    scale = inputs.scale_of(columns * pixels.shape[2], pixels.size, args.scale)
    if not args.sheet:
        pixels = images.resize(pixels, scale)
    else:
        shown, first = samples.captions(gan.config.label_names), latent.first_label(labels)
        pixels = images.captioned(pixels, [f'{number}' if first is None else
                                           f'{number} {shown[first[i]]}'
                                           for i, number in enumerate(numbers)], scale)
    images.write_png(file, images.tile(pixels, columns))
    left_out = '' if args.class_ else samples.left_out(labels, gan.config)
    print(f'{rows}x{columns} images in {file}{left_out}')


def sheet_size(n_max):
    """Returns rows and columns of a sheet: GRID, or less if there are fewer pictures."""
    columns = min(GRID[1], n_max)
    return min(GRID[0], -(-n_max // columns)), columns


def class_folders(config, args, folder):
    """Makes the folder; returns the name of the folder of each class in it, or None.

    Without --class, each class has its folder, and classes.tsv lists which; so has each value of
    the first code of an infogan. UsageError if the folder has pictures of other classes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if args.class_ or not config.conditioned:
        return None
    file, table = folder / names.TABLE, names.class_table(config.label_texts).encode()
    if file.exists() and file.read_bytes() != table:
        raise UsageError(f'{file} lists other classes than this run has, whose pictures would be '
                         'mixed with theirs: choose another folder with --out')
    write_whole(file, table)
    return names.folder_names(config.label_texts)


def write_files(gan, source, args, folder, folders):
    """Writes a PNG file for each number.

    folders: the folder of each class; None = all pictures are in one. Without --class, number s has
    class s modulo the number of classes.
    """
    n, classes = args.n or min(64, source.n_max), []
    others = files_in(folder, folders or [])
    for part in np.split(np.arange(n), range(CHUNK, n, CHUNK)):
        numbers = source.first + part
        labels = source.labels(numbers)
        pictures, first = draw(gan, source, args, numbers, labels), latent.first_label(labels)
        part_classes = [None] * len(numbers) if first is None else list(first)
        classes += part_classes
        for number, k, picture in zip(numbers, part_classes, pictures, strict=True):
            file_folder = folder / folders[k] if folders else folder
            file_folder.mkdir(exist_ok=True)
            file = file_folder / f'{number:06d}.png'
            images.write_png(file, picture)
            others.discard(file)
    of_each = 'value of code 1' if gan.config.has_codes else 'class'
    named_by = 'row' if args.latents else 'seed'
    print(f'{names.counted(n, "image")} in {folder}, each named by its {named_by}'
          f'{f", in a folder for each {of_each}: {folder / names.TABLE}" if folders else ""}'
          f'{"" if args.class_ else samples.left_out(classes, gan.config)}')
    if others:
        print(f'{folder} holds {names.counted(len(others), "other file")}, such as '
              f'{min(others)}: choose an empty folder with --out to have these pictures alone',
              file=sys.stderr)


def files_in(folder, folders):
    """Returns the files that are in a folder and its class folders, without classes.tsv."""
    found = [path for each in (folder, *(folder / name for name in folders)) if each.is_dir()
             for path in each.iterdir()]
    return {path for path in found if path.name != names.TABLE and path.name not in folders}


def draw(gan, source, args, numbers, labels):
    """Returns the pictures with these numbers, uint8 [n, H, W, C]."""
    return images.to_uint8(gan.sample(latents=source.latents(numbers), label=labels,
                                      codes=args.code, truncation=args.truncation))


def parse(argv):
    """Reads the command line. UsageError for wrong arguments."""
    parser = Parser(examples=EXAMPLES,
                    description='Makes pictures with the generator of a trained model.')
    sample_flags.add_pictures(parser.add_argument_group('the pictures'))
    sample_flags.add_files(parser.add_argument_group('the files'))
    trained.add_run(parser)
    args = parser.parse_args(argv, n=(1, 10_000_000), seed=SEEDS, scale=(1, images.MAX_SCALE))
    sample_flags.check(args)
    return args
