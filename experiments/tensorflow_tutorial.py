"""Trains the network of TensorFlow's DCGAN tutorial on MNIST: the last row of docs/experiments.md.

    python experiments/tensorflow_tutorial.py --steps 5000 --samples 5000

The layers, losses, Adam with 1e-4 and normal latents are those of
https://www.tensorflow.org/tutorials/generative/dcgan, but the batches have 32 images. It prints the
Frechet distance at each quarter of the steps, in the features of tools/evaluate.py.
Needs MNIST. Time: 12.4 minutes for the steps, on two cores; the machine is not recorded.
"""

import argparse
import contextlib
import os
import pathlib
import statistics
import sys
import time

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

Z, BATCH, CHUNK = 100, 32, 500         # latents; images in a step; images drawn at a time


def main(argv=None):
    """Prints a line for each quarter of the training; returns the exit code."""
    args = parse(argv)
    with frechet(args) as (images, distance):
        import keras
        keras.utils.set_random_seed(args.seed)
        g, d = generator(keras), discriminator(keras)
        print(f'{g.count_params() + d.count_params():,} parameters')
        step, times = training_step(keras, g, d), []
        real, order = 2 * (images / np.float32(255)) - 1, np.random.default_rng(args.seed)
        for number in range(1, args.steps + 1):
            begun = time.perf_counter()
            step(real[order.integers(0, len(real), BATCH)])
            times.append(time.perf_counter() - begun)
            if number % max(1, args.steps // 4) == 0:
                print(f'step {number}: distance {distance(drawn(g, args)):.1f}, '
                      f'{1e3 * statistics.median(times):.0f} ms a step', flush=True)
    return 0


def generator(keras):
    """Returns G: latents [N, Z] -> images [N, 28, 28, 1] from -1 to 1."""
    k = keras.layers
    return keras.Sequential([
        keras.Input([Z]), k.Dense(7 * 7 * 256, use_bias=False), k.BatchNormalization(),
        k.LeakyReLU(), k.Reshape([7, 7, 256]),
        k.Conv2DTranspose(128, 5, 1, 'same', use_bias=False), k.BatchNormalization(), k.LeakyReLU(),
        k.Conv2DTranspose(64, 5, 2, 'same', use_bias=False), k.BatchNormalization(), k.LeakyReLU(),
        k.Conv2DTranspose(1, 5, 2, 'same', use_bias=False, activation='tanh')])


def discriminator(keras):
    """Returns D: images [N, 28, 28, 1] -> logits [N, 1]."""
    k = keras.layers
    return keras.Sequential([
        keras.Input([28, 28, 1]), k.Conv2D(64, 5, 2, 'same'), k.LeakyReLU(), k.Dropout(0.3),
        k.Conv2D(128, 5, 2, 'same'), k.LeakyReLU(), k.Dropout(0.3), k.Flatten(), k.Dense(1)])


def training_step(keras, g, d):
    """Returns a compiled function of images [BATCH, 28, 28, 1] that makes one step of G and D."""
    import tensorflow as tf
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    of_g, of_d = keras.optimizers.Adam(1e-4), keras.optimizers.Adam(1e-4)

    @tf.function
    def step(real):
        with tf.GradientTape(persistent=True) as tape:
            fake = g(tf.random.normal([BATCH, Z]), training=True)
            r, f = d(real, training=True), d(fake, training=True)
            g_loss = loss(tf.ones_like(f), f)
            d_loss = loss(tf.ones_like(r), r) + loss(tf.zeros_like(f), f)
        for optimizer, network, value in ((of_g, g, g_loss), (of_d, d, d_loss)):
            weights = network.trainable_variables
            optimizer.apply(tape.gradient(value, weights), weights)
        return d_loss, g_loss
    return step


def drawn(g, args):
    """Returns samples, uint8 [N, 28, 28, 1]."""
    z = np.random.default_rng(args.seed).normal(size=(args.samples, Z)).astype(np.float32)
    parts = [np.asarray(g(z[i:i + CHUNK], training=False)) for i in range(0, len(z), CHUNK)]
    return np.rint((np.concatenate(parts) + 1) * 127.5).astype(np.uint8)


@contextlib.contextmanager
def frechet(args):
    """Yields the training images, and a function of samples that returns their distance."""
    from dcgan_tf import evaluating, preset
    from dcgan_tf.data import load
    config = preset('main1', dataset='mnist', data_dir=args.data_dir)
    data = load('mnist', args.data_dir)
    real = evaluating.real_pictures(config, data, n=args.samples, metrics=('frechet',))
    with evaluating.open_evaluator(config, real, n=args.samples, cache=args.cache_folder,
                                   metrics=('frechet',)) as evaluator:
        print(evaluator.note)
        yield data.images, lambda images: evaluator.evaluate(images).metrics['frechet'].value


def parse(argv):
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition('\n')[0])
    add = parser.add_argument
    add('--steps', type=int, default=5000, help='(default: 5000)')
    add('--samples', type=int, default=5000, help='(default: 5000)')
    add('--seed', type=int, default=0, help='(default: 0)')
    add('--data-dir', default=os.environ.get('DATASET_FOLDER', 'dataset'))
    add('--cache-folder', default=os.environ.get('CACHE_FOLDER', 'cache'))
    return parser.parse_args(argv)


if __name__ == '__main__':
    sys.exit(main())
