"""Many samples of a generator as bytes, a chunk at a time."""

import numpy as np

from dcgan_tf import images, latent

CHUNK = 256                   # images in memory at once, as floats


def draw(images_of, config, n: int, seed: int = 0) -> np.ndarray:
    """Images of the seeds seed ... seed + n - 1, classes in turn.   -> uint8 [n, H, W, C]

    images_of: (z [N, Z], labels [N] or None) -> images [N, H, W, C] in [0, 1].
    """
    return of(images_of, config, seed, np.arange(n) % max(len(config.class_names), 1))


def of(images_of, config, seed: int, labels) -> np.ndarray:
    """Images of the seeds seed, seed + 1, ..., one a label; a `gan` looks only at how many."""
    parts = []
    for first in range(0, len(labels), CHUNK):
        some = labels[first:first + CHUNK]
        z = latent.draw(config.prior, len(some), config.z_dim, seed + first)
        parts.append(images.to_uint8(images_of(z, some if config.conditioned else None)))
    return np.concatenate(parts)
