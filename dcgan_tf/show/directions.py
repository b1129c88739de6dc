"""Finds the directions in which a latent changes the picture most, from the weights alone.

SeFa, Shen and Zhou 2021, arXiv 2007.06600, section 3.2: if the latent changes by a n, the output
of G's first layer, y = A z + b, changes by a A n, for every z. The orthogonal unit vectors n that
maximise |A n| are the eigenvectors of A^T A, which are the right singular vectors of A.
"""

import numpy as np

FIRST_LAYER = 'g0_linear'          # its name in every family of architectures


def principal_directions(gan, count: int) -> np.ndarray:
    """Returns the first `count` directions of a DeepConvolutionalGAN, at most Z of them.

    -> float64 [count, Z], orthonormal, the strongest first. A singular vector may have either sign:
    here its number of largest magnitude is positive. Of a cgan only the weights of z are used, not
    those of the label.
    """
    gan.steps_done()                                  # gives the weights their values
    model, field = gan.built, gan.system.generator
    weights = model.weights[field][f'{getattr(model.net, field).name}/{FIRST_LAYER}/weights']
    w = np.float64(gan.session.run(weights))[:gan.config.latent_dim]            # [Z, units], A^T
    n = np.linalg.svd(w, full_matrices=False)[0].T[:count]                 # [count, Z]
    largest = n[np.arange(len(n)), np.abs(n).argmax(axis=1)]
    return n * np.sign(largest)[:, None]
