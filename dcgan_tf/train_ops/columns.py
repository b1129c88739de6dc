"""What a step shows: TensorBoard's scalars, and the columns of log.csv.

The numbers come from the players and from the system's `scalars`. So a new system has its own
numbers without further work.
"""

import functools

import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.train_ops.player_step import norm_of_batch
from dcgan_tf.train_ops.schedule import turns


class Shown:
    """Builds the scalars of each variant of a step. Variants with equal losses share the ops."""

    def __init__(self, model):
        self._model, self._losses = model, {}
        with ops.box('losses'), tf.name_scope('shown'):
            self._of_system = model.system.scalars(model.out)

    def scalars(self, steps, losses):
        """Returns name -> scalar for TensorBoard. Each is the mean over the workers.

        A penalty is shown with its usual weight, not with the larger weight of a lazy step.
        In the steps between two lazy penalties, the penalty is computed only if it is fetched.
        steps: a tuple of PlayerStep. losses: their StepLosses.
        """
        key = (losses.shows_penalty, *(player.loss.ref() for player in losses.players))
        if key not in self._losses:
            more = f'_{losses.where or "without_penalty"}' if self._losses else ''
            with ops.box('losses'), tf.name_scope(f'shown_losses{more}'):
                self._losses[key] = self._of_losses(losses)
        moves_last = turns(self._model.system, losses.players)[-1]
        found = dict(self._losses[key])
        for step, player in zip(steps, losses.players, strict=True):
            found.update(_of_optimizer(step, player in moves_last))
        return found

    def _of_losses(self, losses):
        weight, found = self._model.system.config.weight_of_penalty, {}
        many_penalties = sum(player.penalty is not None for player in losses.players) > 1
        for player in losses.players:
            name = player.name.lower()
            found[f'losses/{name}'] = player.loss
            if player.penalty is not None and losses.shows_penalty:
                found[f'losses/{name}'] = player.loss + weight * player.penalty
                found[f'losses/{name}_objective'] = player.loss
                found[f'penalty/{name}' if many_penalties else 'penalty'] = player.penalty
        each = [found[f'losses/{player.name.lower()}'] for player in losses.players]
        found['losses/sum'] = functools.reduce(tf.add, each)
        found.update(self._of_system)
        return dict(zip(found, ops.all_reduce_mean(found.values()), strict=True))


def _of_optimizer(step, moves_last):
    """Returns the numbers of a player's optimizer.

    A player that does not move in the last run of a step has cleared its gradient sums. So its norm
    is that of one batch.
    """
    name = step.player.name.lower()
    found = {f'gradient_norm/{name}': step.norm if moves_last else norm_of_batch(step),
             f'learning_rate/{name}': step.optimizer.rule.rate}
    if step.optimizer.scale:
        found[f'loss_scale/{name}'] = step.optimizer.scale.value
    return found


def columns(steps, scalars):
    """Returns name -> tensor as in log.csv: losses, the system's own numbers, gradients."""
    names = [step.player.name.lower() for step in steps]
    return {**{f'{name}_loss': scalars[f'losses/{name}'] for name in names},
            **{name: value for name, value in scalars.items()
               if '/' not in name and name != 'penalty'},
            **{f'{name}_gradient': scalars[f'gradient_norm/{name}'] for name in names}}


def minimised(steps):
    """Returns name -> what a player with a lazy penalty minimises: `d_minimised`.

    Here the penalty has its weight times `penalty_every`; in the column `d_loss` it has its weight.
    """
    found = {f'{step.player.name.lower()}_minimised': step.loss for step in steps
             if step.player.penalty is not None}
    return dict(zip(found, ops.all_reduce_mean(found.values()), strict=True))
