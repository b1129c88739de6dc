"""Finds the directions in which a latent changes the picture most, from the weights alone.

SeFa, Shen and Zhou 2021, arXiv 2007.06600, section 3.2: if the latent changes by a n, the output
of G's first layer, y = A z + b, changes by a A n, for every z. The orthogonal unit vectors n that
maximise |A n| are the eigenvectors of A^T A, which are the right singular vectors of A.
"""

import numpy as np


def principal_directions(gan, count: int) -> np.ndarray:
    """Returns the first `count` directions of a DeepConvolutionalGAN, at most Z of them.

    -> float64 [count, Z], orthonormal, the strongest first. A singular vector may have either sign:
    here its number of largest magnitude is positive. Of a cgan only the weights of z are used, not
    those of the label. There are none, [0, Z], if no layer of a G of one's own is linear in z.
    """
    gan.steps_done()                                  # gives the weights their values
    z_dim, weights = gan.config.latent_dim, _first_layer(gan)
    if weights is None:
        return np.zeros([0, z_dim])
    w = np.float64(gan.session.run(weights))[:z_dim]                            # [Z, units], A^T
    n = np.linalg.svd(w, full_matrices=False)[0].T[:count]                 # [count, Z]
    largest = n[np.arange(len(n)), np.abs(n).argmax(axis=1)]
    return n * np.sign(largest)[:, None]


def _first_layer(gan):
    """Returns the weights [Z and labels, units] of G's first layer; None if it is not linear."""
    inputs = gan.config.latent_dim, gan.config.latent_dim + gan.system.architecture.classes
    return next((w for w in gan.built.weights[gan.system.generator].values()
                 if w.shape.rank == 2 and w.shape[0] in inputs), None)
