"""Frechet distance between two Gaussians with the means and covariances of real and fake features.

The formula of FID (Heusel et al. 2017, arXiv 1706.08500, eq. 6) is that of Dowson and Landau 1982.
It is the square of the 2-Wasserstein distance of the Gaussians:

    |m_a - m_b|^2 + tr(A + B - 2 (A B)^1/2)

FID is its name with the features of one published Inception network. Values of other features are
not comparable with published ones, only with each other. The value falls with N (its bias is about
1/N), so compare only values with the same N and M.
"""

import numpy as np

from dcgan_tf.metrics.base import features


def frechet_distance(real, fake) -> float:
    """Returns the Frechet distance of features real [N, F] and fake [M, F].

    Its unit is that of the features, squared. 0 is best, there is no upper bound. It uses means and
    unbiased covariances. N or M below F is allowed: the covariance is then singular. Raises
    UsageError for what `base.features` refuses.
    """
    real, fake = features(real=real, fake=fake)
    return frechet_of_moments(*_moments(real), *_moments(fake))


def frechet_of_moments(mean_a, cov_a, mean_b, cov_b) -> float:
    """Returns the Frechet distance for means [F] and symmetric covariances [F, F]."""
    apart = np.sum((mean_a - mean_b) ** 2)
    distance = apart + np.trace(cov_a) + np.trace(cov_b) - 2.0 * _trace_of_root(cov_a, cov_b)
    return float(max(distance, 0.0))              # for equal sets, rounding may give -1e-15


def _moments(x):
    """Returns mean [F] and unbiased covariance [F, F] of x [N, F]."""
    return x.mean(axis=0), np.atleast_2d(np.cov(x, rowvar=False))


def _trace_of_root(a, b):
    """Returns tr (A B)^1/2 for symmetric, positive semi-definite A and B [F, F]; never complex.

    With A = L L^T, the eigenvalues of A B are those of the symmetric L^T B L; L = V sqrt(w) from
    A = V w V^T. Directions in which A has no variance are left out: the root would turn a rounding
    error of 1e-16 into 1e-8, and there may be hundreds of such directions.
    """
    w, v = np.linalg.eigh(a)                                                        # [F], [F, F]
    kept = w > max(w[-1], 0.0) * len(w) * np.finfo(np.float64).eps
    root = v[:, kept] * np.sqrt(w[kept])                                            # L [F, rank]
    return np.sum(np.sqrt(np.maximum(np.linalg.eigvalsh(root.T @ b @ root), 0.0)))
