"""Unrolled GANs: Metz et al. 2017, arXiv 1611.02163, eq. 7 to 9: `--unroll`.

The other players minimise their losses against the critic as it will be after some more steps on
this batch, or as it is while its gate is closed. Each gradient and each moment of these steps
depends on G. So G's loss depends on how the critic will answer, and G learns from that.
"""

from dcgan_tf import ops
from dcgan_tf.errors import UsageError


def look_ahead(model, players, optimizers, players_of, minimised, where=''):
    """Returns the players; the losses of the others are against the critic of `unroll` steps later.

    optimizers: name -> PlayerOptimizer. players_of: a function, networks -> Players. minimised: a
    function, Player -> what it minimises in these steps. where: see `StepLosses`. The ops are in
    the boxes unrolled/step1, unrolled/step2 ...
    UsageError unless there is exactly one critic and all players move together.
    """
    system, net = model.system, model.net
    if len(system.critics) != 1:
        raise UsageError(f'--unroll: --type {system.config.type} has {len(system.critics)} critics'
                         ', expected exactly 1')
    if system.moves == 'in turn':
        raise UsageError(f'--unroll: the players of --type {system.config.type} move in turn, '
                         'expected all together')
    name, = system.critics
    optimizer, against = optimizers[name], players
    weights, state = optimizer.weights, None
    for number in range(1, system.config.unroll + 1):
        critic = next(player for player in against if player.name == name)
        with ops.boxes_in('/'.join(filter(None, ('unrolled', where, f'step{number}')))):
            loss = minimised(critic)
            with ops.box(f'train_{name}'):
                state = state or optimizer.rule.state()
                gradients = ops.all_reduce_mean(ops.gradients(loss, weights, name='backward'))
                weights, state = optimizer.step_on_tensors(weights, gradients, state, critic.gate)
                names = (w.op.name for w in optimizer.weights)
                net = _one_step_on(net, critic.networks, dict(zip(names, weights, strict=True)))
            against = players_of(net)
    return [current if current.name == name else later._replace(networks=current.networks)
            for current, later in zip(players, against, strict=True)]


def _one_step_on(net, networks, weights):
    """Returns net; those of its networks that are in `networks` are one step later."""
    return net._replace(**{field: network.one_step_on(weights)
                           for field, network in net._asdict().items() if network in networks})
