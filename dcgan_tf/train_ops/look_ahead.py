"""Unrolled GANs: Metz et al. 2017, arXiv 1611.02163, eq. 7 to 9: `--unroll`.

The others minimise their losses against the critic that it will be after some more steps on this
very batch. What it will be depends on G through every gradient and moment of these steps, and so
does G's loss: it learns how the critic will answer.
"""

import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.errors import UsageError


def look_ahead(model, players, optimizers, players_of, minimised):
    """The players as they are against the critic of `unroll` steps on.

    optimizers: name -> PlayerOptimizer. players_of: networks -> Players. minimised: a Player ->
    what it minimises in these steps.
    UsageError where there is more than one critic.
    """
    system, net = model.system, model.net
    if len(system.critics) != 1:
        raise UsageError(f'--unroll: a {system.config.type} has {len(system.critics)} critics, and '
                         'one can be looked ahead of')
    name, = system.critics
    optimizer, ahead = optimizers[name], players
    with tf.name_scope(f'{optimizer.scope}unrolled/'):
        weights, state = optimizer.weights, optimizer.rule.state()
    for _ in range(system.config.unroll):
        critic = next(player for player in ahead if player.name == name)
        loss = minimised(critic)
        with tf.name_scope(f'{optimizer.scope}unrolled/'):
            gradients = ops.all_reduce_mean(ops.gradients(loss, weights))
            gradients = optimizer.decayed(weights, gradients)
            weights, state = optimizer.rule.step_on_tensors(weights, gradients, state)
            names = (w.op.name for w in optimizer.weights)
            net = _one_step_on(net, critic.networks, dict(zip(names, weights, strict=True)))
        ahead = players_of(net)
    return [here if here.name == name else there
            for here, there in zip(players, ahead, strict=True)]


def _one_step_on(net, moved, weights):
    """net with those of its networks that are in `moved` one step on."""
    return net._replace(**{field: network.one_step_on(weights)
                           for field, network in net._asdict().items() if network in moved})
