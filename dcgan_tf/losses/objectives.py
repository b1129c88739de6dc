"""What D and G minimise, as pure functions of D's raw outputs: formula, paper, stable form.

r and f are D's outputs [N, L] for N real and N fake images. E is the mean over the batch. D(x) is
the probability sigmoid(l) that x is real. Every loss is a scalar. softplus(l) = log(1 + exp(l))
replaces both logarithms: -log sigmoid(l) = softplus(-l), and -log(1 - sigmoid(l)) = softplus(l). So
no log is taken of a number that was rounded to 0.

`OBJECTIVES` is the table of choices. `F_DIVERGENCES` is the table of the six f-GANs.
"""

import functools
from collections.abc import Callable
from typing import NamedTuple

import tensorflow as tf

from dcgan_tf.errors import UsageError
from dcgan_tf.ops import global_batch_mean

softplus, relu, mean = tf.nn.softplus, tf.nn.relu, tf.reduce_mean
CLIP = 0.01         # wgan: for D's weights, Arjovsky et al. 2017, arXiv 1701.07875, algorithm 1
EBGAN_MARGIN = 0.1  # ebgan: m, in half ranges of a pixel; with 0.5 no digits formed
LS_LAMBDA = 1.0     # loss_sensitive: lambda


class Objective(NamedTuple):
    """One row of OBJECTIVES."""

    d_loss: Callable            # (r, f, and margin if the row has it; smooth = t if config's row
    #                             has it: the target of real images is 1 - t) -> []
    g_loss: Callable            # (r, f) -> []
    score: Callable             # [N, L] -> [N], > 0 where D says "real"
    logits: int = 1             # L
    margins: bool = False       # d_loss takes margin [N]: distance of the i-th real and fake
    relative: bool = False      # only differences of D's outputs have a meaning, 0 has none
    autoencoder: bool = False   # D returns the error of its reconstruction, not a logit
    critic: bool = False        # D should separate all images: G learns from the distance
    clip: float = 0.0           # D's weights are clipped to [-clip, clip], unless a penalty
    #                             or spectral norm bounds D's slope


# ---- logistic: D is a classifier, real against fake

def softmax_d(r, f, smooth=0.0):
    """-E log D(x) - E log(1 - D(G(z))), D = softmax(l)_1; class 0 is fake, class 1 real.

    The two-class form in Salimans et al. 2016, arXiv 1606.03498, section 5.
    """
    return _cross_entropy(r, 1.0 - smooth) + _cross_entropy(f, 0.0)


def softmax_g(r, f):
    """-E log D(G(z)), D = softmax(l)_1: Goodfellow et al. 2014, arXiv 1406.2661, section 3."""
    return _cross_entropy(f, 1.0)


def logistic_d(r, f, smooth=0.0):
    """-E log D(x) - E log(1 - D(G(z))): Goodfellow et al. 2014, arXiv 1406.2661, eq. 1.

    The best D is p / (p + q). With smoothing: -(1 - t) log D - t log(1 - D) = softplus(-r) + t r:
    Salimans et al. 2016, arXiv 1606.03498, section 3.4.
    """
    return mean(softplus(-r) + smooth * r) + mean(softplus(f))


def non_saturating_g(r, f):
    """-E log D(G(z)), whose gradient does not vanish while D wins.

    Goodfellow et al. 2014, arXiv 1406.2661, section 3.
    """
    return mean(softplus(-f))


def minimax_g(r, f):
    """E log(1 - D(G(z))): Goodfellow et al. 2014, arXiv 1406.2661, eq. 1."""
    return -mean(softplus(f))


def relativistic_d(r, f, smooth=0.0):
    """-E log sigmoid(r - E f) - E log(1 - sigmoid(f - E r)).

    Jolicoeur-Martineau 2018, arXiv 1807.00734, eq. 6.
    """
    return logistic_d(r - global_batch_mean(f), f - global_batch_mean(r), smooth)


def relativistic_g(r, f):
    """-E log sigmoid(f - E r) - E log(1 - sigmoid(r - E f)): D's loss, real and fake exchanged.

    Jolicoeur-Martineau 2018, arXiv 1807.00734.
    """
    return logistic_d(f - global_batch_mean(r), r - global_batch_mean(f))


# ---- distances: D is a number, not a probability

def least_squares_d(r, f, smooth=0.0):
    """E (r - 1)^2 / 2 + E f^2 / 2: Mao et al. 2017, arXiv 1611.04076, eq. 2 with a = 0, b = 1."""
    return (mean(tf.square(r - (1.0 - smooth))) + mean(tf.square(f))) / 2.0


def least_squares_g(r, f):
    """E (f - 1)^2 / 2: Mao et al. 2017, arXiv 1611.04076, eq. 2 with c = 1."""
    return mean(tf.square(f - 1.0)) / 2.0


def hinge_d(r, f):
    """E max(0, 1 - r) + E max(0, 1 + f).

    Lim and Ye 2017, arXiv 1705.02894; Miyato et al. 2018, arXiv 1802.05957.
    """
    return mean(relu(1.0 - r)) + mean(relu(1.0 + f))


def wgan_d(r, f):
    """E f - E r: Arjovsky et al. 2017, arXiv 1701.07875, eq. 3.

    If D is K-Lipschitz, the negative of this is a lower bound of K times the earth mover's
    distance.
    """
    return mean(f) - mean(r)


def critic_g(r, f):
    """-E f: the loss of the WGAN, Arjovsky et al. 2017, arXiv 1701.07875, algorithm 1.

    It is also the loss of the hinge GAN, Lim and Ye 2017, arXiv 1705.02894.
    """
    return -mean(f)


def loss_sensitive_d(r, f, margin):
    """E L(x) + lambda E max(0, margin + L(x) - L(G(z))), L = softplus(-D) >= 0.

    Qi 2017, arXiv 1701.06264, eq. 5. margin [N]: the loss of a real image should be lower than that
    of its fake by the distance between the two images. The paper needs a loss with a lower bound.
    -D has none and would fall for ever.
    """
    real, fake = softplus(-r), softplus(-f)
    return mean(real) + LS_LAMBDA * mean(relu(margin[:, None] + real - fake))


def loss_sensitive_g(r, f):
    """E L(G(z)), L = softplus(-D): Qi 2017, arXiv 1701.06264, eq. 6."""
    return mean(softplus(-f))


def ebgan_d(r, f):
    """E e(x) + E max(0, m - e(G(z))): Zhao et al. 2017, arXiv 1609.03126, eq. 1.

    r and f are energies e >= 0.
    """
    return mean(r) + mean(relu(EBGAN_MARGIN - f))


def ebgan_g(r, f):
    """E e(G(z)), e an energy >= 0: Zhao et al. 2017, arXiv 1609.03126, eq. 2."""
    return mean(f)


# ---- f-GAN: Nowozin et al. 2016, arXiv 1606.00709, tables 1 and 2

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


def f_gan_d(r, f, divergence):
    """-(E g(r) - E f*(g(f))): Nowozin et al. 2016, arXiv 1606.00709, eq. 6.

    For the best D, T = f'(p / q) and the loss is -D_f(P || Q).
    """
    return mean(divergence.conjugate(f)) - mean(divergence.g(r))


def f_gan_g(r, f, divergence):
    """-E g(f), in place of -E f*(g(f)), whose gradient vanishes while D wins.

    Nowozin et al. 2016, arXiv 1606.00709, section 3.2.
    """
    return -mean(divergence.g(f))


# ---- what the graph needs besides the losses

def centred(row, scores, r, f):
    """Returns the scores minus the score at which D cannot tell real from fake.

    That score is 0. For a row whose 0 means nothing it is midway between the means of real and
    fake.
    """
    if not row.relative:
        return scores
    return scores - (global_batch_mean(row.score(r)) + global_batch_mean(row.score(f))) / 2.0


def accuracy(row, r, f):
    """Returns the shares in [0, 1] of real and of fake images that D classifies correctly."""
    real, fake = (centred(row, row.score(x), r, f) for x in (r, f))
    return mean(tf.cast(real > 0, tf.float32)), mean(tf.cast(fake < 0, tf.float32))


def _cross_entropy(logits, target):
    """Returns the mean cross-entropy of logits [N, 2] with (1 - target, target), in stable form."""
    labels = tf.broadcast_to([1.0 - target, target], tf.shape(logits))
    return mean(tf.nn.softmax_cross_entropy_with_logits(labels=labels, logits=logits))


def _above(boundary):
    """Returns a function [N, 1] -> [N]: the output minus the value at which D cannot decide."""
    return lambda logits: logits[:, 0] - boundary


def _log_odds(logits):
    """[N, 2] -> [N]: for a softmax, log D / (1 - D) is the difference of its logits."""
    return logits[:, 1] - logits[:, 0]


def _below_half_margin(energy):
    """[N, 1] -> [N]: real images have small energies."""
    return EBGAN_MARGIN / 2.0 - energy[:, 0]


OBJECTIVES = {
    'softmax':              Objective(softmax_d, softmax_g, _log_odds, logits=2),
    'non_saturating':       Objective(logistic_d, non_saturating_g, _above(0.0)),
    'minimax':              Objective(logistic_d, minimax_g, _above(0.0)),
    'relativistic_average': Objective(relativistic_d, relativistic_g, _above(0.0),
                                      relative=True),
    'least_squares':        Objective(least_squares_d, least_squares_g, _above(0.5)),
    'hinge':                Objective(hinge_d, critic_g, _above(0.0)),
    'wgan':                 Objective(wgan_d, critic_g, _above(0.0), clip=CLIP, relative=True,
                                      critic=True),
    'loss_sensitive':       Objective(loss_sensitive_d, loss_sensitive_g, _above(0.0), margins=True,
                                      relative=True, critic=True),
    'ebgan':                Objective(ebgan_d, ebgan_g, _below_half_margin, autoencoder=True),
    **{f'f_gan_{name}':     Objective(functools.partial(f_gan_d, divergence=row),
                                      functools.partial(f_gan_g, divergence=row),
                                      _above(row.boundary))
       for name, row in F_DIVERGENCES.items()},
}


def get(name: str) -> Objective:
    """Returns the row of that name. UsageError if it is not in the table; it lists all names."""
    if name not in OBJECTIVES:
        raise UsageError(f'objective {name!r} is unknown: expected {", ".join(OBJECTIVES)} '
                         '(--objective)')
    return OBJECTIVES[name]


def with_logits(n_labels: int) -> str:
    """Returns the plain objective for n_labels logits an image: 1 = logistic, 2 = softmax."""
    names = {1: 'non_saturating', 2: 'softmax'}
    if n_labels not in names:
        raise UsageError(f'n_labels = {n_labels!r}: expected 1 (logistic) or 2 (softmax)')
    return names[n_labels]
