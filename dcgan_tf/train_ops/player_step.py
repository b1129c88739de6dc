"""What a player computes in a step before any weight moves: its gradients and their norm."""

from typing import NamedTuple

import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.systems.base import Player
from dcgan_tf.train_ops.player_optimizer import PlayerOptimizer


class PlayerStep(NamedTuple):
    """A player in one variant of a step."""

    player: Player
    optimizer: PlayerOptimizer
    where: str                   # the box of its ops inside the player's box, '' = that box itself
    loss: tf.Tensor              # what is minimised, with the penalty if it is due
    gradients: list              # of this batch, one for each weight
    applied_gradients: list      # what an update uses
    norm: tf.Tensor              # [], that of all gradients that an update uses, together
    half_squares: tf.Tensor      # [len(gradients)], the sum of the squares of each gradient, by 2
    excuse: tf.Tensor | None     # []: if it is true, gradients need not be finite
    uses: list                   # the first use of each of its networks
    moments: list                # [C] each: those of `uses`, which batch norm's averages follow
    ready: tf.Operation          # waits for all gradients

    @property
    def more_to_read(self) -> list:
        """The other tensors that an update needs. They may read variables."""
        other = [a for a, g in zip(self.applied_gradients, self.gradients, strict=True)
                 if a is not g]
        return other if self.player.gate is None else [*other, self.player.gate]


class PlayerSteps:
    """The PlayerSteps of all variants. Variants in which a player has the same loss share one."""

    def __init__(self, model, losses):
        """model: a Model. losses: its StepLosses, all of them."""
        self._model, self._built = model, {}
        self._first = losses[0]
        self._shared = {name for name in losses[0].minimised
                        if len({each.minimised[name].ref() for each in losses}) == 1}

    def of(self, losses) -> tuple:
        """Returns the PlayerSteps of one variant, in the order in which the players move."""
        return tuple(self._of(player, losses) for player in losses.players)

    def _of(self, player, losses):
        loss, name = losses.minimised[player.name], player.name
        if (key := (name, loss.ref())) not in self._built:
            self._built[key] = build(
                self._model, player, losses.optimizers[name], loss,
                '' if name in self._shared else losses.where,
                zero_if_unused=losses is not self._first)
        return self._built[key]


def build(model, player, optimizer, loss, where, *, zero_if_unused) -> PlayerStep:
    """Builds a PlayerStep in the box train_NAME/WHERE. model: a Model."""
    gradients = optimizer.gradients(loss, where, zero_if_unused=zero_if_unused)
    applied = optimizer.applied_gradients(gradients, where)
    with optimizer.box(where, 'gradient_norm'):
        half_squares = _half_squares(gradients)
        norm = _norm(half_squares if _same(applied, gradients) else _half_squares(applied))
    uses = list(dict.fromkeys(
        network.first_use for network in player.networks if network.first_use))
    moments = [m for use in uses for m in ops.batch_moments(use)]
    with optimizer.box(where):
        ready = tf.group(*gradients, name='ready')
    return PlayerStep(player, optimizer, where, loss, gradients, applied, norm, half_squares,
                      optimizer.scale and optimizer.scale.can_shrink, uses, moments, ready)


def norm_of_batch(step):
    """Returns the norm of this batch's gradients, whether an update uses them alone or not.

    With several workers, it is that of their mean, which takes messages of its own.
    """
    mean = ops.all_reduce_mean(step.gradients)
    with step.optimizer.box(step.where, 'gradient_norm'):
        return _norm(step.half_squares if _same(mean, step.gradients)
                     else _half_squares(mean))


def _half_squares(gradients):
    """Returns the sum of the squares of each gradient, by 2.   -> [len(gradients)]"""
    return tf.stack([tf.nn.l2_loss(g) for g in gradients])


def _norm(half_squares):
    """Returns the norm of all gradients together, as `tf.linalg.global_norm` does.   -> []"""
    return tf.sqrt(tf.reduce_sum(half_squares) * 2.0)


def _same(some, others):
    return all(a is b for a, b in zip(some, others, strict=True))
