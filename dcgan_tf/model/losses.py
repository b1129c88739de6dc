"""From D's outputs to the scalars that are minimised and shown: objective, targets, penalty."""

from typing import NamedTuple

import tensorflow as tf

from dcgan_tf import objectives, ops, penalties, seeds
from dcgan_tf.model.discriminator import Discriminator
from dcgan_tf.ops.variables import constant


class DOutputs(NamedTuple):
    """What a D says of a batch: its outputs [N, L] for its real and its fake images."""

    discriminator: Discriminator
    real: tf.Tensor
    fake: tf.Tensor


def d_outputs(graph, discriminator):
    """Of the batch of a GanGraph."""
    return DOutputs(discriminator, discriminator(graph.seen_real, graph.labels_ph, 'real'),
                    discriminator(graph.seen_fake, graph.labels_ph, 'fake'))


class Losses(NamedTuple):
    """What is minimised, what is shown, and what is remembered of a lazy penalty."""

    d: tf.Tensor
    g: tf.Tensor
    scalars: dict                # name -> scalar: losses/d, losses/g, losses/sum, d_accuracy, more
    remembered: dict             # variable -> its value after this step


def losses(graph):
    """The Losses of a GanGraph that has its Adams."""
    c = graph.config
    outputs = DOutputs(graph.discriminator, graph.real_logits, graph.fake_logits)
    d_objective, d_penalty = _of_d(graph, outputs)
    d_loss = _sum(graph, d_objective, d_penalty)
    g_objective, g_penalty = _of_g(graph, _unrolled(graph, outputs, d_loss))
    g_loss = _sum(graph, g_objective, g_penalty)
    with tf.name_scope('losses/'):
        on_real, on_fake = objectives.accuracy(graph.objective, outputs.real, outputs.fake)
        scalars = {'losses/d': d_loss, 'losses/g': g_loss,
                   'd_accuracy': (on_real + on_fake) / 2.0, 'd_accuracy/real': on_real,
                   'd_accuracy/fake': on_fake}
        remembered = {}
        if c.penalty != 'none':
            owner, objective, penalty = (('d', d_objective, d_penalty) if graph.penalty.of_d
                                         else ('g', g_objective, g_penalty))
            if c.penalty_every > 1:                # shown between two as it last was
                last = constant([], 0.0, 'penalty', trainable=False)
                penalty = tf.where(_due(graph), penalty, last.read_value())
                remembered[last] = penalty
            scalars.update({'penalty': penalty, f'losses/{owner}_objective': objective,
                            f'losses/{owner}': objective + penalties.weight_of(c) * penalty})
        scalars['losses/sum'] = scalars['losses/d'] + scalars['losses/g']
    return Losses(d_loss, g_loss, scalars, remembered)


def _unrolled(graph, outputs, d_loss):
    """What D says of the batch `unroll` steps on, each learnt from this very batch.

    Metz et al. 2017, arXiv 1611.02163, eq. 7 to 9: D answers a move of G before G makes it. What D
    will be depends on G through every gradient and moment of these steps, and so does G's loss.
    """
    if not graph.config.unroll:
        return outputs
    adam = graph.d_adam
    with tf.name_scope('train_D/unrolled/'):
        weights, state = adam.weights, adam.state()
    for i in range(graph.config.unroll):
        d_loss = d_loss if i == 0 else _sum(graph, *_of_d(graph, outputs))
        with tf.name_scope('train_D/unrolled/'):
            weights, state = adam.moved(weights, ops.gradients(d_loss, weights), state)
            names = (w.op.name for w in adam.weights)
            discriminator = outputs.discriminator.moved(dict(zip(names, weights, strict=True)))
        outputs = d_outputs(graph, discriminator)
    return outputs


def _of_d(graph, outputs):
    """-> (D's objective, its penalty before any weight, or None)."""
    with tf.name_scope('losses/'):
        flipped = _flipped(graph, outputs.real, outputs.fake)
        objective = graph.objective.d_loss(*flipped, **_options(graph))
    if not graph.penalty.of_d:
        return objective, None
    return objective, _lazily(graph, lambda: _smoothness(graph, outputs.discriminator))


def _of_g(graph, outputs):
    """-> (G's objective, its penalty before any weight, or None)."""
    with tf.name_scope('losses/'):
        objective = graph.objective.g_loss(outputs.real, outputs.fake)
    if not graph.penalty.encoder:
        return objective, None
    return objective, _lazily(graph, lambda: _missed_modes(graph, outputs))


def _sum(graph, objective, penalty):
    """What is minimised."""
    if penalty is None:
        return objective
    with tf.name_scope('losses/'):
        c = graph.config
        return objective + c.penalty_every * penalties.weight_of(c) * penalty


def _lazily(graph, penalty):
    """The penalty every `penalty_every` steps, where it weighs as many times more; 0 between.

    Karras et al. 2020, arXiv 1912.04958, appendix B.
    """
    with tf.name_scope('losses/penalty/'):
        if graph.config.penalty_every == 1:
            return penalty()
        return tf.cond(_due(graph), penalty, lambda: tf.constant(0.0))


def _due(graph):
    """Asked of the batch's number: it is read before a step is counted, whoever learns last."""
    c = graph.config
    return tf.equal(graph.batch_count // c.batches_per_step % c.penalty_every, 0)


def _smoothness(graph, discriminator):
    def random(shape, *name):                                                     # in (0, 1)
        seed = seeds.derive(graph.config.seed, 'penalty', *name)
        return (ops.noise('uniform', shape, seed, graph.batch_count) + 1.0) / 2.0
    shape = tf.shape(graph.seen_real)
    return graph.penalty.of_d(lambda x: discriminator.score(x, graph.labels_ph, 'penalty'),
                              graph.seen_real, graph.seen_fake, random(shape),
                              random([shape[0], 1, 1, 1], 'share'))


def _missed_modes(graph, outputs):
    seen = outputs.discriminator.disturbed(graph.rebuilt, 'rebuilt')
    score = outputs.discriminator.score(seen, graph.labels_ph, 'rebuilt')
    score = objectives.centred(graph.objective, score, outputs.real, outputs.fake)
    real, rebuilt = (x / graph.architecture.half_range for x in (graph.real, graph.rebuilt))
    return penalties.mode_regulariser(real, rebuilt, score)


def _flipped(graph, real, fake):
    """With probability label_flip D is told that the i-th real is a fake and that fake a real."""
    c = graph.config
    if not c.label_flip:
        return real, fake
    seed = seeds.derive(c.seed, 'label_flip')
    coins = ops.noise('uniform', tf.shape(real)[:1], seed, graph.batch_count)        # (-1, 1)
    swap = (coins < 2.0 * c.label_flip - 1.0)[:, None]
    return tf.where(swap, fake, real), tf.where(swap, real, fake)


def _options(graph):
    """What some rows of OBJECTIVES take beside D's outputs."""
    smooth, row = graph.config.label_smoothing, graph.objective
    objectives.check_smoothing(graph.config.objective, smooth)
    options = {'smooth': smooth} if smooth else {}
    if row.margins:
        apart = tf.abs(graph.real - graph.fake) / graph.architecture.half_range
        options['margin'] = tf.reduce_mean(apart, axis=[1, 2, 3])
    return options
