"""Adds and subtracts pictures.

    dcgan-tf arithmetic RUN --plus 1,4,9 --minus 2,3 --plus 5 --out a.png
    dcgan-tf arithmetic RUN --plus me.png,smiling --minus serious --out a.png

As in "smiling woman - woman + man" of Radford et al. 2016, arXiv 1511.06434, section 6.3.2, latents
of pictures that show the same thing are averaged, and the averages are added and subtracted.
`dcgan-tf sample --sheet` shows pictures with their seeds, to choose from. Where there is an
encoder, pictures of your own can be given like seeds, and a folder is the mean latent of its
pictures. The latent of an attribute is the mean of pictures with it, minus that of pictures
without it.
"""

import argparse
import pathlib

import numpy as np

from dcgan_tf import images, latent, program
from dcgan_tf.cli import encoding, exits, inputs, trained
from dcgan_tf.cli.parser import Parser, add_data, check_ending
from dcgan_tf.cli.paths import local_path
from dcgan_tf.cli.readers import SEEDS, seeds_and_pictures
from dcgan_tf.errors import UsageError
from dcgan_tf.names import one_line
from dcgan_tf.run_folder import samples

SIDE, MIDDLE = 3, 4           # the result is shown with 8 neighbours, as 3x3
EXAMPLES = {                                            # after the name of the program
    'RUN --plus 0,7,47 --minus 46,37,59 --plus 48,27 --out sum.png': 'a sum of three means',
    'pretrained:digits --plus 3,17 --out mean.png': 'what lies between two pictures',
}


class Term(argparse.Action):
    """Collects --plus and --minus in the order in which they are typed: [(sign, items), ...]."""

    def __call__(self, parser, namespace, values, option_string=None):
        sign = 1 if option_string == '--plus' else -1
        namespace.terms = [*namespace.terms, (sign, values)]


def main(argv=None):
    """Writes the picture; returns the exit code."""
    args = parse(argv)
    run = trained.find(args)
    out = args.out or run.file('arithmetic.png')
    c = run.config
    label = label_of(c, args.class_)
    latent.check_codes(c, args.code)
    given = pictures_of(args.terms, c)
    if given:
        with_path(next(iter(given)), encoding.check_encoder, run)
    reference = encoding.reference_of(run, args) if given else None
    with trained.open_gan(run) as gan:
        codes = {item: mean_code(gan, item, some, label, reference)
                 for item, some in given.items()}
        terms = latent.terms_of([(sign, latents_of(items, codes, c)) for sign, items in args.terms],
                                c.prior, c.latent_dim)
        z = latent.neighbourhood(latent.combined(terms), c.prior, args.seed, args.noise)
        images_of = latent.with_codes(gan.generate_images, c, args.code)
        pixels = samples.pixels(images_of, c, *latents_to_draw(terms, z, label))
    images.write_png(out, sheet(pixels, args.terms, args.scale))
    if args.save:
        latent.save(args.save, *result_of(c, args.code, z[MIDDLE:MIDDLE + 1], label))
    length = np.linalg.norm(z[MIDDLE]) / latent.PRIORS[c.prior].radius(c.latent_dim)
    saved = f', its latent in {args.save}' if args.save else ''
    print(f'{sum_of(args.terms)} in {out}{saved}; '
          f'the result lies at {length:.2f} of the prior\'s radius')
    return exits.DONE


def pictures_of(terms, config):
    """Returns {path in the terms: its pictures, uint8 [N, H, W, C]}; a folder may have many."""
    paths = sorted({item for _, items in terms for item in items if isinstance(item, str)})
    for path in paths:
        if not pathlib.Path(path).exists():
            raise UsageError(f'{path} is no seed, such as 7, and no picture or folder that is '
                             'there')
    return {path: inputs.pictures(encoding.files_of([path]), config) for path in paths}


def mean_code(gan, path, pictures, label, reference):
    """Returns the mean latent that the encoder finds in pictures.   -> [Z]

    UsageError that names the path if there is no encoder.
    """
    labels = None if label is None else np.full(len(pictures), label, np.int32)
    return with_path(path, gan.encode, pictures, labels, reference).mean(axis=0)


def with_path(path, function, *args):
    """Returns what the function returns; a UsageError of it names the path."""
    try:
        return function(*args)
    except UsageError as error:
        raise UsageError(f'{path}: {error}') from error


def latents_of(items, codes, config):
    """Returns the latents of seeds and of the codes of paths.   -> [K, Z]"""
    return np.stack([codes[item] if isinstance(item, str) else
                     latent.draw_seeds(config.prior, [item], config.latent_dim)[0]
                     for item in items])


def label_of(config, name):
    """Returns the label of the class to draw; None without --class.

    UsageError without --class for a generator with classes or codes.
    """
    if config.conditioned and name is None:
        raise UsageError(f'this generator draws by {config.label_words[0]}: name one with --class')
    return latent.class_number(config, '--class', name) if name is not None else None


def latents_to_draw(terms, near, label):
    """Returns all latents to draw, in the order of the picture, and their labels."""
    parts = [part for term in terms for part in (term.latents, term.mean[None])]
    z = np.concatenate([*parts, near])
    return z, None if label is None else np.repeat(label, len(z))


def result_of(config, codes, z, label):
    """Returns the latent [1, Z] and the labels to save: those of the picture, with its codes."""
    if label is None:
        return z, None
    z, weights = latent.set_codes(config, codes, z, [label])
    return z, latent.label_numbers(weights, config.label_sizes)


def sum_of(terms):
    """Returns the sum as text: '+ mean(1,4,a.png) - mean(2,3)'."""
    return ' '.join(f'{"-+"[sign > 0]} mean({",".join(map(one_line, items))})'
                    for sign, items in terms)


def sheet(pixels, terms, scale):
    """Returns the picture: a row for each term and its mean, and below them the result as 3x3.

    scale: that of the flag; None = the factor that the picture needs to be seen.
    """
    captions, ends = [], []
    for sign, items in terms:
        captions += [*(f'{"-+"[sign > 0]} {caption(item)}' for item in items), 'mean']
        ends.append(len(captions))
    captions += ['result' if k == MIDDLE else '' for k in range(SIDE ** 2)]
    columns = max(SIDE, *(len(items) + 1 for _, items in terms))
    scale = inputs.scale_of(columns * pixels.shape[2], pixels.size, scale)
    *rows, near = np.split(images.captioned(pixels, captions, scale), ends)
    return images.stack([*map(np.hstack, rows), images.tile(near, SIDE)])


def caption(item):
    """Returns what stands under the picture of a seed, or of a path: the end of it."""
    return samples.captions([pathlib.Path(item).name])[0] if isinstance(item, str) else item


def parse(argv):
    """Reads the command line. UsageError for wrong arguments."""
    parser = Parser(description='Adds and subtracts what pictures of a trained model show.',
                    examples=EXAMPLES)
    group = parser.add_argument_group('the sum')
    for flag, what in (('--plus', 'add'), ('--minus', 'take away')):
        group.add_argument(flag, action=Term, type=seeds_and_pictures, dest='terms',
                           default=[], metavar='S,S,...', help=f'{what} the mean latent of these '
                           'seeds; if the model has an encoder, also of pictures, such as a.png, '
                           'and of folders of pictures; can be given more than once')
    group.add_argument('--class', dest='class_', metavar='NAME', help='for a cgan or an '
                       'acgan: the class to draw, and that of the pictures; for an infogan: the '
                       'value of code 1; without --code its other categorical codes are 0')
    inputs.add_code(group)
    group.add_argument('--noise', type=float, default=0.25, metavar='X', help='distance of the '
                       'eight pictures around the result, in draws of the prior (default: 0.25)')
    group.add_argument('--seed', type=int, default=0, help='seed of those eight (default: 0)')
    group = parser.add_argument_group('the files')
    inputs.add_scale(group, 'the file')
    group.add_argument('--save', type=local_path, metavar='FILE',
                       help='write the result as an .npz file, for '
                       f'--latents of {program.command("sample")} and '
                       f'{program.command("morph")}')
    group.add_argument('--out', type=local_path, metavar='FILE',
                       help='the picture, a .png file (default: '
                       'RUN/images/arithmetic.png; without a run folder, arithmetic.png)')
    add_data(parser)
    trained.add_run(parser)
    args = parser.parse_args(argv, seed=SEEDS, scale=(1, images.MAX_SCALE))
    if not args.terms:
        raise UsageError('nothing to add: give --plus and --minus lists of seeds, such as --plus '
                         '1,4,9 --minus 2,3')
    if not 0 <= args.noise <= 2:
        raise UsageError(f'--noise {args.noise:g}: expected 0 to 2')
    check_ending('--out', args.out, '.png')
    check_ending('--save', args.save, latent.ENDING)
    return args
