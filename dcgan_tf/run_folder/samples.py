"""Many samples of a generator as bytes, a chunk at a time."""

import numpy as np

from dcgan_tf import images, latent

CHUNK = 256                   # images in memory at once, as floats, at most


def draw(images_of, config, seed: int, labels) -> np.ndarray:
    """Images of the seeds seed, seed + 1, ..., one a label.   -> uint8 [n, H, W, C]

    images_of: (z [N, Z], labels [N] or None) -> images [N, H, W, C] in [0, 1]. labels: any n of
    them; a `gan` looks only at how many.
    """
    z = latent.draw(config.prior, len(labels), config.z_dim, seed)
    return pixels(images_of, config, z, labels)


def pixels(images_of, config, z: np.ndarray, labels) -> np.ndarray:
    """Images of the latents z [n, Z], as `draw` makes them.   -> uint8 [n, H, W, C]"""
    chunk = min(CHUNK, 8 * config.batch_size)         # a small batch may mean little memory
    parts = []
    for first in range(0, len(labels), chunk):
        some = slice(first, first + chunk)
        y = labels[some] if config.conditioned else None
        parts.append(images.to_uint8(images_of(z[some], y)))
    return np.concatenate(parts)
