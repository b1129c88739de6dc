"""A player's optimizer: its gradients, and its update."""

import functools

import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.errors import UsageError
from dcgan_tf.optimizers import Adam, LossScale, Optimizer, rates
from dcgan_tf.optimizers.slots import short_names, slots
from dcgan_tf.train_ops.finite_check import are_finite


class PlayerOptimizer:
    """The optimizer of one player, in the box train_NAME. All variants of a step share it.

    weights: the weights of all its networks, each once. names: their names in the box. rule: Adam
    or another rule.
    gradient_sums: for each weight a variable with the sum of the gradients of earlier batches; []
    if every batch makes an update.
    scale: the LossScale with float16, otherwise None.
    """

    def __init__(self, player, system, step):
        c, self._scope = system.config, f'train_{player.name}'
        self.weights = list({w.ref(): w for n in player.networks for w in n.weights}.values())
        self.names = short_names(self.weights)
        used = player.optimizer or _default_optimizer(c, player.name in system.critics)
        self._accumulate, self._weight_decay = c.gradient_accumulate, used.weight_decay
        self.gradient_sums, self.scale = [], None
        with self.box('rate'):
            factor = used.schedule(tf.cast(step, tf.float32))
            rate = tf.convert_to_tensor(used.rate * player.rate * factor, tf.float32,
                                        name='learning_rate')
        with self.box():
            self.rule = used.rule(self._scope, self.weights, rate)
        if c.precision == 'float16':
            with self.box('loss_scale'):
                self.scale = LossScale(self._scope)
        if c.gradient_accumulate > 1:
            self.gradient_sums = slots(self.weights, 'sums/{}', self._scope)

    def box(self, *inner):
        """Opens the box of this player, or one inside it."""
        return ops.box('/'.join([self._scope, *filter(None, inner)]))

    def gradients(self, loss, where, *, zero_if_unused=False):
        """Returns the loss's gradients, one for each weight: WHERE/gradients/d2_conv/weights.

        where: the box in the player's box, '' = the player's box itself. The ops of the backward
        pass are in WHERE/backward.
        UsageError if the loss does not depend on a weight. zero_if_unused: such a gradient is 0
        instead. In the steps between two lazy penalties the encoder of mode_regularised has no
        gradient, and Adam moves it on by its moments.
        """
        with self.box(where):
            found = (self.scale or ops).gradients(loss, self.weights, name='backward')
        if zero_if_unused:
            with self.box(where, 'unused'):
                found = [tf.zeros_like(w) if g is None else g
                         for g, w in zip(found, self.weights, strict=True)]
        unused = [w.op.name for g, w in zip(found, self.weights, strict=True) if g is None]
        if unused:
            raise UsageError(f'{self._scope}: the loss does not depend on {", ".join(unused)}: '
                             'every weight of a player needs a gradient')
        with self.box(where, 'gradients'):
            return [tf.identity(g, name) for g, name in zip(found, self.names, strict=True)]

    def applied_gradients(self, gradients, where):
        """Returns the gradients that an update uses: WHERE/applied_gradients/d2_conv/weights.

        They are means over the batches of an update and over the workers, and include weight decay.
        Without these, they are the `gradients` themselves.
        """
        with self.box(where, 'applied_gradients'):
            applied = gradients
            if self.gradient_sums:
                applied = [(g + total) / self._accumulate
                           for total, g in zip(self.gradient_sums, gradients, strict=True)]
            applied = self._with_weight_decay(self.weights, ops.all_reduce_mean(applied))
            return [a if a is g else tf.identity(a, name)
                    for a, g, name in zip(applied, gradients, self.names, strict=True)]

    def _with_weight_decay(self, weights, gradients):
        """Returns the gradients plus those of weight decay. weights: variables or tensors."""
        if not self._weight_decay:
            return gradients
        return [g + self._weight_decay * w if v.op.name.endswith('/weights') else g
                for g, w, v in zip(gradients, weights, self.weights, strict=True)]

    def update_op(self, gradients, gate, averages):
        """Updates the weights, and with them the moving averages of batch norm.

        gradients: as `applied_gradients` returns them. gate: see `Player`. averages: the ops that
        update the moving averages. With several workers the player moves if the gate is true for
        all of them: their weights must stay equal.
        """
        with tf.name_scope('enabled'):
            gate = _of_all_workers(gate)
            all_finite = tf.reduce_all(are_finite(gradients)) if self.scale else None
            enabled = _all_true(all_finite, gate)
            scaled = self.scale.update_ops(all_finite, gate) if self.scale else []
        if not self.gradient_sums:
            return tf.group(self.rule.update_op(gradients, enabled), *scaled, *averages,
                            name='updated')
        with tf.control_dependencies(gradients):
            step = self.rule.update_op(gradients, enabled)
        with tf.control_dependencies(gradients), tf.name_scope('clear_sums'):
            cleared = [total.assign(tf.zeros_like(total), read_value=False)
                       for total in self.gradient_sums]
        return tf.group(step, *cleared, *scaled, *averages, name='updated')


    def step_on_tensors(self, weights, gradients, state, gate):
        """Computes an update on tensors: -> weights, state. Nothing is written.

        state: see `Adam.state`. gate: see `Player`; if it is closed, both stay as they are.
        """
        gradients = self._with_weight_decay(weights, gradients)
        moved = self.rule.step_on_tensors(weights, gradients, state)
        if gate is None:
            return moved
        gate = _of_all_workers(gate)
        return tf.nest.map_structure(lambda new, old: tf.where(gate, new, old), moved,
                                     (list(weights), state))


def _of_all_workers(gate):
    """Returns whether this gate is open in all workers: their weights must stay equal."""
    return None if gate is None else ops.all_workers(tf.reshape(gate, [1]))[0]


def _default_optimizer(c, critic):
    """Returns Adam with the run's options, for a player that names no optimizer."""
    rate = (c.d_learning_rate if critic else c.g_learning_rate) or c.learning_rate
    half_life = c.learning_rate_half_life
    return Optimizer(functools.partial(Adam, beta1=c.beta1, beta2=c.beta2), rate,
                     rates.half_life(half_life) if half_life else rates.constant, c.weight_decay)


def _all_true(*conditions):
    """Returns whether all of these bools [] are true, or None if all of them are None."""
    found = [condition for condition in conditions if condition is not None]
    return functools.reduce(tf.logical_and, found) if found else None
