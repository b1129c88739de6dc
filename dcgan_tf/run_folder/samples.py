"""Draws many samples of a generator as uint8, one chunk at a time."""

import numpy as np

from dcgan_tf import images, latent

CHUNK = 256                   # maximum of images that are in memory as floats


def draw(images_of, config, seed: int, labels) -> np.ndarray:
    """Draws one image for each label, with the seeds seed, seed + 1, ...   -> uint8 [n, H, W, C]

    images_of: (z [N, Z], labels [N] or None) -> images [N, H, W, C] in [0, 1]. labels: int [n]; a
    `gan` uses only their number.
    """
    z = latent.draw(config.prior, len(labels), config.z_dim, seed)
    return pixels(images_of, config, z, labels)


def pixels(images_of, config, z: np.ndarray, labels) -> np.ndarray:
    """Makes the images of the latents z [n, Z].   -> uint8 [n, H, W, C]

    images_of, labels: see `draw`.
    """
    chunk = min(CHUNK, 8 * config.batch_size)         # a small batch is a sign of little memory
    parts = []
    for first in range(0, len(labels), chunk):
        some = slice(first, first + chunk)
        y = labels[some] if config.conditioned else None
        parts.append(images.to_uint8(images_of(z[some], y)))
    return np.concatenate(parts)
