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
from dcgan_tf.train_ops import columns, standing
from dcgan_tf.train_ops.ancestors import ancestors
from dcgan_tf.train_ops.finite_check import FiniteCheck, by_ancestors, by_squares
from dcgan_tf.train_ops.flow import flow
from dcgan_tf.train_ops.many_steps import ManySteps
from dcgan_tf.train_ops.player_step import PlayerSteps
from dcgan_tf.train_ops.schedule import turns
from dcgan_tf.train_ops.standing import Standing

HINT = '. --check-numerics names the op where it began'
# Values that are no columns of log.csv: `scalars`, what a player with a lazy penalty minimises in
# this variant, `flow`, and the votes of several workers. All but the last are dicts.
NOT_COLUMNS = ('scalars', 'minimised', 'flow', 'stop_requests')


class TrainOp(NamedTuple):
    """One run of the session. A step consists of one or more."""

    op: tf.Operation
    check: FiniteCheck           # fails before anything is written if a number is not finite


class StepVariant(NamedTuple):
    """All ops of a step. With a lazy penalty there is a variant for each of the `StepLosses`."""

    where: str                   # see `StepLosses`
    player_steps: tuple          # of PlayerStep
    train_ops: list              # of TrainOp, one for each run; the last counts the step
    values: dict                 # name -> what can be fetched in the last run: the columns of
    #                              log.csv, and NOT_COLUMNS, where they are there

    @property
    def scalars(self) -> dict:
        """Name -> scalar for TensorBoard, in the last run."""
        return self.values['scalars']

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
    standing: Standing | None = None   # measures batch norm for averaged weights

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
    c = model.system.config
    if peers:
        peers.vote()
    players, shown = PlayerSteps(model, losses), columns.Shown(model)
    variants = [_variant(model, each, players, shown, peers) for each in losses]
    weights = [w for network in model.net for w in network.weights]
    many = ManySteps(variants, model.inputs) if c.steps_per_run > 1 else None
    images = c.batch_size * len(variants[0].train_ops)
    return Steps(variants, images, c.penalty_every, many, weights, standing.build(model))


def _variant(model, losses, players, shown, peers):
    steps = players.of(losses)
    scalars = shown.scalars(steps, losses)
    values = {**columns.columns(steps, scalars), 'scalars': scalars}
    if losses.due and model.system.config.lazy_penalty:
        values['minimised'] = columns.minimised(steps)
    if peers:
        values['stop_requests'] = peers.stop_requests.votes
    fetched = tf.nest.flatten(values)
    train_ops = _train_ops(model, steps, losses.where, fetched)
    values['flow'] = flow(model, steps, [train_ops[-1].op, *(value.op for value in fetched)])
    return StepVariant(losses.where, steps, train_ops, values)


def _train_ops(model, steps, where, values):
    """Returns a TrainOp for each run of the session.

    Runs that do the same share one. If a step has several, their ops are in boxes run1, run2 ...
    With several workers, every worker runs every collective op in each step, whatever it fetches.
    """
    read_first = tuple(values if model.inputs.shard.count > 1 else _reads(values))
    runs, accumulate = [], model.system.config.gradient_accumulate
    plan = turns(model.system, [step.player for step in steps])
    for i, players in enumerate(plan, 1):
        names = tuple(player.name for player in players)
        runs += [(names, 'accumulate')] * (accumulate - 1)
        runs.append((names, 'last' if i == len(plan) else 'update'))
    built = {}
    for names, kind in dict.fromkeys(runs):
        group = tuple(step for name in names for step in steps if step.player.name == name)
        box = '/'.join(filter(None, (where, f'run{len(built) + 1}' * (len(set(runs)) > 1))))
        built[names, kind] = (
            _accumulate(model, group, box) if kind == 'accumulate'
            else _update(model, group, box, kind == 'last', read_first if kind == 'last' else ()))
    return [built[run] for run in runs]


def _accumulate(model, group, where):
    """Adds the gradients of this batch to the sums. No weight changes."""
    added, (check, ready) = [], _ready(model, group, where)
    for step in group:
        with tf.control_dependencies(ready), step.optimizer.box(where, 'add_to_sums'):
            added += [total.assign_add(g, read_value=False) for total, g in zip(
                step.optimizer.gradient_sums, step.gradients, strict=True)]
    return TrainOp(_step_op(group, added, where), check)


def _update(model, group, where, last, read_first):
    """Updates the weights of each player in turn; in the last run also the averages and the count.

    All gradients are computed before any weight changes. So G learns from the same D that D's own
    gradient comes from, and one noise batch serves both. If two players learn the same network, the
    first of them updates its moving averages. last: is it the last run of the step? read_first:
    what else must run before the first write.
    """
    (check, ready), updated = _ready(model, group, where), set()
    done = [*ready, *read_first, *(t for step in group for t in step.more_to_read)]
    for step in group:
        uses = [use for use in step.uses if use not in updated]
        updated.update(uses)
        with tf.control_dependencies(done), step.optimizer.box(where):
            averages = [op for use in uses for op in ops.update_moving_averages(use)]
            done = [step.optimizer.update_op(step.applied_gradients, step.player.gate, averages)]
        with tf.control_dependencies(done), step.optimizer.box(where):
            after = [op for network in step.player.networks for op in network.after_update_ops()]
            done = [*done, *after, *step.player.after()]
    if last:
        with tf.control_dependencies(done), group[-1].optimizer.box(where):
            done = [average.update_op() for average in model.averages.values()] or done
        with tf.control_dependencies(done), group[-1].optimizer.box(where):
            done = [*done, model.inputs.step.assign_add(1, read_value=False, name='count_step')]
    return TrainOp(_step_op(group, done, where), check)


def _step_op(group, done, where):
    """Returns the op that ends a run. It does nothing, and waits for everything that is `done`."""
    with tf.control_dependencies(done), group[-1].optimizer.box(where):
        return tf.no_op('step')


def _ready(model, group, where):
    """Returns the check, and the ops that must have run before a write."""
    thorough = model.system.config.check_numerics
    with group[0].optimizer.box(where, 'finite'):
        check = FiniteCheck((by_ancestors if thorough else by_squares)(group),
                            model.inputs.batch.number, '' if thorough else HINT)
    return check, [check.op, *(step.ready for step in group)]


def _reads(values):
    """Returns the reads of variables from which the values are computed.

    A value that nothing else needs, such as a penalty between two lazy ones, has reads of its own.
    They must come before the writes, so that it belongs to the weights from before the step.
    """
    return [op for op in ancestors([value.op for value in values])
            if op.type == 'ReadVariableOp']
