"""Adam: Kingma and Ba 2015, arXiv 1412.6980, algorithm 1 as reordered at the end of section 2."""

from typing import NamedTuple

import tensorflow as tf

from dcgan_tf.optimizers.slots import short_names, slots, state_variable

EPSILON = 1e-8         # added to the uncorrected sqrt(v), as in TensorFlow's own Adam
TINY = 1e-30           # the slope of sqrt at 0 is infinite
NOISE = 1e-5      # below this part of the network's largest sqrt(v), sqrt(v) is only rounding noise


class AdamState(NamedTuple):
    """The state of Adam after t gradients, as tensors."""

    m: list                      # for each weight, in its shape: the running mean of gradients
    v: list                      # ... and of the squares of gradients
    power1: tf.Tensor            # beta1^(t + 1)
    power2: tf.Tensor            # beta2^(t + 1)


class Adam:
    """For each weight w with gradient g, in step t = 1, 2, ...

        m <- beta1 m + (1 - beta1) g
        v <- beta2 v + (1 - beta2) g^2
        w <- w - rate sqrt(1 - beta2^t) / (1 - beta1^t) m / (sqrt(v) + epsilon)

    Its variables are w/Adam (m), w/Adam_1 (v), SCOPE/beta1_power and SCOPE/beta2_power.
    """

    def __init__(self, scope, weights, rate, beta1=0.9, beta2=0.999):
        """weights: variables. rate: a number or a scalar tensor."""
        self.scope, self.weights, self.rate = scope, list(weights), rate
        self._betas, self._numbers = (beta1, beta2), [
            tf.convert_to_tensor(number, tf.float32, name=name) for number, name in (
                (beta1, 'beta1'), (beta2, 'beta2'), (rate, 'rate'))]
        self._epsilon = tf.convert_to_tensor(EPSILON, tf.float32, name='epsilon')
        self._m = slots(self.weights, '{}/Adam', scope)
        self._v = slots(self.weights, '{}/Adam_1', scope)
        self._powers = [state_variable([], beta, f'{scope}/beta{i}_power')
                        for i, beta in enumerate(self._betas, 1)]

    def update_op(self, gradients, enabled=None):
        """Updates every weight by its gradient, with one TensorFlow op for each weight.

        The op of a weight has the weight's name: `adam/d2_conv/weights`. enabled: None, or a bool
        scalar. If it is false, nothing changes, whatever the gradients are.
        """
        with tf.name_scope('adam'):
            powers, numbers = self._read(self._powers), self._numbers
            if enabled is not None:                  # betas 1 and rate 0 change nothing
                numbers = [tf.where(enabled, used, idle)
                           for used, idle in zip(numbers, (1.0, 1.0, 0.0), strict=True)]
                gradients = [tf.where(enabled, g, 0.0) for g in gradients]
            beta1, beta2, rate = numbers
            updates = [tf.raw_ops.ResourceApplyAdam(
                var=w.handle, m=m.handle, v=v.handle, beta1_power=powers[0], beta2_power=powers[1],
                lr=rate, beta1=beta1, beta2=beta2, epsilon=self._epsilon, grad=g, name=name)
                for w, m, v, g, name in zip(self.weights, self._m, self._v, gradients,
                                            short_names(self.weights), strict=True)]
            with tf.control_dependencies(updates):
                after = [power.assign(value * beta, read_value=False, name=f'beta{i}_power')
                         for i, power, value, beta in zip((1, 2), self._powers, powers,
                                                          (beta1, beta2), strict=True)]
            return tf.group(*updates, *after, name='done')

    def state(self):
        """Returns the current values of the variables."""
        return AdamState(self._read(self._m), self._read(self._v), *self._read(self._powers))

    @staticmethod
    def _read(variables):
        return [v.value() for v in variables]

    def step_on_tensors(self, weights, gradients, state):
        """Computes the same step on tensors: -> weights, state. Nothing is written.

        The step has a gradient. Exception: a weight whose own gradient is only rounding noise, such
        as a bias before batch norm. There no gradient goes through the step, because dividing by
        sqrt(v) would make the noise as large as a real gradient.
        """
        beta1, beta2 = self._betas
        m = [beta1 * m + (1.0 - beta1) * g for m, g in zip(state.m, gradients, strict=True)]
        v = [beta2 * v + (1.0 - beta2) * g * g for v, g in zip(state.v, gradients, strict=True)]
        roots = [tf.sqrt(v + TINY) for v in v]
        noise = NOISE * tf.reduce_max(tf.stack([tf.reduce_max(root) for root in roots]))
        rate = self.rate * tf.sqrt(1.0 - state.power2) / (1.0 - state.power1)
        steps = [rate * m / (root + EPSILON) for m, root in zip(m, roots, strict=True)]
        weights = [w - tf.where(root > noise, step, tf.stop_gradient(step))
                   for w, root, step in zip(weights, roots, steps, strict=True)]
        return weights, AdamState(m, v, beta1 * state.power1, beta2 * state.power2)

