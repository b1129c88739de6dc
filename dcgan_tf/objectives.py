"""What D and G minimise, as pure functions of D's raw logits [N, L]: formula, paper, stable form.

D(x) below is D's probability that x is real. `OBJECTIVES` is the table of choices; each row says
how many logits L an image D must end in.
"""

from collections.abc import Callable
from typing import NamedTuple

import tensorflow as tf

from dcgan_tf.errors import UsageError


class Objective(NamedTuple):
    """One row. The losses are scalars, means over the batch."""

    logits: int                                     # L, D's outputs an image
    d_loss: Callable                                # (real [N, L], fake [N, L]) -> []
    g_loss: Callable                                # (fake [N, L]) -> []
    score: Callable                                 # [N, L] -> [N]: log D / (1 - D), > 0 is "real"


def softmax_d_loss(real, fake):
    """-E log D(x) - E log(1 - D(G(z))), D = softmax(l)_1; class 0 is fake, class 1 real."""
    return _softmax(real, 1) + _softmax(fake, 0)


def softmax_g_loss(fake):
    """-E log D(G(z)), the same D."""
    return _softmax(fake, 1)


def non_saturating_d_loss(real, fake):
    """-E log D(x) - E log(1 - D(G(z))), D = sigmoid(l): Goodfellow et al. 2014, eq. 1.

    Stable: -log sigmoid(l) = softplus(-l), -log(1 - sigmoid(l)) = softplus(l).
    """
    return tf.reduce_mean(tf.nn.softplus(-real)) + tf.reduce_mean(tf.nn.softplus(fake))


def non_saturating_g_loss(fake):
    """-E log D(G(z)): ibid., section 3, the form whose gradient does not vanish early."""
    return tf.reduce_mean(tf.nn.softplus(-fake))


def accuracy(score_real, score_fake):
    """Share of real and fake images that D tells right, in [0, 1]; 1/2 is a guess."""
    right = tf.concat([score_real > 0, score_fake < 0], axis=0)
    return tf.reduce_mean(tf.cast(right, tf.float32))


def _softmax(logits, label):
    """Mean cross-entropy of [N, 2] logits against one class for all; TensorFlow's stable form."""
    labels = tf.fill(tf.shape(logits)[:1], label)
    return tf.reduce_mean(
        tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits))


def _margin(logits):
    """[N, 2] -> [N]: log D / (1 - D) of a softmax is the difference of its logits."""
    return logits[:, 1] - logits[:, 0]


def _only(logits):
    """[N, 1] -> [N]: log D / (1 - D) of a sigmoid is its logit."""
    return logits[:, 0]


#                             L  D's loss               G's loss               score
OBJECTIVES = {
    'softmax':        Objective(2, softmax_d_loss,        softmax_g_loss,        _margin),
    'non_saturating': Objective(1, non_saturating_d_loss, non_saturating_g_loss, _only),
}


def get(name: str) -> Objective:
    """The row of that name, or UsageError listing the table."""
    if name not in OBJECTIVES:
        raise UsageError(f'objective {name!r} is unknown: expected {", ".join(OBJECTIVES)}')
    return OBJECTIVES[name]


def with_logits(n_labels: int) -> str:
    """The plain objective of D's with that many logits an image: 1 logistic, 2 softmax."""
    names = {row.logits: name for name, row in OBJECTIVES.items()}
    if n_labels not in names:
        raise UsageError(f'n_labels = {n_labels!r}: expected 1 (logistic) or 2 (softmax)')
    return names[n_labels]
