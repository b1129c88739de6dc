"""Directions in which a latent changes the picture most, read off the weights without a sample.

SeFa, Shen and Zhou 2021, arXiv 2007.06600, section 3.2: a step a n of the latent moves the output
of G's first layer, y = A z + b, by a A n, whatever z was. The unit vectors n that maximise |A n|,
one at a right angle to the other, are the eigenvectors of A^T A: the right singular vectors of A.
"""

import numpy as np
import tensorflow as tf

v1 = tf.compat.v1
FIRST_LAYER = 'g0_linear'          # of every family of architectures


def principal_directions(gan, count: int) -> np.ndarray:
    """The first `count` directions of a DeepConvolutionalGAN, or as many as z has numbers.

    -> float64 [count, Z], orthonormal, the strongest first. The sign of a singular vector is open:
    here its largest number is positive. Of a cgan the rows of z alone count, not the label's.
    """
    gan.steps_done()                                  # the weights have values
    network = 'Generator_ema' if gan.built.averages else 'Generator'
    with gan.graph.as_default():
        (weights,) = v1.global_variables(f'{network}/{FIRST_LAYER}/weights:')
    w = np.float64(gan.session.run(weights))[:gan.config.z_dim]            # [Z, units], A^T
    n = np.linalg.svd(w, full_matrices=False)[0].T[:count]                 # [count, Z]
    largest = n[np.arange(len(n)), np.abs(n).argmax(axis=1)]
    return n * np.sign(largest)[:, None]
