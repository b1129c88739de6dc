"""Many samples of a generator as bytes, a chunk at a time."""

import numpy as np

from dcgan_tf import images, latent

CHUNK = 256                   # images in memory at once, as floats, at most


def draw(images_of, config, seed: int, labels) -> np.ndarray:
    """Images of the seeds seed, seed + 1, ..., one a label.   -> uint8 [n, H, W, C]

    images_of: (z [N, Z], labels [N] or None) -> images [N, H, W, C] in [0, 1]. labels: any n of
    them; a `gan` looks only at how many.
    """
    chunk = min(CHUNK, 8 * config.batch_size)         # a small batch may mean little memory
    parts = []
    for first in range(0, len(labels), chunk):
        some = labels[first:first + chunk]
        z = latent.draw(config.prior, len(some), config.z_dim, seed + first)
        parts.append(images.to_uint8(images_of(z, some if config.conditioned else None)))
    return np.concatenate(parts)
