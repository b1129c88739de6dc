"""What each player minimises, in each variant of a step."""

from typing import NamedTuple

import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.errors import UsageError
from dcgan_tf.train_ops.look_ahead import look_ahead
from dcgan_tf.train_ops.player_optimizer import PlayerOptimizer


class StepLosses(NamedTuple):
    """The losses of one variant of a step. With a lazy penalty, one variant has it and one has not.

    A lazy penalty is added every `penalty_every` steps, with its weight times `penalty_every`:
    Karras et al. 2020, arXiv 1912.04958, appendix B.
    With several workers there is a third variant, for the steps without penalty whose values are
    shown: to show the penalty, all workers must compute it.
    """

    where: str                   # the box of the variant's ops inside that of a player, such as
    #                              with_penalty; '' = that of the player itself
    due: bool                    # is the penalty added in this variant?
    shows_penalty: bool          # can it be fetched?
    players: list                # of Player, in the order in which they move
    minimised: dict              # name of a player -> scalar
    optimizers: dict             # name of a player -> PlayerOptimizer; all variants share it


def build(model) -> list[StepLosses]:
    """Returns the StepLosses of each variant of a step. model: a Model.

    The optimizers are built before the losses, because with `unroll` a loss depends on how the
    critic moves.
    """
    system, inputs = model.system, model.inputs

    def players_of(net):
        out = model.out if net is model.net else system.forward(net, inputs.batch)
        with ops.box('losses'):
            return system.players(net, inputs.batch, out)

    players = players_of(model.net)
    optimizers = {p.name: PlayerOptimizer(p, system, inputs.step) for p in players}
    lazy = system.config.lazy_penalty and any(p.penalty is not None for p in players)
    _check_weight(system.config, players)
    found = []
    for due in (True, False) if lazy else (True,):
        def minimised(player, due=due):
            return _minimised(system.config, player, due)
        against, where = players, 'with_penalty' if lazy and due else ''
        if system.config.unroll:
            against = look_ahead(model, players, optimizers, players_of, minimised, where)
        found.append(StepLosses(where, due, due or inputs.shard.count == 1, against,
                                {p.name: minimised(p) for p in against}, optimizers))
    if not found[-1].shows_penalty:
        found.append(found[-1]._replace(where='with_penalty_shown', shows_penalty=True))
    return found


def _check_weight(config, players):
    """Raises UsageError if a player has a penalty that nothing gives a weight."""
    for player in players:
        if player.penalty is not None and not config.weight_of_penalty:
            raise UsageError(f'--penalty {config.penalty} gives the penalty of the player '
                             f'{player.name} the weight 0: expected --penalty-weight')


def _minimised(config, player, due):
    if player.penalty is None or not due:
        return player.loss
    with ops.box('losses'), tf.name_scope(f'{player.name}_with_penalty'):
        return (player.loss
                + config.penalty_every * config.weight_of_penalty * player.penalty)
