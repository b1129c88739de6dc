"""One training step: the runs of the session it is made of, and what each of them writes.

    d_steps - 1 times    D learns alone
    once                 D and G learn from one noise batch
    g_steps - 1 times    G learns alone

Each of these takes gradient_accumulate batches, of which all but the last only add up gradients.
"""

from collections.abc import Callable
from typing import NamedTuple

import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.ops.variables import constant
from dcgan_tf.training.loop import Run
from dcgan_tf.training.numerics import NumericsGuard, upstream

v1 = tf.compat.v1


class Learner(NamedTuple):
    """One side of the game: D, or G with its encoder if it has one."""

    scope: str                   # train_D/ or train_G/
    loss: tf.Tensor
    adam: ops.Adam
    gradients: list              # of this batch, one a weight of Adam's
    sums: list                   # a variable each, of the batches before; [] = one batch is enough
    means: list                  # of all batches that an Adam step takes its gradients from
    uses: tuple                  # of networks whose batch norm averages follow this batch
    follow: Callable             # makes the ops to run behind every move of its weights


def adams(config, step):
    """D's and G's, the encoder's weights with those of G. Needs the networks, not the losses."""
    return (_adam('train_D', ('Discriminator/',), config.d_learning_rate, config, step),
            _adam('train_G', ('Generator/', 'Encoder/'), config.g_learning_rate, config, step))


def learners(graph):
    """D and G of a GanGraph that has its losses."""
    def remember():
        return [variable.assign(value, read_value=False)
                for variable, value in graph.remembered.items()]

    def follow_d():
        return [graph.discriminator.follow_op(graph.d_adam.weights),
                *(remember() if graph.penalty.of_d else [])]

    def follow_g():
        return remember() if graph.penalty.encoder else []
    return (_learner(graph, 'train_D/', graph.d_loss, graph.d_adam, ('Discriminator_real/',),
                     follow_d),
            _learner(graph, 'train_G/', graph.g_loss, graph.g_adam,
                     ('Generator_train/', 'Encoder_real/'), follow_g))


def runs(graph, d, g):
    """The runs of one step, in order; the last moves G's average and counts."""
    c, made = graph.config, {}
    plan = [(d,)] * (c.d_steps - 1) + [(d, g)] + [(g,)] * (c.g_steps - 1)

    def once(make, group, *last):
        key = (make, tuple(learner.scope for learner in group), *last)
        if key not in made:
            made[key] = make(graph, group, *last)
        return made[key]

    step = []
    for i, group in enumerate(plan, 1):
        step += [once(_gather, group) for _ in range(c.gradient_accumulate - 1)]
        step.append(once(_update, group, i == len(plan)))
    return step


def shown(config, d, g):
    """Name -> scalar for TensorBoard, fetched in the last run of a step.

    Where G learns alone in it, the sums of D are cleared: its norm is that of this one batch.
    """
    of_d = d.gradients if config.g_steps > 1 else d.means
    with tf.name_scope('summaries/'):
        return {f'{what}/{name}': value for name, learner, of in (('d', d, of_d), ('g', g, g.means))
                for what, value in (
                    ('gradient_norm', tf.linalg.global_norm(of)),
                    ('learning_rate', tf.convert_to_tensor(learner.adam.rate)))}


def _adam(scope, networks, rate, config, step):
    """An Adam of all weights of the networks."""
    weights = [v for network in networks for v in v1.trainable_variables(network)]
    with tf.name_scope(f'{scope}/'):
        rate = _rate(rate or config.learning_rate, config.learning_rate_half_life, step)
        return ops.Adam(scope, weights, rate, config.beta1, config.beta2)


def _learner(graph, scope, loss, adam, uses, follow):
    """The gradients of all its weights; each must have one."""
    with tf.name_scope(scope):
        gradients = ops.gradients(loss, adam.weights)
    idle = [v.op.name for g, v in zip(gradients, adam.weights, strict=True) if g is None]
    if idle:
        raise ValueError(f'the loss does not depend on {", ".join(idle)}')
    batches = graph.config.gradient_accumulate
    with v1.variable_scope('sums', auxiliary_name_scope=False):
        sums = [constant(v.shape, 0.0, v.op.name, trainable=False) for v in adam.weights
                if batches > 1]
    with tf.name_scope(scope):
        means = [(g + total.read_value()) / batches
                 for total, g in zip(sums, gradients, strict=True)] if sums else gradients
    return Learner(scope, loss, adam, gradients, sums, means, uses, follow)


def _rate(rate, half_life, step):
    """rate 2^(-step / half_life); half_life 0 = it stays."""
    if not half_life:
        return rate
    return rate * tf.pow(0.5, tf.cast(step, tf.float32) / half_life)


def _gather(graph, group):
    """Adds the gradients of this batch to the sums. No weight moves."""
    guard, ready = _guard(graph.config, group)
    with tf.control_dependencies(ready), tf.name_scope('sums/'):
        added = [total.assign_add(g, read_value=False) for learner in group
                 for total, g in zip(learner.sums, learner.gradients, strict=True)]
        return Run(tf.group(*added), guard)


def _update(graph, group, last):
    """D's Adam, then G's; in the last run of a step then G's average and the count.

    All gradients are taken before any weight moves: G learns from the D that D's own gradient
    saw, one noise batch serves both, and no read can race with a write.
    """
    guard, done = _guard(graph.config, group)
    for learner in group:
        with tf.control_dependencies(done), tf.name_scope(learner.scope):
            done = [_moved(learner)]
        with tf.control_dependencies(done), tf.name_scope(learner.scope):
            done = [*done, *learner.follow()]
    if last:
        with tf.control_dependencies(done), tf.name_scope('train_G/'):
            done = [graph.average.update_op()] if graph.average else done
        with tf.control_dependencies(done), tf.name_scope('inputs/'):
            done = [*done, graph.step.assign_add(1, read_value=False)]
    with tf.control_dependencies(done):
        return Run(tf.no_op('train'), guard)


def _moved(learner):
    """Adam's step, and the moving averages of batch norm."""
    averages = [op for use in learner.uses for op in ops.update_moving_averages(use)]
    if not learner.sums:
        return tf.group(learner.adam.update_op(learner.gradients), *averages)
    with tf.control_dependencies(learner.means):
        step = learner.adam.update_op(learner.means)
        cleared = [total.assign(tf.zeros_like(total), read_value=False) for total in learner.sums]
        return tf.group(step, *cleared, *averages)


def _guard(config, group):
    """A guard over all that is written, and all that has to be ready before the first write."""
    gradients = [g for learner in group for g in learner.gradients]
    with tf.name_scope('numerics/'):
        moments = [m for learner in group for use in learner.uses
                   for m in ops.moments_to_follow(use)]
        watched = moments + [learner.loss for learner in group] + gradients
        if config.check_numerics:
            guard = NumericsGuard(upstream(watched))
        else:
            guard = NumericsGuard(watched, hint='. --check-numerics names the op where it began')
    return guard, [guard.op, *gradients]
