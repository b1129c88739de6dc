"""Draws rebuilt_STEP.png: real images, and what G makes of their codes."""

import numpy as np

from dcgan_tf import images

COLUMNS, MAX_IMAGES = 8, 32


def rebuilt_of(gan, feeder):
    """Returns a function that draws the picture with the present weights, as `pairs` does.

    It shows the first images of the data. feeder: a BatchFeeder.
    """
    real, labels = feeder.first_images(MAX_IMAGES)
    reference = feeder.reference()

    def draw():
        return pairs(real, images.to_uint8(gan.reconstruct(real, labels, reference)))
    return draw


def pairs(real, reconstructed, columns=COLUMNS):
    """Returns one picture: a row of images, then a row of their reconstructions, and so on.

    real, reconstructed: uint8 [N, H, W, C] -> uint8 [H', W', C]. A short last row ends in white.
    """
    blank = np.full((-len(real) % columns, *real.shape[1:]), 255, np.uint8)
    rows = [np.concatenate([each, blank]).reshape(-1, columns, *real.shape[1:])
            for each in (real, reconstructed)]
    return images.tile(np.stack(rows, axis=1).reshape(-1, *real.shape[1:]), columns)
