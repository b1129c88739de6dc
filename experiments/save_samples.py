"""Writes samples of runs into npz files, for experiments/judge_faces.py.

    python experiments/save_samples.py RUN [RUN ...] --n 500 [--checkpoint STEP]

RUN/samples.npz has uint8 `images` [N, H, W, C].
"""

import argparse
import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from dcgan_tf import GAN


def main(argv=None):
    """Writes the files; returns the exit code."""
    args = parse(argv)
    for run in args.runs:
        with GAN.open(run, args.checkpoint) as gan:
            images = np.rint(gan.sample(args.n, seed=args.seed) * 255.0).astype(np.uint8)
        np.savez(run / 'samples.npz', images=images)
        print(f'{run / "samples.npz"}: {images.shape}')
    return 0


def parse(argv):
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition('\n')[0])
    parser.add_argument('runs', type=pathlib.Path, nargs='+')
    parser.add_argument('--n', type=int, default=500)
    parser.add_argument('--seed', type=int, default=0)
    parser.add_argument('--checkpoint', default='newest', help='its step')
    return parser.parse_args(argv)


if __name__ == '__main__':
    sys.exit(main())
