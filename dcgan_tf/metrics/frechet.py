"""Frechet distance: how far apart are two Gaussians that have the moments of real and fake.

The formula behind FID (Heusel et al. 2017, arXiv 1706.08500, eq. 6) is that of Dowson and Landau
1982 for the 2-Wasserstein distance of two Gaussians; it is the square of that distance:

    |m_a - m_b|^2 + tr(A + B - 2 (A B)^1/2)

FID is the name with the features of one published Inception network; of other features the figures
are not comparable with printed ones, only with each other. It falls with N (its bias is about 1/N):
compare only figures of the same N and M.
"""

import numpy as np

from dcgan_tf.errors import UsageError
from dcgan_tf.metrics.base import array, features


def frechet_distance(real, fake) -> float:
    """Of features real [N, F] and fake [M, F], unit: features squared. 0 is best, no upper bound.

    Means and unbiased covariances. N or M below F is allowed: the covariance is then singular.
    UsageError for what `base.features` refuses.
    """
    real, fake = features(real=real, fake=fake)
    return frechet_of_moments(*_moments(real), *_moments(fake))


def frechet_of_moments(mean_a, cov_a, mean_b, cov_b) -> float:
    """The same of means [F] and symmetric covariances [F, F]; UsageError for other shapes."""
    mean_a, mean_b = (array('mean', x, '[F]', least=1) for x in (mean_a, mean_b))
    cov_a, cov_b = (array('covariance', x, '[F, F]', least=1) for x in (cov_a, cov_b))
    shapes = [list(x.shape) for x in (mean_a, cov_a, mean_b, cov_b)]
    if shapes != 2 * [[len(mean_a)], 2 * [len(mean_a)]]:
        raise UsageError(f'moments: got the shapes {shapes}, expected [F], [F, F], [F], [F, F]')
    apart = np.sum((mean_a - mean_b) ** 2)
    distance = apart + np.trace(cov_a) + np.trace(cov_b) - 2.0 * _trace_of_root(cov_a, cov_b)
    return float(max(distance, 0.0))              # of equal sets, rounding may leave -1e-15


def _moments(x):
    """[N, F] -> mean [F], unbiased covariance [F, F]."""
    return x.mean(axis=0), np.atleast_2d(np.cov(x, rowvar=False))


def _trace_of_root(a, b):
    """tr (A B)^1/2 for symmetric, positive semi-definite A and B [F, F]; never complex.

    With A = L L^T, the eigenvalues of A B are those of the symmetric L^T B L; L = V sqrt(w) from
    A = V w V^T. Directions in which A is flat are left out: the root makes 1e-8 of a rounding of
    1e-16, and there may be hundreds of them.
    """
    w, v = np.linalg.eigh(a)                                                        # [F], [F, F]
    kept = w > max(w[-1], 0.0) * len(w) * np.finfo(np.float64).eps
    root = v[:, kept] * np.sqrt(w[kept])                                            # L [F, rank]
    return np.sum(np.sqrt(np.maximum(np.linalg.eigvalsh(root.T @ b @ root), 0.0)))
