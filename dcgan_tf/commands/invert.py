"""Finds the latents of pictures: dcgan-tf invert RUN a.png b.jpg --out found.png

G cannot draw every picture. The strip shows in each row the picture itself, the nearest picture
that G draws, and the results of the other starts of the search. Where there is an encoder, the
first start is its code of the picture.
"""


import numpy as np

from dcgan_tf import images, latent, program
from dcgan_tf.cli import exits, inputs, trained
from dcgan_tf.cli.parser import Parser, check_ending
from dcgan_tf.cli.paths import local_path
from dcgan_tf.cli.readers import SEEDS
from dcgan_tf.cli.report import aligned
from dcgan_tf.errors import UsageError
from dcgan_tf.run_folder import samples

MAX_IMAGES = 1_000
MAX_SHOWN = 8                 # starts of the search that the strip shows
EXAMPLES = {                                            # after the name of the program
    'RUN a.png b.png --out found.png': 'the nearest pictures that G draws',
    'pretrained:digits a.png --starts 20': 'a longer search',
}


def main(argv=None):
    """Writes the strip and the latents, prints the errors; returns the exit code."""
    args = parse(argv)
    run = trained.find(args)
    if args.features:
        run.check_whole("D's features", hint='it is searched in pixels if --features is left out')
    label = latent.class_numbers(run.config, {'--class': args.class_})
    wanted = inputs.pictures(args.images, run.config)
    out, save = args.out or run.file('inverted.png'), args.save or run.file('inverted.npz')
    with trained.open_gan(run) as gan:
        found = inputs.invert(gan, wanted, label, seed=args.seed, starts=args.starts,
                              steps=args.steps, features=args.features)
        strip = images.stack([np.hstack(row) for row in rows_of(gan, wanted, found)])
    images.write_png(out, inputs.enlarged(strip, args.scale))
    latent.save(save, found.z[:, 0], None if found.labels is None else found.labels[:, 0])
    print(*aligned(table(args.images, found, run.config)), f'strip in {out}, latents in {save}',
          sep='\n')
    return exits.DONE


def rows_of(gan, wanted, found):
    """Yields a row for each picture: itself and its starts, the best first.   [1 + S, H, W, C]"""
    for k, image in enumerate(wanted):
        z = found.z[k, :MAX_SHOWN]
        labels = None if found.labels is None else found.labels[k, :MAX_SHOWN]
        yield [image, *samples.pixels(gan.decode, gan.config, z, labels)]


def table(files, found, config):
    """Yields the cells of the table, row by row: the error of the best start."""
    radius = latent.PRIORS[config.prior].radius(config.latent_dim)
    heading = [config.label_words[0]] if config.conditioned else []
    encoder = [] if found.encoded is None else ['encoder', 'after search', 'best start']
    yield ('picture', *heading, 'error', 'PSNR, dB', '|z| / radius', *encoder)
    for k, file in enumerate(files):
        error = found.error[k, 0]
        named = []
        if config.conditioned:
            named = [config.label_names[latent.first_label(found.labels[k])[0]]]
        yield (file, *named, f'{error:.3f}', f'{-20 * np.log10(max(error, 1e-9)):.1f}',
               f'{np.linalg.norm(found.z[k, 0]) / radius:.2f}',
               *(of_encoder(*found.from_encoder(k)) if encoder else []))


def of_encoder(before, after, best):
    """Returns the cells about the start from the encoder: see `InversionResult.from_encoder`."""
    return f'{before:.3f}', f'{after:.3f}', 'encoder' if best else 'random'


def parse(argv):
    """Reads the command line. UsageError for wrong arguments."""
    parser = Parser(description='Finds the latents from which a trained model draws given '
                    'pictures.', examples=EXAMPLES)
    group = parser.add_argument_group('the search')
    group.add_argument('--class', dest='class_', metavar='NAME', help='for a cgan or an '
                       'acgan: the class of all pictures; for an infogan: the value of code 1 '
                       '(default: every class is tried for each picture: ten classes take ten '
                       'times as long; an aae_clusters finds the cluster itself)')
    group.add_argument('--starts', type=int, default=8, metavar='N', help='number of '
                       'latents from which the search starts, for each picture: random ones, and '
                       'the first by the encoder, if there is one (default: 8)')
    group.add_argument('--steps', type=int, default=200, metavar='N', help='steps of L-BFGS, at '
                       'most; 0 = no search, the latent of the encoder as it is (default: 200)')
    group.add_argument('--features', type=float, metavar='W', help="weight of the error of D's "
                       "features, or E's in an aae; that of the pixels has weight 1 (default: "
                       '0.1; without a D, as pretrained:NAME and an age, 0)')
    group.add_argument('--seed', type=int, default=0, help='seed of the starts (default: 0)')
    group = parser.add_argument_group('the files')
    inputs.add_scale(group, 'the strip')
    group.add_argument('--save', type=local_path, metavar='FILE',
                       help='write the latents as an .npz file, for '
                       f'--latents of {program.command("sample")} and {program.command("morph")} '
                       '(default: RUN/images/inverted.npz; '
                       'without a run folder, inverted.npz)')
    group.add_argument('--out', type=local_path, metavar='FILE',
                       help='write the strip as a .png file (default: '
                       'RUN/images/inverted.png; without a run folder, inverted.png)')
    trained.add_run(parser)
    parser.add_argument('images', type=local_path, metavar='IMAGE', nargs='+',
                        help='picture files; '
                        'they are cropped and resized like the pictures of the training')
    args = parser.parse_args(argv, starts=(1, 1_000), steps=(0, 100_000), seed=SEEDS,
                             scale=(1, images.MAX_SCALE))
    if len(args.images) > MAX_IMAGES:
        raise UsageError(f'{len(args.images)} pictures: expected {MAX_IMAGES:,} at most')
    if args.features is not None and not 0 <= args.features <= 1000:
        raise UsageError(f'--features {args.features:g}: expected 0 to 1000')
    check_ending('--out', args.out, '.png')
    check_ending('--save', args.save, latent.ENDING)
    return args
