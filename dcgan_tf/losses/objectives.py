"""The table of objectives: which losses D and G minimise, and how D's output is read.

The losses are in formulas.py and f_gan.py. r and f are D's outputs [N, L] for N real and N fake
images.
"""

import functools
import inspect
from collections.abc import Callable
from typing import NamedTuple

import tensorflow as tf

from dcgan_tf import own_code
from dcgan_tf.errors import UsageError
from dcgan_tf.losses import formulas
from dcgan_tf.losses.f_gan import F_DIVERGENCES, f_gan_d, f_gan_g
from dcgan_tf.ops import global_batch_mean

CLIP = 0.01         # wgan: for D's weights, Arjovsky et al. 2017, arXiv 1701.07875, algorithm 1


def above(boundary: float):
    """Returns a function [N, 1] -> [N]: the output minus the value at which D cannot decide."""
    def score(logits):
        only = tf.squeeze(logits, axis=1)
        return only - boundary if boundary else only
    return score


class Objective(NamedTuple):
    """One row of OBJECTIVES, or an objective of your own: docs/own_networks.md."""

    d_loss: Callable            # (r, f, and margin if the row has it; smooth = t if it takes one:
    #                             the target of real images is 1 - t) -> []
    g_loss: Callable            # (r, f) -> []
    score: Callable = above(0.0)      # [N, L] -> [N], > 0 where D says "real"
    logits: int = 1             # L
    margins: bool = False       # d_loss takes margin [N]: distance of the i-th real and fake
    relative: bool = False      # only differences of D's outputs have a meaning, 0 has none
    autoencoder: bool = False   # D returns the error of its reconstruction, not a logit
    critic: bool = False        # D should separate all images: G learns from the distance
    clip: float = 0.0           # D's weights are clipped to [-clip, clip], unless a penalty
    #                             or spectral norm bounds D's slope

    @property
    def smooths(self) -> bool:
        """Tells whether D has targets, which --label-smoothing changes."""
        return 'smooth' in inspect.signature(self.d_loss).parameters

    @property
    def d_output(self) -> str:
        """Returns what D's last layer returns for an image: as in `config.OBJECTIVES`."""
        if self.autoencoder:
            return 'an energy'
        return {1: 'a logit', 2: 'two logits'}.get(self.logits, f'{self.logits} logits')


def _log_odds(logits):
    """[N, 2] -> [N]: for a softmax, log D / (1 - D) is the difference of its logits."""
    return logits[:, 1] - logits[:, 0]


def _below_half_margin(energy):
    """[N, 1] -> [N]: real images have small energies."""
    return formulas.EBGAN_MARGIN / 2.0 - energy[:, 0]


OBJECTIVES = {
    'softmax':              Objective(formulas.softmax_d, formulas.softmax_g, _log_odds, logits=2),
    'non_saturating':       Objective(formulas.logistic_d, formulas.non_saturating_g, above(0.0)),
    'minimax':              Objective(formulas.logistic_d, formulas.minimax_g, above(0.0)),
    'relativistic_average': Objective(formulas.relativistic_d, formulas.relativistic_g, above(0.0),
                                      relative=True),
    'least_squares':        Objective(formulas.least_squares_d, formulas.least_squares_g,
                                      above(0.5)),
    'hinge':                Objective(formulas.hinge_d, formulas.critic_g, above(0.0)),
    'wgan':                 Objective(formulas.wgan_d, formulas.critic_g, above(0.0), clip=CLIP,
                                      relative=True, critic=True),
    'loss_sensitive':       Objective(formulas.loss_sensitive_d, formulas.loss_sensitive_g,
                                      above(0.0), margins=True, relative=True, critic=True),
    'ebgan':                Objective(formulas.ebgan_d, formulas.ebgan_g, _below_half_margin,
                                      autoencoder=True),
    **{f'f_gan_{name}':     Objective(functools.partial(f_gan_d, divergence=row),
                                      functools.partial(f_gan_g, divergence=row),
                                      above(row.boundary))
       for name, row in F_DIVERGENCES.items()},
}


def get(name: str, code=()) -> Objective:
    """Returns the row of that name, or an objective of your own; `code` is that of the Config.

    UsageError for an unknown name; it lists all names.
    """
    if own_code.is_own(name):
        return _own(name, code)
    if name not in OBJECTIVES:
        raise UsageError(f'objective {name!r} is unknown: expected {", ".join(OBJECTIVES)} '
                         '(--objective)')
    return OBJECTIVES[name]


def _own(name, code):
    """Returns an Objective of the user's. UsageError if it is another thing."""
    found = own_code.find('objective', name, code)
    if not isinstance(found, Objective):
        raise UsageError(f'{name} is a {type(found).__name__}: expected an Objective of '
                         'dcgan_tf.losses.objectives')
    return found


def with_logits(n_labels: int) -> str:
    """Returns the plain objective for n_labels logits an image: 1 = logistic, 2 = softmax."""
    names = {1: 'non_saturating', 2: 'softmax'}
    if n_labels not in names:
        raise UsageError(f'n_labels = {n_labels!r}: expected 1 (logistic) or 2 (softmax)')
    return names[n_labels]


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
    return (tf.reduce_mean(tf.cast(real > 0, tf.float32)),
            tf.reduce_mean(tf.cast(fake < 0, tf.float32)))
