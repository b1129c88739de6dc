"""One training step: the runs of the session that it consists of, and what can be fetched in it.

    the gradients of all players that move in this run, at the same weights
    the check that all numbers are finite
    player by player: its update, then clipping, spectral norm, and the ops that the player adds
    in the last run: the averages of weights, then the count of steps

Each line waits for the one before it, by control dependencies.
"""

from typing import NamedTuple

import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.hooks import SCALARS_EVERY
from dcgan_tf.train_ops import columns
from dcgan_tf.train_ops.finite_check import FiniteCheck, TrainOp, ancestors, upstream
from dcgan_tf.train_ops.flow import flow
from dcgan_tf.train_ops.many_steps import ManySteps
from dcgan_tf.train_ops.player_optimizer import PlayerStep
from dcgan_tf.train_ops.schedule import turns

# Values that are no columns of log.csv: `scalars`, what a player with a lazy penalty minimises in
# this variant, `flow`, and the votes of several workers. All but the last are dicts.
NOT_COLUMNS = ('scalars', 'minimised', 'flow', 'stop_requests')


class StepVariant(NamedTuple):
    """All ops of a step. With a lazy penalty there is a variant for each of the `StepLosses`."""

    players: tuple               # of PlayerStep
    scalars: dict                # name -> scalar for TensorBoard, in the last run
    train_ops: list              # of TrainOp, one for each run; the last counts the step
    values: dict                 # name -> what can be fetched in the last run: the columns of
    #                              log.csv, maybe `stop_requests`, and NOT_COLUMNS

    @property
    def columns(self) -> list[str]:
        """The names of the columns of log.csv, in order."""
        return [name for name in self.values if name not in NOT_COLUMNS]


class Steps(NamedTuple):
    """Everything that a training runs."""

    variants: list                 # of StepVariant
    images_per_step: int           # real images, of all workers together
    penalty_every: int             # steps between two steps of the first variant
    many_steps: ManySteps | None   # several steps in one run, or None
    weights: list                  # the trainable variables of all networks

    @property
    def lazy(self) -> bool:
        """Tells whether there is a lazy penalty."""
        return len(self.variants) > 1

    def has_penalty(self, step) -> bool:
        """Returns whether a lazy penalty is added in this step, which counts from 1."""
        return self.lazy and (step - 1) % self.penalty_every == 0

    def variant_of(self, index) -> StepVariant:
        """Returns the variant of the step with this index, which counts from 0.

        With a lazy penalty, step 0 has it. A third variant, with several workers, is for the steps
        whose values are shown.
        """
        if not self.lazy or self.has_penalty(index + 1):
            return self.variants[0]
        shown = len(self.variants) == 3 and (index + 1) % SCALARS_EVERY == 0
        return self.variants[2 if shown else 1]


def build(model, losses, peers=None) -> Steps:
    """Builds the Steps of a Model and its StepLosses.

    peers: with several workers, the `Peers` by which they vote; otherwise None.
    """
    c, variants = model.system.config, []
    if peers:
        peers.vote()
    for each in losses:
        previous = variants[-1].players if variants else ()
        variants.append(_variant(model, each, previous, peers))
    weights = [w for network in model.net for w in network.weights]
    many = ManySteps(variants, model.inputs) if c.steps_per_run > 1 else None
    images = c.batch_size * len(variants[0].train_ops)
    return Steps(variants, images, c.penalty_every, many, weights)


def _variant(model, losses, previous, peers):
    steps = _player_steps(losses, previous)
    scalars = columns.scalars(model, steps, losses.shows_penalty)
    values = {**columns.columns(steps, scalars), 'scalars': scalars}
    if losses.due and model.system.config.lazy_penalty:
        values['minimised'] = columns.minimised(steps)
    if peers:
        values['stop_requests'] = peers.stop_requests.votes
    shown = tf.nest.flatten(values)
    train_ops = _train_ops(model, steps, losses.name, shown)
    values['flow'] = flow(model, steps, [train_ops[-1].op, *(value.op for value in shown)])
    return StepVariant(steps, scalars, train_ops, values)


def _player_steps(losses, previous):
    """Returns a PlayerStep for each player.

    A player whose loss is the same tensor in the previous variant has the same PlayerStep.
    """
    by_loss, built = {step.loss.ref(): step for step in previous}, []
    for player in losses.players:
        loss, optimizer = losses.minimised[player.name], losses.optimizers[player.name]
        if loss.ref() in by_loss:
            built.append(by_loss[loss.ref()])
            continue
        gradients = optimizer.gradients(loss, zero_if_unused=bool(previous))
        built.append(PlayerStep(player, optimizer, loss, gradients,
                                optimizer.applied_gradients(gradients)))
    return tuple(built)


def _train_ops(model, steps, name, values):
    """Returns a TrainOp for each run of the session.

    With several workers, every worker runs every collective op in each step, whatever it fetches.
    """
    first = tuple(values if model.inputs.shard.count > 1 else _reads(values))
    plan = turns(model.system, [step.player for step in steps])
    by_name = {step.player.name: step for step in steps}
    built, accumulate = {}, model.system.config.gradient_accumulate

    def cached(make, group, *more):
        key = (make, tuple(step.player.name for step in group), *more[:2])
        if key not in built:
            built[key] = make(model, group, *more)
        return built[key]

    found = []
    for i, players in enumerate(plan, 1):
        group, last = tuple(by_name[p.name] for p in players), i == len(plan)
        found += [cached(_accumulate, group) for _ in range(accumulate - 1)]
        found.append(cached(_update, group, name, last, first if last else ()))
    return found


def _accumulate(model, group):
    """Adds the gradients of this batch to the sums. No weight changes."""
    check, ready = _check(model, group)
    with tf.control_dependencies(ready), tf.name_scope('sums/'):
        added = [total.assign_add(g, read_value=False) for step in group
                 for total, g in zip(step.optimizer.gradient_sums, step.gradients, strict=True)]
        return TrainOp(tf.group(*added), check)


def _update(model, group, name, last, first):
    """Updates the weights of each player in turn; in the last run also the averages and the count.

    All gradients are computed before any weight changes. So G learns from the same D that D's own
    gradient comes from, and one noise batch serves both. first: what else must run before the
    first write.
    """
    check, done = _check(model, group)
    done += first
    for step, uses in zip(group, _uses(group), strict=True):
        with tf.control_dependencies(done), tf.name_scope(step.optimizer.scope):
            averages = [op for use in uses for op in ops.update_moving_averages(use)]
            done = [step.optimizer.update_op(step.applied_gradients, step.player.gate, averages)]
        with tf.control_dependencies(done), tf.name_scope(step.optimizer.scope):
            after = [op for network in step.player.networks for op in network.after_update_ops()]
            done = [*done, *after, *step.player.after()]
    if last:
        with tf.control_dependencies(done), tf.name_scope(group[-1].optimizer.scope):
            done = [average.update_op() for average in model.averages.values()] or done
        with tf.control_dependencies(done), tf.name_scope('inputs/'):
            done = [*done, model.inputs.step.assign_add(1, read_value=False)]
    with tf.control_dependencies(done):
        return TrainOp(tf.no_op(name), check)


def _reads(values):
    """Returns the reads of variables from which the values are computed.

    A value that nothing else needs, such as a penalty between two lazy ones, has reads of its own.
    They must come before the writes, so that it belongs to the weights from before the step.
    """
    return [op for op in ancestors([value.op for value in values])
            if op.type == 'ReadVariableOp']


def _uses(group):
    """Returns, for each player of a run, the uses of networks whose moving averages it updates.

    If two players of the run learn the same network, the first of them does.
    """
    found = {}
    for step in group:
        for network in step.player.networks:
            if network.first_use:
                found.setdefault(network.first_use, step)
    return [[use for use, owner in found.items() if owner is step] for step in group]


def _check(model, group):
    """Returns the check, and everything that must be computed before the first write.

    The check covers everything that is written. With loss scaling, gradients may be infinite as
    long as the scale can still shrink.
    """
    check_all = model.system.config.check_numerics
    checked = upstream if check_all else list
    hint = '' if check_all else '. --check-numerics names the op where it began'
    with tf.name_scope('numerics/'):
        watched = [m for uses in _uses(group) for use in uses for m in ops.batch_moments(use)]
        watched += [step.loss for step in group]
        excused = []
        for step in group:
            if scale := step.optimizer.scale:
                excused += [(t, scale.can_shrink) for t in checked(step.gradients)]
            else:
                watched += step.gradients
        check = FiniteCheck(checked(watched), model.inputs.batch.number, hint, excused=excused)
    return check, [check.op, *(g for step in group for g in step.gradients)]
