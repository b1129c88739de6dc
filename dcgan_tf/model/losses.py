"""From D's outputs to the scalars that are minimised and shown: objective, targets, penalty."""

import tensorflow as tf

from dcgan_tf import objectives, ops, penalties, seeds
from dcgan_tf.errors import UsageError


def losses(graph):
    """Name -> scalar: losses/d, losses/g, losses/sum, d_accuracy and more. `graph`: a GanGraph."""
    with tf.name_scope('losses/'):
        real, fake, objective = graph.real_logits, graph.fake_logits, graph.objective
        on_real, on_fake = objectives.accuracy(objective.score(real), objective.score(fake))
        d_loss = objective.d_loss(*_flipped(graph, real, fake), **_options(graph))
        g_loss = objective.g_loss(real, fake)
    scalars = {}
    if graph.config.penalty != 'none':
        scalars['penalty'] = penalty = _penalty(graph)
        weight = graph.config.penalty_weight or graph.penalty.weight
        with tf.name_scope('losses/'):
            if graph.penalty.encoder:
                g_loss += weight * penalty
            else:
                d_loss += weight * penalty
    with tf.name_scope('losses/'):
        return {'losses/d': d_loss, 'losses/g': g_loss, 'losses/sum': d_loss + g_loss,
                'd_accuracy': (on_real + on_fake) / 2.0, 'd_accuracy/real': on_real,
                'd_accuracy/fake': on_fake, **scalars}


def _flipped(graph, real, fake):
    """With probability label_flip D is told that the i-th real is a fake and that fake a real."""
    c = graph.config
    if not c.label_flip:
        return real, fake
    seed = seeds.derive(c.seed, 'label_flip')
    coins = ops.noise('uniform', tf.shape(real)[:1], seed, graph.clock)              # (-1, 1)
    swap = (coins < 2.0 * c.label_flip - 1.0)[:, None]
    return tf.where(swap, fake, real), tf.where(swap, real, fake)


def _options(graph):
    """What some rows of OBJECTIVES take beside D's outputs."""
    smooth, row = graph.config.label_smoothing, graph.objective
    if smooth and not row.smooths:
        rows = ', '.join(name for name, row in objectives.OBJECTIVES.items() if row.smooths)
        raise UsageError(f'--label-smoothing {smooth:g}: --objective {graph.config.objective} has '
                         f'no target to smooth; these have: {rows}')
    options = {'smooth': smooth} if smooth else {}
    if row.distance:
        options['apart'] = tf.reduce_mean(tf.abs(graph.real - graph.fake), axis=[1, 2, 3])
    return options


def _penalty(graph):
    """The penalty, every `penalty_every` steps as many times as heavy: lazy regularisation.

    Karras et al. 2020, arXiv 1912.04958, appendix B.
    """
    every = graph.config.penalty_every
    if every == 1:
        return _penalty_now(graph)
    return tf.cond(tf.equal(graph.step % every, 0), lambda: every * _penalty_now(graph),
                   lambda: tf.constant(0.0))


def _penalty_now(graph):
    y, discriminator = graph.labels_ph, graph.discriminator
    if graph.penalty.encoder:
        score = discriminator.score(graph.rebuilt, y, 'rebuilt')
        return penalties.mode_regulariser(graph.real, graph.rebuilt, score)
    seed = seeds.derive(graph.config.seed, 'penalty')
    random = (ops.noise('uniform', tf.shape(graph.seen_real), seed, graph.clock) + 1.0) / 2.0
    return graph.penalty.of_d(lambda x: discriminator.score(x, y, 'penalty'),
                              graph.seen_real, graph.seen_fake, random)
