"""Spectral normalisation: Miyato et al. 2018, arXiv 1802.05957, algorithm 1."""

import tensorflow as tf

from dcgan_tf import seeds

v1 = tf.compat.v1


class SpectralNorm:
    """W / sigma(W) in place of each weight W of a network, sigma = its largest singular value.

    One step of the power iteration a training step follows sigma while W moves:

        v = W u / |W u|,   u' = W^T v / |W^T v|,   sigma = v^T W u'

    W is the weight as a matrix [all but the last axis, last axis]. The gradient sees sigma, but
    not u and v. u [maps] is kept beside the weight and saved with it. As in the paper sigma is that
    of the matrix, which only bounds the norm of the convolution up to a constant.
    """

    def __init__(self, directions=None):
        """directions: name of a weight -> the u to begin with, in place of the one kept."""
        self._directions = directions or {}
        self._normed, self._next = {}, {}

    def getter(self, getter, name, *args, **kwargs):
        """A custom getter for `ops.network`. All uses share one normalised weight."""
        weight = getter(name, *args, **kwargs)
        if not name.endswith('/weights'):
            return weight
        if name not in self._normed:
            kept = getter(f'{name}_u', [weight.shape[-1]], weight.dtype, trainable=False,
                          initializer=_start(name), use_resource=True)
            with tf.name_scope('spectral_norm/'):
                w = tf.convert_to_tensor(weight)
                u = tf.convert_to_tensor(self._directions.get(name, kept))
                self._normed[name], after = _normalise(w, u)
            self._next[name] = kept, after
        return self._normed[name]

    def update_op(self):
        """Keeps the u of this step for the next."""
        return tf.group(*(u.assign(new, read_value=False) for u, new in self._next.values()))

    def one_step_on(self):
        """The norms of the next step: its u are those that `update_op` would keep."""
        return SpectralNorm({name: new for name, (_, new) in self._next.items()})


def _normalise(w, u):
    """-> W / sigma and the next u."""
    matrix = tf.reshape(w, [-1, w.shape[-1]])                                # [rows, maps]
    v = _unit(tf.linalg.matvec(matrix, u))                                   # [rows]
    after = _unit(tf.linalg.matvec(matrix, v, transpose_a=True))             # [maps]
    v, after = tf.stop_gradient(v), tf.stop_gradient(after)
    sigma = tf.tensordot(v, tf.linalg.matvec(matrix, after), 1)
    return w / sigma, after


def _start(name):
    """A random direction of each weight's own."""
    seed = seeds.derive(v1.get_default_graph().seed or 0, 'spectral', name)
    return v1.random_normal_initializer(seed=seed)


def _unit(x):
    return x / tf.maximum(tf.norm(x), 1e-12)
