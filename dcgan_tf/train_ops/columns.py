"""What a step shows: TensorBoard's scalars, and the columns of log.csv.

The numbers come from the players and from the system's `scalars`. So a new system has its own
numbers without further work.
"""

import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.train_ops.schedule import turns


def scalars(model, steps, shows_penalty):
    """Returns name -> scalar for TensorBoard. Each is the mean over the workers.

    A penalty is shown with its usual weight, not with the larger weight of a lazy step.
    In the steps between two lazy penalties, the penalty is computed only if it is fetched.
    shows_penalty: see `StepLosses`. ValueError for a number of the system that has the name of a
    player's number.
    """
    weight, found = model.system.config.weight_of_penalty, {}
    many_penalties = sum(step.player.penalty is not None for step in steps) > 1
    with tf.name_scope('losses/'):
        for step in steps:
            player, name = step.player, step.player.name.lower()
            found[f'losses/{name}'] = player.loss
            if player.penalty is not None and shows_penalty:
                found[f'losses/{name}'] = player.loss + weight * player.penalty
                found[f'losses/{name}_objective'] = player.loss
                found[f'penalty/{name}' if many_penalties else 'penalty'] = player.penalty
        found['losses/sum'] = sum(found[f'losses/{step.player.name.lower()}'] for step in steps)
        found.update(_of_system(model))
        found = dict(zip(found, ops.all_reduce_mean(found.values()), strict=True))
    with tf.name_scope('summaries/'):
        moves_last = turns(model.system, [step.player for step in steps])[-1]
        for step in steps:
            found.update(_optimizer_scalars(step, step.player in moves_last))
    return found


def _of_system(model):
    """Returns the system's own numbers."""
    found = model.system.scalars(model.out)
    for name in found:
        if name == 'penalty' or name.endswith(('_loss', '_gradient')):
            raise ValueError(f'{type(model.system).__name__}.scalars: {name!r} is a name of a '
                             "player's number")
    return found


def _optimizer_scalars(step, moves_last):
    """Returns the numbers of a player's optimizer.

    A player that does not move in the last run of a step has cleared its gradient sums. So its norm
    is that of one batch.
    """
    name, gradients = step.player.name.lower(), step.applied_gradients
    if not moves_last:
        gradients = ops.all_reduce_mean(step.gradients)
    found = {f'gradient_norm/{name}': tf.linalg.global_norm(gradients),
             f'learning_rate/{name}': tf.convert_to_tensor(step.optimizer.rule.rate)}
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
