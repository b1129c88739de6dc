"""One training step: the runs of the session it is made of, and what each of them writes.

    d_steps - 1 times    D learns alone
    once                 D and G learn from one noise batch
    g_steps - 1 times    G learns alone

Each of these takes gradient_accumulate batches, of which all but the last only add up gradients.
"""

from typing import NamedTuple

import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.model.learners import learners
from dcgan_tf.train_ops.finite_check import FiniteCheck, finite, upstream
from dcgan_tf.train_ops.summaries import scalar_summary
from dcgan_tf.train_ops.train_op import TrainOp


class Kind(NamedTuple):
    """What a step is made of. With a lazy penalty there are two kinds, with it and without."""

    learners: tuple              # D, G
    shown: dict                  # name -> scalar for TensorBoard, of the last run
    runs: list                   # of the session, in order; the last counts the step
    values: dict                 # name -> tensor: what the loop's hooks may ask for, of the last


def kinds(graph):
    """The kinds of steps of a GanGraph that has its losses: a Kind for each of them."""
    made = []
    for losses, pair in zip(graph.losses, learners(graph), strict=True):
        shown = {**losses.scalars, **_shown(graph.config, *pair)}
        values = _values(shown)
        if graph.wishes:
            values['wishes'] = graph.wishes.votes
        name = 'train_with_penalty' if losses.remembered else 'train'
        made.append(Kind(pair, shown, _runs(graph, *pair, name, values), values))
    return made


def _runs(graph, d, g, name, values):
    """The runs of one step, in order; the last moves G's average and counts.

    Of several workers all make all that they tell each other, whatever each of them fetches.
    """
    always = tuple(values.values()) if graph.share.count > 1 else ()
    c, made = graph.config, {}
    plan = [(d,)] * (c.d_steps - 1) + [(d, g)] + [(g,)] * (c.g_steps - 1)

    def once(make, group, *more):
        key = (make, tuple(learner.scope for learner in group), *more[:2])
        if key not in made:
            made[key] = make(graph, group, *more)
        return made[key]

    step = []
    for i, group in enumerate(plan, 1):
        step += [once(_gather, group) for _ in range(c.gradient_accumulate - 1)]
        last = i == len(plan)
        step.append(once(_update, group, name, last, always if last else ()))
    return step


def _shown(config, d, g):
    """Name -> scalar for TensorBoard.

    Where G learns alone in the last run, the sums of D are cleared: its norm is that of this one
    batch.
    """
    of_d = ops.all_reduce_mean(d.gradients) if config.g_steps > 1 else d.means
    shown = {}
    with tf.name_scope('summaries/'):
        for name, learner, of in (('d', d, of_d), ('g', g, g.means)):
            shown[f'gradient_norm/{name}'] = tf.linalg.global_norm(of)
            shown[f'learning_rate/{name}'] = tf.convert_to_tensor(learner.adam.rate)
            if learner.scale:
                shown[f'loss_scale/{name}'] = learner.scale.value
    return shown


def _values(shown):
    return {'d_loss': shown['losses/d'], 'g_loss': shown['losses/g'],
            'd_accuracy': shown['d_accuracy'], 'd_gradient': shown['gradient_norm/d'],
            'g_gradient': shown['gradient_norm/g'], 'scalars': scalar_summary(shown)}


def _gather(graph, group):
    """Adds the gradients of this batch to the sums. No weight moves."""
    guard, ready = _guard(graph, group)
    with tf.control_dependencies(ready), tf.name_scope('sums/'):
        added = [total.assign_add(g, read_value=False) for learner in group
                 for total, g in zip(learner.sums, learner.gradients, strict=True)]
        return TrainOp(tf.group(*added), guard)


def _update(graph, group, name, last, always):
    """D's Adam, then G's; in the last run of a step then G's average and the count.

    All gradients are taken before any weight moves: G learns from the D that D's own gradient
    saw, one noise batch serves both, and no read can race with a write.
    """
    guard, done = _guard(graph, group)
    done += always
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
        return TrainOp(tf.no_op(name), guard)


def _moved(learner):
    """Adam's step, and the moving averages of batch norm."""
    averages = [op for use in learner.uses for op in ops.update_moving_averages(use)]
    taken = tf.reduce_all(finite(learner.means)) if learner.scale else None
    scaled = learner.scale.update_ops(taken) if learner.scale else []
    if not learner.sums:
        return tf.group(learner.adam.update_op(learner.means, taken), *scaled, *averages)
    with tf.control_dependencies(learner.means):
        step = learner.adam.update_op(learner.means, taken)
        cleared = [total.assign(tf.zeros_like(total), read_value=False) for total in learner.sums]
        return tf.group(step, *cleared, *scaled, *averages)


def _guard(graph, group):
    """A guard over all that is written, and all that has to be ready before the first write.

    Gradients of a scaled loss may be infinite as long as their scale can shrink.
    """
    every = graph.config.check_numerics
    look = upstream if every else list
    hint = '' if every else '. --check-numerics names the op where it began'
    with tf.name_scope('numerics/'):
        watched = [m for learner in group for use in learner.uses
                   for m in ops.batch_moments(use)] + [learner.loss for learner in group]
        excused = []
        for learner in group:
            if learner.scale:
                excused += [(t, learner.scale.can_shrink) for t in look(learner.gradients)]
            else:
                watched += learner.gradients
        guard = FiniteCheck(look(watched), graph.batch_count, hint, excused=excused)
    return guard, [guard.op, *(g for learner in group for g in learner.gradients)]
