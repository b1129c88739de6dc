"""Measures batch norm's averages of a G with averaged weights: train_ops/standing.py says why."""

import numpy as np

from dcgan_tf import latent
from dcgan_tf.fit.feed import sample_feed
from dcgan_tf.run_folder.samples import classes_in_turn

BATCHES, ROWS = 16, 64       # of latents
FIRST = 10 ** 9              # the number of the first picture, far from those that users draw


def measure(gan):
    """Draws BATCHES x ROWS latents, each with a class in turn. The same weights give the same bits.

    gan: a finished GAN that can be trained, with `steps.standing`.
    """
    c, standing = gan.config, gan.steps.standing
    for k in range(BATCHES):
        numbers = np.arange(FIRST + k * ROWS, FIRST + (k + 1) * ROWS)
        labels = classes_in_turn(numbers, c)
        feed_dict = sample_feed(c, gan.built.inputs, latent.latents_of(c, numbers), labels)
        gan.session.run(standing.op, {**feed_dict, standing.share_ph: 1.0 / (k + 1)})
