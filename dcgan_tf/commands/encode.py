"""Finds the latents of pictures with the encoder: dcgan-tf encode RUN a.png folder --out encoded

The encoder E was trained with G, so that no search is needed. Writes three files into a folder:

    latents.npz    for the flag --latents of other commands
    strip.png      a column for each picture: itself, and below it G(E(picture))
    errors.csv     a row for each picture: mean squared error and PSNR, for pixels in [0, 1]
"""

import csv
import io
import pathlib

import numpy as np

from dcgan_tf import images, latent, program
from dcgan_tf.cli import encoding, exits, inputs, trained
from dcgan_tf.cli.parser import Parser, add_data, check_folder
from dcgan_tf.cli.paths import local_path
from dcgan_tf.files import write_whole
from dcgan_tf.metrics.rebuilt import decibels
from dcgan_tf.names import counted, one_line
from dcgan_tf.run_folder import samples
from dcgan_tf.show.reconstruction import reconstruct

COLUMNS, MAX_SHOWN = 16, 64   # pictures in a row of the strip, and in all of it
EXAMPLES = {                                            # after the name of the program
    'RUN a.png b.png': 'two pictures',
    'RUN photos --out encoded': 'all pictures of a folder',
}


def main(argv=None):
    """Writes the folder; returns the exit code."""
    args = parse(argv)
    run = trained.find(args)
    encoding.check_encoder(run)
    label = latent.class_numbers(run.config, {'--class': args.class_})
    files = encoding.files_of(args.images)
    wanted = inputs.pictures(files, run.config)
    reference = encoding.reference_of(run, args)
    out = pathlib.Path(args.out or run.file('encoded'))
    with trained.open_gan(run) as gan:
        found = reconstruct(gan, wanted, label[0] if label else None, reference)
    out.mkdir(parents=True, exist_ok=True)
    latent.save(out / 'latents.npz', found.z, found.labels)
    images.write_png(out / 'strip.png', strip(files, wanted, found, args.scale))
    write_whole(out / 'errors.csv', table(files, found, run.config))
    print(summary(found, out))
    return exits.DONE


def strip(files, wanted, found, scale):
    """Returns the picture: a column for each of the first files, COLUMNS in a row."""
    columns = np.concatenate([wanted, found.images], axis=1)[:MAX_SHOWN]        # [N, 2 H, W, C]
    names = samples.captions([pathlib.Path(file).name for file in files[:MAX_SHOWN]])
    in_row = min(COLUMNS, len(columns))
    scale = inputs.scale_of(in_row * columns.shape[2], columns.size, scale)
    return images.tile(images.captioned(columns, names, scale), in_row)


def table(files, found, config):
    """Returns the text of errors.csv. Its column for the class is there if E takes classes."""
    heading = [config.label_words[0]] if found.labels is not None else []
    text = io.StringIO()
    rows = csv.writer(text, lineterminator='\n')
    rows.writerow(['file', *heading, 'mean_squared_error', 'psnr_db'])
    for k, file in enumerate(files):
        named = [config.label_names[found.labels[k]]] if heading else []
        rows.writerow([one_line(file), *map(one_line, named), f'{found.error[k]:.6f}',
                       f'{decibels(found.error[k]):.2f}'])
    return text.getvalue()


def summary(found, out):
    """Returns the line for the user."""
    n = len(found.error)
    shown = f' (of the first {MAX_SHOWN})' if n > MAX_SHOWN else ''
    decibel = decibels(found.error).mean()         # the mean over pictures, as of the metric psnr
    return (f'{counted(n, "picture")}: mean squared error {found.error.mean():.4f}, PSNR '
            f'{decibel:.1f} dB in the mean; latents.npz, strip.png{shown} and errors.csv in {out}')


def parse(argv):
    """Reads the command line. UsageError for wrong arguments."""
    parser = Parser(description='Finds the latents of pictures with the encoder of a trained '
                    'model, without a search.', examples=EXAMPLES)
    parser.add_argument('--class', dest='class_', metavar='NAME', help='for a cgan: the class of '
                        'all pictures (default: every class is tried for each picture); for an '
                        'aae_clusters: their cluster (default: the one that the encoder finds)')
    inputs.add_scale(parser, 'the strip')
    add_data(parser)
    parser.add_argument('--out', type=local_path, metavar='DIR',
                        help='the folder for latents.npz, for --latents of '
                        f'{program.command("sample")} and {program.command("morph")}, strip.png '
                        'and errors.csv (default: RUN/images/encoded; without a run folder, '
                        'encoded)')
    trained.add_run(parser, alone=False)
    parser.add_argument('images', type=local_path, metavar='IMAGE', nargs='+',
                        help='picture files, or folders of them; '
                        'they are cropped and resized like the pictures of the training')
    args = parser.parse_args(argv, scale=(1, images.MAX_SCALE))
    if args.out:
        check_folder('--out', args.out)
    return args
