"""Asks the encoder of a GAN for what the metrics of encoders need."""

import functools

import numpy as np

from dcgan_tf import latent
from dcgan_tf.fit.feed import first_pair
from dcgan_tf.run_folder import samples


def encoded_by(gan, images, labels, seed=0) -> dict:
    """Returns an argument of `Evaluator.evaluate`: `encoded`; {} if the GAN has no encoder.

    images: uint8 [N, H, W, C], the data, and its labels [N] or None. They normalise others if batch
    norm keeps no averages. seed: of the first latent whose image is encoded; the others have the
    next ones.
    """
    if not gan.config.encodes:
        return {}
    return {'encoded': functools.partial(encoded, gan, first_pair(gan.config, images, labels),
                                         seed)}


def encoded(gan, reference, seed, wanted, train, test) -> dict:
    """Returns the rows of `metrics.INPUTS` that are `wanted`: name -> array.

    train, test: Datasets; there are as many latents as pictures in `test`. The images of latents
    are rounded to 8 bits, as those of the data are. reference: as in `GAN.encode`.
    """
    c, made = gan.config, {}

    def encode(images, labels):
        return gan.encode(images, labels if c.learns_classes else None, reference)
    if 'train_codes' in wanted:
        made['train_codes'] = encode(train.images, train.labels)
    if wanted & {'codes', 'rebuilt'}:
        made['codes'] = encode(test.images, test.labels)
    if 'rebuilt' in wanted:
        labels = gan.labels_for_g(test.images, test.labels, reference)
        made['rebuilt'] = samples.pixels(gan.decode, c, made['codes'], labels)
    if wanted & {'latents', 'cycled'}:
        made['latents'] = latent.draw(c.prior, len(test), c.latent_dim, seed)
    if 'cycled' in wanted:
        labels = (samples.classes_in_turn(np.arange(len(test)), c) if c.has_codes else
                  test.labels)
        fakes = samples.pixels(gan.generate_images, c, made['latents'], labels)
        made['cycled'] = encode(fakes, test.labels)
    return made
