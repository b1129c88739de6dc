"""One training step: gradients, the guard in front of every write, D, G, the average, the count."""

from typing import NamedTuple

import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.training.numerics import NumericsGuard, upstream

v1 = tf.compat.v1
D, G = ('Discriminator/',), ('Generator/', 'Encoder/')             # whose variables they move


class Step(NamedTuple):
    """What `training_step` makes."""

    op: tf.Operation
    guard: NumericsGuard
    scalars: dict                # name -> scalar to show


def training_step(graph):
    """Two Adams joined in `train`: D's step, then G's, then G's average, then the count.

    All gradients are taken before any weight moves: G learns from the D that D's own gradient
    saw, one noise batch serves both, and no read can race with a write.
    """
    c = graph.config
    d_adam, d_gradients, d_rate = _gradients(graph, 'train_D/', graph.d_loss, D, c.d_learning_rate)
    g_adam, g_gradients, g_rate = _gradients(graph, 'train_G/', graph.g_loss, G, c.g_learning_rate)
    gradients = [g for g, _ in d_gradients + g_gradients]
    guard = _guard(c, [graph.d_loss, graph.g_loss], gradients)
    with tf.control_dependencies([guard.op, *gradients]), tf.name_scope('train_D/'):
        d_step = _moved(d_adam, d_gradients, 'Discriminator_real/')
        d_step = _kept_in_bounds(graph, d_step)
    with tf.control_dependencies([d_step]), tf.name_scope('train_G/'):
        g_step = _moved(g_adam, g_gradients, 'Generator_train/', 'Encoder_real/')
    with tf.control_dependencies([g_step]), tf.name_scope('train_G/'):
        average_step = graph.average.update_op() if graph.average else g_step
    with tf.control_dependencies([average_step]), tf.name_scope('inputs/'):
        count_step = graph.step.assign_add(1, read_value=False)
    with tf.control_dependencies([d_step, g_step, average_step, count_step]):
        train_op = tf.no_op('train')
    with tf.name_scope('summaries/'):
        scalars = {'gradient_norm/d': tf.linalg.global_norm([g for g, _ in d_gradients]),
                   'gradient_norm/g': tf.linalg.global_norm([g for g, _ in g_gradients])}
    return Step(train_op, guard, {**scalars, 'learning_rate/d': d_rate, 'learning_rate/g': g_rate})


def _gradients(graph, scope, loss, networks, rate):
    """An Adam, its (gradient, variable) pairs and its rate; every weight must have a gradient."""
    c = graph.config
    weights = [v for network in networks for v in v1.trainable_variables(network)]
    with tf.name_scope(scope):
        rate = _rate(rate or c.learning_rate, c.learning_rate_half_life, graph.step)
        adam = v1.train.AdamOptimizer(rate, c.beta1, c.beta2)
        pairs = adam.compute_gradients(loss, weights)
    idle = [v.op.name for g, v in pairs if g is None]
    if idle:
        raise ValueError(f'the loss does not depend on {", ".join(idle)}')
    return adam, pairs, rate


def _rate(rate, half_life, step):
    """rate 2^(-step / half_life); half_life 0 = it stays."""
    if not half_life:
        return rate
    return rate * tf.pow(0.5, tf.cast(step, tf.float32) / half_life)


def _moved(adam, gradients, *uses):
    """Adam's step, and the moving averages of batch norm in these uses of a network."""
    averages = [op for use in uses for op in ops.update_moving_averages(use)]
    return tf.group(adam.apply_gradients(gradients), *averages)


def _kept_in_bounds(graph, d_step):
    """After D's step: its weights clipped where the objective says so, spectral norms followed."""
    with tf.control_dependencies([d_step]):
        bound, spectral = graph.objective.clip, graph.discriminator.spectral
        clipped = [v.assign(tf.clip_by_value(v.read_value(), -bound, bound), read_value=False)
                   for v in v1.trainable_variables('Discriminator/') if bound]
        return tf.group(d_step, *clipped, *([spectral.update_op()] if spectral else []))


def _guard(config, losses, gradients):
    """Watches all that is written, and with check_numerics all that it comes from."""
    with tf.name_scope('numerics/'):
        watched = ops.moments_to_follow() + losses + gradients
        if config.check_numerics:
            return NumericsGuard(upstream(watched))
        return NumericsGuard(watched, hint='. --check-numerics names the op where it began')
