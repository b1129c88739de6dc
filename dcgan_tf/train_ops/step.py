"""One training step: the runs of the session that it is made of, and what can be fetched in it.

    gradients of all players that move in the run, at the same weights
    the check that all numbers are finite
    player by player: its update, then clipping, spectral norm and what it asks for
    in the last run: the averages of weights, then the count of steps

Each line waits for the one before, by control dependencies.
"""

from typing import NamedTuple

import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.train_ops import columns
from dcgan_tf.train_ops.finite_check import FiniteCheck, upstream
from dcgan_tf.train_ops.many_steps import ManySteps
from dcgan_tf.train_ops.player_optimizer import PlayerStep
from dcgan_tf.train_ops.schedule import turns
from dcgan_tf.train_ops.summaries import Summaries, scalar_summary
from dcgan_tf.train_ops.train_op import TrainOp


class StepVariant(NamedTuple):
    """What a step is made of. With a lazy penalty there are two variants: with it, and without."""

    players: tuple               # of PlayerStep
    shown: dict                  # name -> scalar for TensorBoard, of the last run
    train_ops: list              # TrainOps, one a run of the session; the last counts the step
    values: dict                 # name -> tensor: what can be fetched in the last run: the columns
    #                              of log.csv, `scalars` (TensorBoard's), maybe `stop_requests`

    @property
    def columns(self) -> list[str]:
        """The names of the columns of log.csv, in order."""
        return [name for name in self.values if name not in ('scalars', 'stop_requests')]


class Steps(NamedTuple):
    """All that trains."""

    variants: list                 # of StepVariant
    penalty_every: int             # steps between two of the first variant, where there are two
    many_steps: ManySteps | None   # several steps in one run, where the Config wants them
    summaries: Summaries           # what TensorBoard shows of weights and pictures

    def variant_of(self, index) -> StepVariant:
        """That of the step with this index, from 0: the first has its penalty."""
        return self.variants[len(self.variants) > 1 and index % self.penalty_every > 0]


def build(model, losses, peers=None) -> Steps:
    """The steps of a Model and its StepLosses. peers: with several workers, what they vote by."""
    c, variants = model.system.config, []
    if peers:
        peers.vote()
    for each in losses:
        before = variants[-1].players if variants else ()
        variants.append(_variant(model, each, before, peers))
    weights = [w for network in model.net for w in network.weights]
    many = ManySteps(variants, model.inputs) if c.steps_per_run > 1 else None
    return Steps(variants, c.penalty_every, many, Summaries(weights, c.n_channels))


def _variant(model, losses, before, peers):
    steps = _player_steps(losses, before)
    shown = columns.shown(model, steps, losses.due)
    values = {**columns.columns(steps, shown), 'scalars': scalar_summary(shown)}
    if peers:
        values['stop_requests'] = peers.stop_requests.votes
    lazy = model.system.config.lazy_penalty and any(p.penalty is not None for p in losses.players)
    name = 'train_with_penalty' if lazy and losses.due else 'train'
    return StepVariant(steps, shown, _train_ops(model, steps, name, values), values)


def _player_steps(losses, before):
    """A PlayerStep for each player. One whose loss is that of the variant before is the same."""
    known, made = {step.loss.ref(): step for step in before}, []
    for player in losses.players:
        loss, optimizer = losses.minimised[player.name], losses.optimizers[player.name]
        if loss.ref() in known:
            made.append(known[loss.ref()])
            continue
        gradients = optimizer.gradients(loss, may_rest=bool(before))
        made.append(PlayerStep(player, optimizer, loss, gradients, optimizer.applied(gradients)))
    return tuple(made)


def _train_ops(model, steps, name, values):
    """A TrainOp for each run of the session.

    With several workers every worker runs every collective op in each step, whatever it fetches.
    """
    always = tuple(values.values()) if model.inputs.shard.count > 1 else ()
    plan = turns(model.system, [step.player for step in steps])
    by_name = {step.player.name: step for step in steps}
    made, accumulate = {}, model.system.config.gradient_accumulate

    def once(make, group, *more):
        key = (make, tuple(step.player.name for step in group), *more[:2])
        if key not in made:
            made[key] = make(model, group, *more)
        return made[key]

    found = []
    for i, players in enumerate(plan, 1):
        group, last = tuple(by_name[p.name] for p in players), i == len(plan)
        found += [once(_gather, group) for _ in range(accumulate - 1)]
        found.append(once(_update, group, name, last, always if last else ()))
    return found


def _gather(model, group):
    """Adds the gradients of this batch to the sums. No weight moves."""
    check, ready = _check(model, group)
    with tf.control_dependencies(ready), tf.name_scope('sums/'):
        added = [total.assign_add(g, read_value=False) for step in group
                 for total, g in zip(step.optimizer.gradient_sums, step.gradients, strict=True)]
        return TrainOp(tf.group(*added), check)


def _update(model, group, name, last, always):
    """Moves the weights of each player in turn; in the last run the averages, and the count.

    All gradients are taken before any weight moves: G learns from the D that D's own gradient
    saw, one noise batch serves both, and no read can race with a write.
    """
    check, done = _check(model, group)
    done += always
    for step, uses in zip(group, _uses(group), strict=True):
        with tf.control_dependencies(done), tf.name_scope(step.optimizer.scope):
            averages = [op for use in uses for op in ops.update_moving_averages(use)]
            done = [step.optimizer.update_op(step.applied, step.player.gate, averages)]
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


def _uses(group):
    """For each of the players: the uses of networks whose batch norm averages it moves.

    A network that two of them learn is moved by the first.
    """
    found = {}
    for step in group:
        for network in step.player.networks:
            if network.first_use:
                found.setdefault(network.first_use, step)
    return [[use for use, owner in found.items() if owner is step] for step in group]


def _check(model, group):
    """The check of all that is written, and all that has to be ready before the first write.

    Gradients of a scaled loss may be infinite as long as their scale can shrink.
    """
    every = model.system.config.check_numerics
    look = upstream if every else list
    hint = '' if every else '. --check-numerics names the op where it began'
    with tf.name_scope('numerics/'):
        watched = [m for uses in _uses(group) for use in uses for m in ops.batch_moments(use)]
        watched += [step.loss for step in group]
        excused = []
        for step in group:
            if scale := step.optimizer.scale:
                excused += [(t, scale.can_shrink) for t in look(step.gradients)]
            else:
                watched += step.gradients
        check = FiniteCheck(look(watched), model.inputs.batch.number, hint, excused=excused)
    return check, [check.op, *(g for step in group for g in step.gradients)]
