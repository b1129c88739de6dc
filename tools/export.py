"""The generator for other programs: python tools/export.py RUN --format saved_model,tflite"""

import os
import pathlib
import sys

import _root  # noqa: F401
from dcgan_tf import latent
from dcgan_tf.cli import exits, trained
from dcgan_tf.cli.parser import MAX_SEED, Parser, row_of, within
from dcgan_tf.errors import UsageError
from dcgan_tf.show import exports


def main(argv=None):
    """Writes and compares a file a format; returns the exit code."""
    args = parse(argv)
    run = trained.find(args)
    places = places_of(args, run)
    from dcgan_tf.show.exports import sampler, writing  # loads TensorFlow: seconds

    with trained.open_gan(run) as gan:
        asked = sampler.example_feed(gan, latent.draw(gan.config.prior, args.n, gan.config.z_dim,
                                                      args.seed))
        expected = gan.generate_images(asked['z'], asked.get('label'))
        exported = sampler.of(gan, run.name)
    for name, place in places.items():
        place.parent.mkdir(parents=True, exist_ok=True)
        print(told(name, writing.write(name, exported, place, asked, expected)), flush=True)
    return exits.DONE


def places_of(args, run):
    """Format -> where it is written. UsageError for a place or a format that cannot be."""
    folder = pathlib.Path(args.out or run.out / 'export')
    places = {name: folder / exports.FORMATS[name].name for name in args.format}
    if args.out and len(places) == 1:
        places = {args.format[0]: folder}
        if not folder.parent.is_dir():
            raise UsageError(f'--out {folder}: there is no folder {folder.parent}')
    for name, place in places.items():
        exports.check(name, place)
    return places


def told(name, written):
    """What the user reads of one export."""
    return (f'{name}: {written.path}, {written.size / 1e6:.2f} MB\n'
            f'  {written.signature}\n'
            f'  largest difference of a pixel {written.difference:.1e}, in batches of '
            f'{", ".join(map(str, written.batches))}')


def formats(word):
    """A flag's type: 'saved_model,tflite' -> those rows of FORMATS, each once."""
    return list(dict.fromkeys(map(row_of(exports.FORMATS), word.split(','))))


def parse(argv):
    """The arguments of the command line. UsageError for those that make no sense."""
    parser = Parser(description='Writes the generator of a run for other programs, and compares '
                                'what the file draws with what the run draws.')
    trained.add_run(parser)
    parser.add_argument('--format', required=True, type=formats, metavar='NAME,NAME',
                        help='; '.join(f'{name}: {row.help}'
                                       for name, row in exports.FORMATS.items()))
    parser.add_argument('--out', help='of one format its file, or the folder of saved_model; of '
                        'several the folder they go into, as '
                        + ', '.join(row.name for row in exports.FORMATS.values())
                        + ' (default: RUN/images/export; of a checkpoint alone, export)')
    parser.add_argument('--n', type=int, default=16, help='latents on which each file is compared '
                        'with the run, in batches of 1, 7 and all (default: 16)')
    parser.add_argument('--seed', type=int, default=0, help='of the first of them (default: 0)')
    args = parser.parse_args(argv)
    within('--n', args.n, 7, 1_000)
    within('--seed', args.seed, 0, MAX_SEED)
    return args


if __name__ == '__main__':
    os.environ['CUDA_VISIBLE_DEVICES'] = '-1'     # all formats run on the CPU: compare them there
    sys.exit(exits.run(main))
