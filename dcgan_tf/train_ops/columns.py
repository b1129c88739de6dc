"""The numbers of a step that can be looked at: TensorBoard's scalars, and the columns of log.csv.

They come from the players and from the system's `scalars`: a new system has its own by itself.
"""

import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.losses import penalties


def shown(model, steps, due):
    """Name -> scalar for TensorBoard: means over the workers.

    A penalty is shown with its usual weight, and not with that of a lazy step. Between two lazy
    penalties it is computed where it is fetched; several workers would have to compute it in every
    step, so there it is left out.
    """
    weight, found = penalties.weight_of(model.system.config), {}
    hidden = not due and model.inputs.shard.count > 1
    several = sum(step.player.penalty is not None for step in steps) > 1
    with tf.name_scope('losses/'):
        for step in steps:
            player, name = step.player, step.player.name.lower()
            found[f'losses/{name}'] = player.loss
            if player.penalty is not None and not hidden:
                found[f'losses/{name}'] = player.loss + weight * player.penalty
                found[f'losses/{name}_objective'] = player.loss
                found[f'penalty/{name}' if several else 'penalty'] = player.penalty
        found['losses/sum'] = sum(found[f'losses/{step.player.name.lower()}'] for step in steps)
        found.update(model.system.scalars(model.out))
        found = dict(zip(found, ops.all_reduce_mean(found.values()), strict=True))
    with tf.name_scope('summaries/'):
        for step in steps:
            found.update(_optimizer_shown(model, step))
    return found


def _optimizer_shown(model, step):
    """The numbers of a player's optimizer.

    A critic that does not move in the last run has cleared its sums: its norm is of one batch.
    """
    config, name, of = model.system.config, step.player.name.lower(), step.applied
    if step.player.name in model.system.critics and config.g_steps > 1:
        of = ops.all_reduce_mean(step.gradients)
    found = {f'gradient_norm/{name}': tf.linalg.global_norm(of),
             f'learning_rate/{name}': tf.convert_to_tensor(step.optimizer.rule.rate)}
    if step.optimizer.scale:
        found[f'loss_scale/{name}'] = step.optimizer.scale.value
    return found


def columns(steps, shown):
    """Name -> tensor, of log.csv in this order: losses, the system's own numbers, gradients."""
    names = [step.player.name.lower() for step in steps]
    return {**{f'{name}_loss': shown[f'losses/{name}'] for name in names},
            **{name: value for name, value in shown.items()
               if '/' not in name and name != 'penalty'},
            **{f'{name}_gradient': shown[f'gradient_norm/{name}'] for name in names}}
