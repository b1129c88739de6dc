"""Draws samples of a run, and below each the training picture that is nearest to it in pixels.

    python experiments/nearest_pictures.py RUN nearest.png [--n 16] [--seed 0]

Training pictures count mirrored, too, if the run has --flip. Needs the run's data where they were,
and takes ten seconds.
"""

import argparse
import pathlib
import sys

import numpy as np
from sklearn.neighbors import NearestNeighbors

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from dcgan_tf import GAN, data
from dcgan_tf.images import write_png


def main(argv=None):
    """Writes the picture; returns the exit code."""
    args = parse(argv)
    with GAN.open(args.run) as gan:
        samples = np.rint(gan.sample(args.n, seed=args.seed) * 255.0).astype(np.uint8)
        config = gan.config
    real = np.asarray(data.load(config.dataset, config.data_dir, fit=data.image_format_of(config),
                                hold_out=config.hold_out).images)
    found = nearest(samples, np.concatenate([real, real[:, :, ::-1]]) if config.flip else real)
    write_png(args.out, np.concatenate([beside(samples), beside(found)]))
    print(f'{args.out}: {args.n} samples, and the nearest of {len(real)} pictures')
    return 0


def nearest(samples, real):
    """Returns the nearest real picture of each sample.   [N, H, W, C], [M, ...] -> [N, ...]"""
    index = NearestNeighbors(n_neighbors=1).fit(real.reshape(len(real), -1).astype(np.float32))
    places = index.kneighbors(samples.reshape(len(samples), -1), return_distance=False)
    return real[places[:, 0]]


def beside(images):
    """Puts pictures side by side.   [N, H, W, C] -> [H, N W, C]"""
    return np.concatenate(list(images), axis=1)


def parse(argv):
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition('\n')[0])
    parser.add_argument('run', type=pathlib.Path)
    parser.add_argument('out', type=pathlib.Path)
    parser.add_argument('--n', type=int, default=16)
    parser.add_argument('--seed', type=int, default=0)
    return parser.parse_args(argv)


if __name__ == '__main__':
    sys.exit(main())
