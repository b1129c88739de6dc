"""Measures an encoder with exact averages in its batch norms: exact_averages.py RUN [--batches 300]

The moving averages of a batch norm lag behind weights that still move. The program of Donahue et
al. 2017, arXiv 1605.09782, does not follow them: after the training it averages the moments of
1,000 batches. This script does the same with the newest checkpoint of a run without labels, and
prints the distance of test pictures from their reconstructions before and after it.
"""

import argparse
import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from dcgan_tf import GAN
from dcgan_tf.data import load
from dcgan_tf.data.dataset import Batches
from dcgan_tf.metrics import reconstruction, reconstruction_ratio
from dcgan_tf.ops.batch_norm import MOVING_AVERAGE_UPDATES
from dcgan_tf.run_folder.initial_weights import assign


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('run')
    parser.add_argument('--batches', type=int, default=300)
    args = parser.parse_args()
    with GAN.open(args.run) as gan:
        c = gan.config
        train, test = (load(c.dataset, c.data_dir, split=split) for split in ('train', 'test'))
        print(row('moving averages', gan, test.images))
        set_averages(gan, train.images, args.batches)
        print(row(f'averages of {args.batches} batches', gan, test.images))


def row(name, gan, images):
    """Returns a line: EGr, the mean distance, and its ratio to that from another picture."""
    rebuilt = gan.reconstruct(images)
    return (f'{name}: reconstruction {reconstruction(images, rebuilt).value:.3f}, ratio '
            f'{reconstruction_ratio(images, rebuilt):.3f}')


def set_averages(gan, images, n):
    """Replaces the averages of all batch norms by the mean of the moments of n batches."""
    inputs, batches = gan.built.inputs, Batches(images, gan.config.batch_size, seed=1)
    moments = [m for network in gan.built.net if network.first_use
               for m in gan.graph.get_collection(MOVING_AVERAGE_UPDATES, network.first_use)]
    values = [gan.session.run([m.value for m in moments], {
        inputs.images_ph: batches.batch(number), inputs.noise_seed_ph: number})
        for number in range(n)]
    for moment, found in zip(moments, zip(*values, strict=True), strict=True):
        assign(gan.session, moment.average, np.mean(found, axis=0))


if __name__ == '__main__':
    main()
