"""Puts parts of a run's pictures together: the progress of docs/presets.md, the codes of InfoGAN.

    python experiments/rows.py RUN progress.png --steps 0,500,1000,2000
    python experiments/rows.py RUN codes.png --codes 5000        # the blocks of codes_005000.png

Needs a run with pictures of these steps, of a training with --scale 1, and takes a second.
"""

import argparse
import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from dcgan_tf.images import read_png, write_png

COLUMNS = 16             # latents that the picture of progress shows
LINE, GAP = 2, 4         # white pixels between two blocks of codes: in the file, in the picture


def main(argv=None):
    """Writes the picture; returns the exit code."""
    args = parse(argv)
    folder = args.run / 'images'
    if args.codes is not None:
        picture = side_by_side(read_png(folder / f'codes_{args.codes:06d}.png'))
    else:
        picture = progress([read_png(folder / f'row_{step:06d}.png') for step in args.steps])
    write_png(args.out, picture)
    print(f'{args.out}: {picture.shape[1]}x{picture.shape[0]}')
    return 0


def progress(rows):
    """Stacks rows of square pictures.   uint8 [[H, W, C], ...] -> [rows x H, COLUMNS x H, C]"""
    return np.concatenate([row[:, :COLUMNS * row.shape[0]] for row in rows])


def side_by_side(picture):
    """Puts blocks that are below each other beside each other.   uint8 [H, W, C] -> [H', W', C]

    Each block is a square, as ten values of a code are in ten columns.
    """
    side = picture.shape[1]
    blocks = [picture[top:top + side] for top in range(0, len(picture), side + LINE)]
    white = np.full_like(blocks[0][:, :GAP], 255)
    return np.concatenate([part for block in blocks for part in (block, white)][:-1], axis=1)


def parse(argv):
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition('\n')[0])
    parser.add_argument('run', type=pathlib.Path)
    parser.add_argument('out', type=pathlib.Path)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument('--steps', type=lambda text: [int(step) for step in text.split(',')],
                      help='the steps, each with a row')
    what.add_argument('--codes', type=int, metavar='STEP', help='the step of a codes_STEP.png')
    return parser.parse_args(argv)


if __name__ == '__main__':
    sys.exit(main())
