"""From D's outputs to the scalars that are minimised and shown: objective, targets, penalty."""

from typing import NamedTuple

import tensorflow as tf

from dcgan_tf import objectives, ops, penalties, seeds
from dcgan_tf.errors import UsageError
from dcgan_tf.model.discriminator import Discriminator


class Judged(NamedTuple):
    """A batch in the eyes of a D: the outputs [N, L] for its real and its fake images."""

    discriminator: Discriminator
    real: tf.Tensor
    fake: tf.Tensor


def judge(graph, discriminator):
    """What D makes of the batch of a GanGraph."""
    return Judged(discriminator, discriminator(graph.seen_real, graph.labels_ph, 'real'),
                  discriminator(graph.seen_fake, graph.labels_ph, 'fake'))


def losses(graph):
    """Name -> scalar: losses/d, losses/g, losses/sum, d_accuracy and more. `graph`: a GanGraph."""
    now = Judged(graph.discriminator, graph.real_logits, graph.fake_logits)
    d_loss, penalty = _of_d(graph, now)
    g_loss, g_penalty = _of_g(graph, _unrolled(graph, now, d_loss))
    penalty = penalty if g_penalty is None else g_penalty
    score = graph.objective.score
    with tf.name_scope('losses/'):
        on_real, on_fake = objectives.accuracy(score(now.real), score(now.fake))
        return {'losses/d': d_loss, 'losses/g': g_loss, 'losses/sum': d_loss + g_loss,
                'd_accuracy': (on_real + on_fake) / 2.0, 'd_accuracy/real': on_real,
                'd_accuracy/fake': on_fake, **({} if penalty is None else {'penalty': penalty})}


def _unrolled(graph, judged, d_loss):
    """The batch in the eyes of D `unroll` steps on, each learnt from this very batch.

    Metz et al. 2017, arXiv 1611.02163, eq. 7 to 9: D answers a move of G before G makes it. What D
    will be depends on G through every gradient and moment of these steps, and so does G's loss.
    """
    adam = graph.d_adam
    weights, state = adam.weights, adam.state() if graph.config.unroll else None
    for i in range(graph.config.unroll):
        d_loss = d_loss if i == 0 else _of_d(graph, judged)[0]
        with tf.name_scope('train_D/unrolled'):
            weights, state = adam.moved(weights, tf.gradients(d_loss, weights), state)
            names = (w.op.name for w in adam.weights)
            discriminator = judged.discriminator.moved(dict(zip(names, weights, strict=True)))
        judged = judge(graph, discriminator)
    return judged


def _of_d(graph, judged):
    """-> (what D minimises, its penalty before its weight or None)."""
    with tf.name_scope('losses/'):
        flipped = _flipped(graph, judged.real, judged.fake)
        loss = graph.objective.d_loss(*flipped, **_options(graph))
    if not graph.penalty.of_d:
        return loss, None
    return _with_penalty(graph, loss, lambda: _smoothness(graph, judged.discriminator))


def _of_g(graph, judged):
    """-> (what G minimises, its penalty before its weight or None)."""
    with tf.name_scope('losses/'):
        loss = graph.objective.g_loss(judged.real, judged.fake)
    if not graph.penalty.encoder:
        return loss, None
    return _with_penalty(graph, loss, lambda: _missed_modes(graph, judged.discriminator))


def _with_penalty(graph, loss, penalty):
    """Adds it every `penalty_every` steps, as many times as heavy: lazy regularisation.

    Karras et al. 2020, arXiv 1912.04958, appendix B.   -> (sum, penalty)
    """
    every, weight = graph.config.penalty_every, graph.config.penalty_weight or graph.penalty.weight
    if every == 1:
        value = penalty()
    else:
        value = tf.cond(tf.equal(graph.step % every, 0), lambda: every * penalty(),
                        lambda: tf.constant(0.0))
    with tf.name_scope('losses/'):
        return loss + weight * value, value


def _smoothness(graph, discriminator):
    seed = seeds.derive(graph.config.seed, 'penalty')
    random = (ops.noise('uniform', tf.shape(graph.seen_real), seed, graph.clock) + 1.0) / 2.0
    return graph.penalty.of_d(lambda x: discriminator.score(x, graph.labels_ph, 'penalty'),
                              graph.seen_real, graph.seen_fake, random)


def _missed_modes(graph, discriminator):
    score = discriminator.score(graph.rebuilt, graph.labels_ph, 'rebuilt')
    return penalties.mode_regulariser(graph.real, graph.rebuilt, score)


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
