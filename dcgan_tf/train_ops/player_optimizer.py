"""A player's optimizer: its gradients, what an update learns from, and the update."""

import functools
from typing import NamedTuple

import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.optimizers import Adam, LossScale, Optimizer, rates
from dcgan_tf.optimizers.slots import slots
from dcgan_tf.systems.base import Player
from dcgan_tf.train_ops.finite_check import finite


class PlayerOptimizer:
    """One player's, in the box train_NAME. All variants of a step share it.

    weights: those of all its networks, each once. `rule`: Adam or another. gradient_sums: a
    variable a weight, of the batches before; [] where one batch makes an update. scale: the
    LossScale in float16, else None.
    """

    def __init__(self, player, system, step):
        c, self.scope = system.config, f'train_{player.name}/'
        self.weights = list({w.ref(): w for n in player.networks for w in n.weights}.values())
        used = player.optimizer or _of_config(c, player.name in system.critics)
        self._accumulate, self._weight_decay = c.gradient_accumulate, used.weight_decay
        self.gradient_sums, self.scale = [], None
        with tf.name_scope(self.scope):
            rate = used.rate * used.schedule(tf.cast(step, tf.float32))
            self.rule = used.rule(f'train_{player.name}', self.weights, rate)
            if c.precision == 'float16':
                self.scale = LossScale(f'train_{player.name}')
        if c.gradient_accumulate > 1:
            self.gradient_sums = slots(self.weights, 'sums/{}', f'train_{player.name}')

    def gradients(self, loss, *, may_rest=False):
        """The loss's gradients, one a weight. ValueError where it does not depend on one.

        may_rest: 0 in place of such a gradient: between two lazy penalties the encoder of
        mode_regularised has none, and Adam goes on by what it remembers.
        """
        with tf.name_scope(self.scope):
            found = (self.scale or ops).gradients(loss, self.weights)
            if may_rest:
                found = [tf.zeros_like(w) if g is None else g
                         for g, w in zip(found, self.weights, strict=True)]
        idle = [w.op.name for g, w in zip(found, self.weights, strict=True) if g is None]
        if idle:
            raise ValueError(f'the loss does not depend on {", ".join(idle)}')
        return found

    def applied(self, gradients):
        """What an update learns from: means over its batches and workers, with weight decay."""
        with tf.name_scope(self.scope):
            if self.gradient_sums:
                gradients = [(g + total.read_value()) / self._accumulate
                             for total, g in zip(self.gradient_sums, gradients, strict=True)]
            return self.decayed(self.weights, ops.all_reduce_mean(gradients))

    def decayed(self, weights, gradients):
        """The gradients with that of weight decay. weights: variables, or what stands for them."""
        if not self._weight_decay:
            return gradients
        return [g + self._weight_decay * w if v.op.name.endswith('/weights') else g
                for g, w, v in zip(gradients, weights, self.weights, strict=True)]

    def update_op(self, applied, gate, averages):
        """Moves the weights, and with them the moving averages of batch norm.

        applied: as of `applied`. gate: as of `Player`. averages: the ops that move those.
        """
        good = tf.reduce_all(finite(applied)) if self.scale else None
        taken = _both(good, gate)
        scaled = self.scale.update_ops(good, gate) if self.scale else []
        if not self.gradient_sums:
            return tf.group(self.rule.update_op(applied, taken), *scaled, *averages)
        with tf.control_dependencies(applied):
            step = self.rule.update_op(applied, taken)
            cleared = [total.assign(tf.zeros_like(total), read_value=False)
                       for total in self.gradient_sums]
            return tf.group(step, *cleared, *scaled, *averages)


class PlayerStep(NamedTuple):
    """A player in one variant of a step."""

    player: Player
    optimizer: PlayerOptimizer
    loss: tf.Tensor              # that is minimised, with its penalty where that is due
    gradients: list              # of this batch, one a weight
    applied: list                # what an update learns from


def _of_config(c, critic):
    """Adam with the run's options: the optimizer of a player that names none."""
    rate = (c.d_learning_rate if critic else c.g_learning_rate) or c.learning_rate
    half_life = c.learning_rate_half_life
    return Optimizer(functools.partial(Adam, beta1=c.beta1, beta2=c.beta2), rate,
                     rates.half_life(half_life) if half_life else rates.constant)


def _both(*conditions):
    """bools [] or None -> are all true? None where all are None."""
    found = [condition for condition in conditions if condition is not None]
    return functools.reduce(tf.logical_and, found) if found else None
