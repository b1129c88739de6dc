"""Turning: a path between two latents that stays on the prior's shell."""

import numpy as np

from dcgan_tf.errors import UsageError


def slerp(a: np.ndarray, b: np.ndarray, t: float | np.ndarray) -> np.ndarray:
    """Turns from a (t = 0) to b (t = 1) at constant angular speed. The norm changes linearly.

    a, b [Z], t a number or [T]; -> [Z] or [T, Z]. Shoemake 1985, for unit vectors u, v at angle W:
    (sin((1-t)W) u + sin(tW) v) / sin W. Let p be the unit vector at a right angle to u, on the side
    of v. Then the same curve is cos(tW) u + sin(tW) p, and there is no division by sin W = 0.
    Between opposite vectors all half circles have one length, and p is any of them. UsageError for
    a vector of length 0, because it has no direction.
    """
    t = np.asarray(t, np.float64)[..., None]
    norm_a, norm_b = np.linalg.norm(a), np.linalg.norm(b)
    if not norm_a * norm_b > 0:
        raise UsageError('slerp: got a vector of length 0 (or NaN), which has no direction')
    u, v = np.float64(a) / norm_a, np.float64(b) / norm_b
    p = _across(u, v)
    turn = t * angle(u, v)
    z = ((1 - t) * norm_a + t * norm_b) * (np.cos(turn) * u + np.sin(turn) * p)
    return z.astype(np.result_type(a, b, np.float32))


def angle(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Returns the angles between unit vectors, in [0, pi]. [..., Z], [..., Z] -> [...]

    They are exact also near 0 and pi, where arccos is not.
    """
    return 2 * np.arctan2(np.linalg.norm(u - v, axis=-1), np.linalg.norm(u + v, axis=-1))


def _across(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Returns the unit vector at a right angle to unit u, on the side of v.

    If v is u or -u, it is any vector at a right angle.
    """
    p = v - (u @ v) * u
    if np.linalg.norm(p) < 1e-7:                  # below this, p is only rounding error
        if len(u) < 2:
            raise UsageError('slerp: got vectors of 1 number, expected --z-dim 2 or more')
        axis = np.eye(len(u))[np.argmin(np.abs(u))]
        p = axis - (u @ axis) * u
    return p / np.linalg.norm(p)


def orthonormal(vectors: np.ndarray) -> np.ndarray:
    """Returns vectors of length 1 at right angles that span the same space.   [K, Z] -> [K, Z]

    Row 0 keeps its direction. It is Gram-Schmidt by QR. QR leaves the signs open, so a positive
    diagonal of R fixes them. UsageError if the rows are not independent, as when K > Z.
    """
    if np.linalg.matrix_rank(vectors) < len(vectors):
        raise UsageError(f'orthonormal: got {len(vectors)} vectors of {vectors.shape[1]} numbers '
                         'that are not independent; a larger --z-dim may help')
    q, r = np.linalg.qr(np.float64(vectors).T)    # [Z, K], [K, K]
    return (q * np.sign(np.diag(r))).T
