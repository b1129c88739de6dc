"""Exports the generator, and the encoder: dcgan-tf export RUN --format saved_model,tflite"""

import os
import pathlib

from dcgan_tf.cli import exits, trained
from dcgan_tf.cli.parser import Parser
from dcgan_tf.cli.paths import local_path
from dcgan_tf.cli.readers import SEEDS, names_of
from dcgan_tf.errors import UsageError
from dcgan_tf.show import exports

EXAMPLES = {                                            # after the name of the program
    'pretrained:digits --format tflite --out digits.tflite': 'one file',
    'RUN --format saved_model,onnx --out exported': 'a folder with both',
}


def main(argv=None):
    """Writes a file for each format and compares it with the run; returns the exit code."""
    if argv is None:
        os.environ['CUDA_VISIBLE_DEVICES'] = '-1'      # all formats run on the CPU: compare there
    args = parse(argv)
    run = trained.find(args)
    paths = paths_of(args, run)
    options = {'n': args.n, 'seed': args.seed, 'run': run.name}
    with trained.open_gan(run) as gan:
        for name, path in paths.items():
            print(report(name, gan.export(name, path, **options)), flush=True)
            if gan.encodes:
                file = exports.encoder_path(name, path)
                print(report(f'{name}, encoder', gan.export_encoder(name, file, **options),
                             'number of a code'), flush=True)
    return exits.DONE


def paths_of(args, run):
    """Returns {format: path of its file or folder}. UsageError if it cannot be written."""
    folder = pathlib.Path(args.out or run.file('export'))
    paths = {name: folder / exports.FORMATS[name].name for name in args.format}
    if args.out and len(paths) == 1:
        paths = {args.format[0]: folder}
        if not folder.parent.is_dir():
            raise UsageError(f'--out {folder}: there is no folder {folder.parent}')
    for name, path in paths.items():
        exports.check(name, path)
    return paths


def report(name, written, what='pixel'):
    """Returns the lines about one export, for the user. what: was compared."""
    return (f'{name}: {written.path}, {written.size / 1e6:.2f} MB\n'
            f'  {written.signature}\n'
            f'  largest difference of a {what} {written.difference:.1e}, in batches of '
            f'{", ".join(map(str, written.batches))}')


def parse(argv):
    """Reads the command line. UsageError for wrong arguments."""
    parser = Parser(examples=EXAMPLES, description='Writes the generator of a run for other '
                    'programs, and compares the pictures of the file with those of the run; and '
                    'the encoder, if there is one, into a file of its own next to it.')
    parser.add_argument('--format', required=True, type=names_of(exports.FORMATS),
                        metavar='NAME,NAME', help='; '.join(
                            f'{name}: {row.help}' for name, row in exports.FORMATS.items()))
    parser.add_argument('--out', type=local_path,
                        help='for one format: its file, or the folder of saved_model; '
                        'for several: the folder for '
                        + ', '.join(row.name for row in exports.FORMATS.values())
                        + ' (default: RUN/images/export; without a run folder, export)')
    parser.add_argument('--n', type=int, default=16, help='number of latents on which each file '
                        'is compared with the run, in batches of 1, 7 and all (default: 16)')
    parser.add_argument('--seed', type=int, default=0, help='seed of the first of them '
                        '(default: 0)')
    trained.add_run(parser)
    return parser.parse_args(argv, n=(7, 1_000), seed=SEEDS)
