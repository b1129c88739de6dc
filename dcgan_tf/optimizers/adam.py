"""Adam: Kingma and Ba 2015, arXiv 1412.6980, algorithm 1 as reordered at the end of section 2."""

from typing import NamedTuple

import tensorflow as tf

from dcgan_tf.optimizers.slots import kept, slots

EPSILON = 1e-8         # added to the uncorrected sqrt(v), as in TensorFlow's own Adam
TINY = 1e-30           # the slope of sqrt at 0 is infinite
NOISE = 1e-5           # share of the network's largest sqrt(v), below which there is only rounding


class AdamState(NamedTuple):
    """What Adam remembers of the t gradients before, as tensors."""

    m: list                      # one a weight, of its shape: the running mean of gradients
    v: list                      # ... and of their squares
    power1: tf.Tensor            # beta1^(t + 1)
    power2: tf.Tensor            # beta2^(t + 1)


class Adam:
    """For each weight w with gradient g, in step t = 1, 2, ...

        m <- beta1 m + (1 - beta1) g
        v <- beta2 v + (1 - beta2) g^2
        w <- w - rate sqrt(1 - beta2^t) / (1 - beta1^t) m / (sqrt(v) + epsilon)

    Keeps the variables w/Adam (m), w/Adam_1 (v), SCOPE/beta1_power and SCOPE/beta2_power.
    """

    def __init__(self, scope, weights, rate, beta1=0.9, beta2=0.999):
        """weights: variables. rate: a number or a scalar tensor."""
        self.scope, self.weights, self.rate = scope, list(weights), rate
        self._betas = beta1, beta2
        self._m = slots(self.weights, '{}/Adam', scope)
        self._v = slots(self.weights, '{}/Adam_1', scope)
        self._powers = [kept([], beta, f'{scope}/beta{i}_power')
                        for i, beta in enumerate(self._betas, 1)]

    def update_op(self, gradients, taken=None):
        """Moves every weight by its gradient, in TensorFlow's one pass a weight.

        taken: None, or a bool scalar: where it is false nothing changes, whatever the gradients.
        """
        (power1, power2), (beta1, beta2), rate = self._read(self._powers), self._betas, self.rate
        if taken is not None:                    # a step by rate 0 with betas of 1 changes nothing
            beta1, beta2, rate = (tf.where(taken, used, idle) for used, idle in (
                (beta1, 1.0), (beta2, 1.0), (rate, 0.0)))
            gradients = [tf.where(taken, g, 0.0) for g in gradients]
        moments = zip(self.weights, self._m, self._v, gradients, strict=True)
        moved = [tf.raw_ops.ResourceApplyAdam(
            var=w.handle, m=m.handle, v=v.handle, beta1_power=power1, beta2_power=power2,
            lr=rate, beta1=beta1, beta2=beta2, epsilon=EPSILON, grad=g)
            for w, m, v, g in moments]
        with tf.control_dependencies(moved):
            counted = [power.assign(value * beta, read_value=False) for power, value, beta in zip(
                self._powers, (power1, power2), (beta1, beta2), strict=True)]
        return tf.group(*moved, *counted)

    def state(self):
        """The variables as they are now."""
        return AdamState(self._read(self._m), self._read(self._v), *self._read(self._powers))

    @staticmethod
    def _read(variables):
        return [v.read_value() for v in variables]

    def step_on_tensors(self, weights, gradients, state):
        """The same step on tensors: -> weights, state. Nothing is written.

        It has a gradient, but not through the steps of weights whose own gradient is no more than
        rounding noise, such as biases before batch norm: divided by sqrt(v), noise looks like news.
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

