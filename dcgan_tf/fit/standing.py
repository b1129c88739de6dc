"""Measures batch norm's averages of a G with averaged weights: train_ops/standing.py says why."""

import numpy as np

from dcgan_tf import latent
from dcgan_tf.fit.feed import sample_feed
from dcgan_tf.run_folder.samples import classes_in_turn
from dcgan_tf.seeds import generator

BATCHES, ROWS = 16, 64       # of latents
FIRST = 10 ** 9              # the number of the first picture, far from those that users draw


def measure(gan):
    """Draws BATCHES x ROWS latents, always the same. The same weights give the same bits.

    gan: a finished GAN that can be trained, with `steps.standing`.
    """
    c, standing = gan.config, gan.steps.standing
    numbers = np.arange(FIRST, FIRST + BATCHES * ROWS)
    z, labels = latent.latents_of(c, numbers), labels_of(gan, numbers)
    for k in range(BATCHES):
        rows = slice(k * ROWS, (k + 1) * ROWS)
        feed_dict = sample_feed(c, gan.built.inputs, z[rows], None if labels is None
                                else labels[rows])
        gan.session.run(standing.op, {**feed_dict, standing.share_ph: 1.0 / (k + 1)})


def labels_of(gan, numbers):
    """Returns the label of each latent, or None: as G gets them in training.

    A cgan gets those of the data, whose classes may have other shares. All others get each class as
    often as any other.
    """
    data = gan._fitted[1]
    if gan.config.kind == 'cgan' and data is not None:
        chosen = generator(0, 'standing').integers(len(data), size=len(numbers))
        return np.asarray(data)[chosen]
    return classes_in_turn(numbers, gan.config)
