"""The two sides of the game: what each minimises, by which Adam, and its gradients."""

from collections.abc import Callable
from typing import NamedTuple

import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.ops.variables import constant
from dcgan_tf.train_ops.adam import Adam
from dcgan_tf.train_ops.loss_scale import LossScale

v1 = tf.compat.v1


class Learner(NamedTuple):
    """One side of the game: D, or G with its encoder if it has one."""

    scope: str                   # train_D/ or train_G/
    loss: tf.Tensor
    adam: Adam
    gradients: list              # of this batch, one a weight of Adam's
    sums: list                   # a variable each, of the batches before; [] = one batch is enough
    means: list                  # of all batches, and workers, that an Adam step learns from
    uses: tuple                  # of networks whose batch norm averages follow this batch
    follow: Callable             # makes the ops to run behind every move of its weights
    scale: LossScale | None  # of gradients in float16


def adams(config, step):
    """D's and G's, the encoder's weights with those of G. Needs the networks, not the losses."""
    return (_adam('train_D', ('Discriminator/',), config.d_learning_rate, config, step),
            _adam('train_G', ('Generator/', 'Encoder/'), config.g_learning_rate, config, step))


def learners(graph):
    """D and G of a GanGraph that has its losses: a pair for each kind of step.

    A lazy penalty is of one of them: the other learns from the same gradients in either kind.
    """
    d_shared, g_shared = (_shared(graph.config, adam) for adam in (graph.d_adam, graph.g_adam))
    pairs = []
    for losses in graph.losses:
        before = pairs[-1] if pairs else ()
        pairs.append((_d(graph, losses, d_shared, before), _g(graph, losses, g_shared, before)))
    return pairs


def _d(graph, losses, shared, before):
    def follow():
        return [graph.discriminator.follow_op(graph.d_adam.weights),
                *(_remember(losses) if graph.penalty.of_d else [])]
    if before and before[0].loss is losses.d:
        return before[0]
    return _learner(graph.config, 'train_D/', losses.d, graph.d_adam, shared,
                    ('Discriminator_real/',), follow, may_rest=bool(before))


def _g(graph, losses, shared, before):
    def follow():
        return _remember(losses) if graph.penalty.encoder else []
    if before and before[1].loss is losses.g:
        return before[1]
    return _learner(graph.config, 'train_G/', losses.g, graph.g_adam, shared,
                    ('Generator_train/', 'Encoder_real/'), follow, may_rest=bool(before))


def _remember(losses):
    return [variable.assign(value, read_value=False)
            for variable, value in losses.remembered.items()]


def _learner(config, scope, loss, adam, shared, uses, follow, *, may_rest):
    """The gradients of all its weights; each must have one.

    may_rest: between two penalties the encoder of mode_regularised has none; Adam then goes on by
    what it remembers.
    """
    with tf.name_scope(scope):
        gradients = (shared.scale or ops).gradients(loss, adam.weights)
        if may_rest:
            gradients = [tf.zeros_like(w) if g is None else g
                         for g, w in zip(gradients, adam.weights, strict=True)]
    idle = [v.op.name for g, v in zip(gradients, adam.weights, strict=True) if g is None]
    if idle:
        raise ValueError(f'the loss does not depend on {", ".join(idle)}')
    with tf.name_scope(scope):
        means = gradients
        if shared.sums:
            means = [(g + total.read_value()) / config.gradient_accumulate
                     for total, g in zip(shared.sums, gradients, strict=True)]
        means = ops.all_reduce_mean(means)
    return Learner(scope, loss, adam, gradients, shared.sums, means, uses, follow, shared.scale)


class _Shared(NamedTuple):
    """Variables that the kinds of steps share, where there is a need for them."""

    sums: list                   # of the gradients of the batches before
    scale: LossScale | None


def _shared(config, adam):
    sums = []
    if config.gradient_accumulate > 1:
        with v1.variable_scope('sums', auxiliary_name_scope=False):
            sums = [constant(v.shape, 0.0, v.op.name, trainable=False) for v in adam.weights]
    with tf.name_scope(f'{adam.scope}/'):
        return _Shared(sums, LossScale(adam.scope) if config.precision == 'float16' else None)


def _adam(scope, networks, rate, config, step):
    """An Adam of all weights of the networks."""
    weights = [v for network in networks for v in v1.trainable_variables(network)]
    with tf.name_scope(f'{scope}/'):
        rate = _rate(rate or config.learning_rate, config.learning_rate_half_life, step)
        return Adam(scope, weights, rate, config.beta1, config.beta2)


def _rate(rate, half_life, step):
    """rate 2^(-step / half_life); half_life 0 = it stays."""
    if not half_life:
        return rate
    return rate * 0.5 ** (tf.cast(step, tf.float32) / half_life)
