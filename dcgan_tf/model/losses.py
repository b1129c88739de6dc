"""From D's outputs to the scalars that are minimised and shown: objective, targets, penalty."""

from typing import NamedTuple

import tensorflow as tf

from dcgan_tf import ops, seeds
from dcgan_tf.config import NONE
from dcgan_tf.losses import objectives, penalties
from dcgan_tf.model.discriminator import Discriminator
from dcgan_tf.ops.variables import constant


class DOutputs(NamedTuple):
    """What a D says of a batch: its outputs [N, L] for its real and its fake images."""

    discriminator: Discriminator
    seen: tf.Tensor              # the real images, as they enter this D and nothing else
    real: tf.Tensor
    fake: tf.Tensor


def d_outputs(graph, discriminator):
    """Of the batch of a GanGraph."""
    with tf.name_scope('inputs/'):
        seen = tf.identity(graph.seen_real, 'seen_real')
    return DOutputs(discriminator, seen, discriminator(seen, graph.labels_ph, 'real'),
                    discriminator(graph.seen_fake, graph.labels_ph, 'fake'))


class Losses(NamedTuple):
    """Of one kind of step: what is minimised, what is shown, what is remembered."""

    d: tf.Tensor
    g: tf.Tensor
    scalars: dict                # name -> scalar: losses/d, losses/g, losses/sum, d_accuracy, more
    remembered: dict             # variable -> its value after this step


def losses(graph):
    """The Losses of a GanGraph that has its Adams, one a kind of step.

    A lazy penalty (Karras et al. 2020, arXiv 1912.04958, appendix B) comes in every `penalty_every`
    steps and weighs as many times more there: then the second kind is that of the steps between.
    """
    c, here = graph.config, graph.outputs
    d_objective, d_penalty = _d_objective(graph, here), _d_penalty(graph, here)
    if not c.unroll:
        g_objective, g_penalty = _g_objective(graph, here), _g_penalty(graph, here)
    last = constant([], 0.0, 'penalty', trainable=False) if c.lazy_penalty else None
    kinds = []
    for due in (True, False) if c.lazy_penalty else (True,):
        d_loss = _sum(graph, d_objective, d_penalty if due else None)
        if c.unroll:
            ahead = _unrolled(graph, here, d_loss, due)
            g_objective = _g_objective(graph, ahead)
            g_penalty = _g_penalty(graph, ahead) if due else None
        g_loss = _sum(graph, g_objective, g_penalty if due else None)
        shown = _shown(graph, {'d': (d_loss, d_objective), 'g': (g_loss, g_objective)},
                       d_penalty if graph.penalty.of_d else g_penalty, None if due else last)
        with tf.name_scope('losses/'):
            shown = dict(zip(shown, ops.all_reduce_mean(shown.values()), strict=True))
        remembered = {last: shown['penalty']} if c.lazy_penalty and due else {}
        kinds.append(Losses(d_loss, g_loss, shown, remembered))
    return kinds


def _shown(graph, parts, penalty, last):
    """Name -> scalar. parts: d and g -> (what is minimised, its objective).

    last: what is shown as the penalty in a step without: as it last was. A lazy penalty is shown
    with its usual weight, and not with that of the step.
    """
    with tf.name_scope('losses/'):
        on_real, on_fake = objectives.accuracy(graph.objective, graph.outputs.real,
                                               graph.outputs.fake)
        scalars = {'losses/d': parts['d'][0], 'losses/g': parts['g'][0],
                   'd_accuracy': (on_real + on_fake) / 2.0, 'd_accuracy/real': on_real,
                   'd_accuracy/fake': on_fake}
        if graph.config.penalty != NONE:
            owner = 'd' if graph.penalty.of_d else 'g'
            objective = parts[owner][1]
            penalty = penalty if last is None else last.read_value()
            weighed = objective + penalties.weight_of(graph.config) * penalty
            scalars.update({'penalty': penalty, f'losses/{owner}_objective': objective,
                            f'losses/{owner}': weighed})
        return {**scalars, 'losses/sum': scalars['losses/d'] + scalars['losses/g']}


def _unrolled(graph, outputs, d_loss, due):
    """What D says of the batch `unroll` steps on, each learnt from this very batch.

    Metz et al. 2017, arXiv 1611.02163, eq. 7 to 9: D answers a move of G before G makes it. What D
    will be depends on G through every gradient and moment of these steps, and so does G's loss.
    due: have they their penalty?
    """
    adam = graph.d_adam
    with tf.name_scope('train_D/unrolled/'):
        weights, state = adam.weights, adam.state()
    for i in range(graph.config.unroll):
        if i > 0:
            d_loss = _sum(graph, _d_objective(graph, outputs),
                          _d_penalty(graph, outputs) if due else None)
        with tf.name_scope('train_D/unrolled/'):
            gradients = ops.all_reduce_mean(ops.gradients(d_loss, weights))
            weights, state = adam.moved(weights, gradients, state)
            names = (w.op.name for w in adam.weights)
            discriminator = outputs.discriminator.moved(dict(zip(names, weights, strict=True)))
        outputs = d_outputs(graph, discriminator)
    return outputs


def _d_objective(graph, outputs):
    with tf.name_scope('losses/'):
        flipped = _flipped(graph, outputs.real, outputs.fake)
        return graph.objective.d_loss(*flipped, **_options(graph))


def _g_objective(graph, outputs):
    with tf.name_scope('losses/'):
        return graph.objective.g_loss(outputs.real, outputs.fake)


def _d_penalty(graph, outputs):
    """That of D, before any weight, or None."""
    if not graph.penalty.of_d:
        return None
    with tf.name_scope('losses/penalty/'):
        return _smoothness(graph, outputs)


def _g_penalty(graph, outputs):
    """That of G and its encoder, before any weight, or None."""
    if not graph.penalty.encoder:
        return None
    with tf.name_scope('losses/penalty/'):
        return _missed_modes(graph, outputs)


def _sum(graph, objective, penalty):
    """What is minimised."""
    if penalty is None:
        return objective
    with tf.name_scope('losses/'):
        c = graph.config
        return objective + c.penalty_every * penalties.weight_of(c) * penalty


def _smoothness(graph, outputs):
    def score(x):
        """Of what it has looked at already D says the same again."""
        if x is outputs.seen:
            return graph.objective.score(outputs.real)
        return outputs.discriminator.score(x, graph.labels_ph, 'penalty')

    def random(shape, *name):                                                     # in (0, 1)
        seed = seeds.derive(graph.config.seed, 'penalty', *name)
        return (ops.noise('uniform', shape, seed, graph.batch_count) + 1.0) / 2.0
    shape = tf.shape(outputs.seen)
    return graph.penalty.of_d(score, outputs.seen, graph.seen_fake, random(shape),
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
