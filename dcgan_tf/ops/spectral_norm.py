"""Spectral normalisation: Miyato et al. 2018, arXiv 1802.05957, algorithm 1."""

import tensorflow as tf

from dcgan_tf import seeds
from dcgan_tf.ops.scopes import box

v1 = tf.compat.v1


class SpectralNorm:
    """W / sigma(W) in place of each weight W of a network, sigma = its largest singular value.

    Each training step does one step of the power iteration, so that sigma follows W:

        v = W u / |W u|,   u' = W^T v / |W^T v|,   sigma = v^T W u'

    W is the weight as a matrix [all but the last axis, last axis]. The gradient goes through sigma,
    but not through u and v. u [maps] is a variable, saved together with the weight. As in the
    paper, sigma is that of the matrix. It bounds the norm of the convolution only up to a constant.
    """

    def __init__(self, directions=None):
        """directions: name of a weight -> the u to start with, instead of the variable."""
        self._directions = directions or {}
        self._normed, self._updates = {}, {}

    def getter(self, getter, name, *args, **kwargs):
        """A custom getter for `ops.network`. All uses of a network share one normalised weight."""
        weight = getter(name, *args, **kwargs)
        if not name.endswith('/weights'):
            return weight
        if name not in self._normed:
            variable = getter(f'{name}_u', [weight.shape[-1]], weight.dtype, trainable=False,
                              initializer=_random_direction(name), use_resource=True)
            with box('spectral_norm'), tf.name_scope(name.rpartition('/')[0]):
                w = tf.convert_to_tensor(weight)
                u = tf.convert_to_tensor(self._directions.get(name, variable))
                self._normed[name], next_u = _normalise(w, u)
            self._updates[name] = variable, next_u
        return self._normed[name]

    def update_op(self):
        """Saves the u of this step for the next step."""
        return tf.group(*(u.assign(next_u, read_value=False)
                          for u, next_u in self._updates.values()))

    def for_other_weights(self):
        """Returns the SpectralNorm of the same directions, which has normalised no weight yet."""
        return SpectralNorm(self._directions)

    def one_step_on(self):
        """Returns the SpectralNorm of the next step, with the u that `update_op` would save."""
        return SpectralNorm({name: next_u for name, (_, next_u) in self._updates.items()})


def _normalise(w, u):
    """Returns W / sigma and the next u."""
    matrix = tf.reshape(w, [-1, w.shape[-1]])                                # [rows, maps]
    v = _unit(tf.linalg.matvec(matrix, u))                                   # [rows]
    next_u = _unit(tf.linalg.matvec(matrix, v, transpose_a=True))            # [maps]
    v, next_u = tf.stop_gradient(v), tf.stop_gradient(next_u)
    sigma = tf.tensordot(v, tf.linalg.matvec(matrix, next_u), 1)
    return w / sigma, next_u


def _random_direction(name):
    """Returns an initialiser: a random direction, another one for each weight."""
    seed = seeds.derive(v1.get_default_graph().seed or 0, 'spectral', name)
    return v1.random_normal_initializer(seed=seed)


def _unit(x):
    return x / tf.maximum(tf.norm(x), 1e-12)
