"""The f-GANs of Nowozin et al. 2016, arXiv 1606.00709: a loss for each row of tables 1 and 2.

r and f are D's outputs [N, 1] for N real and N fake images. E, name: see formulas.py.
"""

from collections.abc import Callable
from typing import NamedTuple

import tensorflow as tf

softplus, mean = tf.nn.softplus, tf.reduce_mean


class FDivergence(NamedTuple):
    """D_f(P || Q) = E_Q f(p / q) = sup over T of E_P T - E_Q f*(T), T = g(v), v = D's output.

    f* is the convex conjugate of f. g maps any v into the domain of f*. `conjugate` is f*(g(v)),
    simplified so that it overflows only where it must:

                     f(u)                                f*(t)             g(v)
    kl               u log u                             exp(t - 1)        v
    reverse_kl       -log u                              -1 - log(-t)      -exp(-v)
    pearson          (u - 1)^2                           t^2 / 4 + t       v
    hellinger        (sqrt(u) - 1)^2                     t / (1 - t)       1 - exp(-v)
    jensen_shannon   u log u - (u + 1) log((u + 1) / 2)  -log(2 - exp(t))  log 2 - log(1 + exp(-v))
    gan              u log u - (u + 1) log(u + 1)        -log(1 - exp(t))  -log(1 + exp(-v))
    """

    g: Callable                 # v -> T, in the domain of f*
    conjugate: Callable         # v -> f*(g(v))
    boundary: float = 0.0       # the v at which T = f'(1), that is p = q


LOG_2 = 0.6931471805599453
#                                 T = g(v)                        f*(g(v))
F_DIVERGENCES = {
    'kl':             FDivergence(lambda v: v,                    lambda v: tf.exp(v - 1.0), 1.0),
    'reverse_kl':     FDivergence(lambda v: -tf.exp(-v),          lambda v: v - 1.0),
    'pearson':        FDivergence(lambda v: v,                    lambda v: v * v / 4.0 + v),
    'hellinger':      FDivergence(lambda v: 1.0 - tf.exp(-v),     lambda v: tf.exp(v) - 1.0),
    'jensen_shannon': FDivergence(lambda v: LOG_2 - softplus(-v), lambda v: softplus(v) - LOG_2),
    'gan':            FDivergence(lambda v: -softplus(-v),        softplus),
}


def f_gan_d(r, f, divergence, name='D'):
    """-(E g(r) - E f*(g(f))): eq. 6.

    For the best D, T = f'(p / q) and the loss is -D_f(P || Q).
    """
    with tf.name_scope(f'{name}_real'):
        real = mean(divergence.g(r))
    with tf.name_scope(f'{name}_fake'):
        fake = mean(divergence.conjugate(f))
    return tf.subtract(fake, real, name)


def f_gan_g(r, f, divergence, name='G'):
    """-E g(f), in place of -E f*(g(f)), whose gradient vanishes while D wins: section 3.2."""
    with tf.name_scope(name):
        return -mean(divergence.g(f))
