"""Makes a generator that comes along with the package, of a trained run.

    python experiments/make_pretrained.py RUN NAME card.json

card.json has `about`, `data`, `command` and `figures`: see `dcgan_tf/pretrained/`. Writes
dcgan_tf/pretrained/NAME.npz and NAME.json, loads them again, and prints how far the pictures
are from those of the run. --out: another folder.
"""

import argparse
import json
import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from dcgan_tf import GAN, pretrained
from dcgan_tf.run_folder.trained_weights import Weights

N = 64                               # pictures that are compared


def main(argv=None):
    """Writes the generator; returns the exit code."""
    args = parse(argv)
    card, wanted = written(args)
    found = pretrained.find(f'{pretrained.PREFIX}{args.name}', args.out)      # as it can be read
    with GAN.of_weights(Weights(found.name, found.config, found.folder, found.step, args.out,
                                card=found)) as gan:
        error = np.abs(gan.sample(N) - wanted).max()
    size = (args.out / f'{args.name}.npz').stat().st_size
    print(f'{pretrained.PREFIX}{args.name}: step {card.step:,}, {size / 1e6:.2f} MB; half '
          f'precision changes a pixel by {255 * error:.1f} of 255 at most')
    return 0


def written(args):
    """Writes both files; returns the Card and N pictures of the run."""
    with GAN.open(args.run, args.checkpoint) as gan:
        step, built = gan.steps_done(), gan.built
        made_of = {field: built.weights[field] for field in gan.system.averaged}
        config = gan.config.replace(data_dir='dataset')
        card = pretrained.Card(args.name, args.out, config=config, step=step, digest='',
                               **json.loads(args.card.read_text(encoding='utf-8')))
        return pretrained.write(card, gan.session.run(made_of)), gan.sample(N)


def parse(argv):
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition('\n')[0])
    parser.add_argument('run', type=pathlib.Path)
    parser.add_argument('name')
    parser.add_argument('card', type=pathlib.Path)
    parser.add_argument('--checkpoint', default='newest')
    parser.add_argument('--out', type=pathlib.Path, default=pretrained.FOLDER)
    return parser.parse_args(argv)


if __name__ == '__main__':
    sys.exit(main())
