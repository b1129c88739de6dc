"""RMSProp: Tieleman and Hinton 2012, "Neural networks for machine learning", lecture 6.5."""

import tensorflow as tf

from dcgan_tf.optimizers.slots import slots, written


class RMSProp:
    """For each weight w with gradient g:

        v <- decay v + (1 - decay) g^2
        w <- w - rate g / sqrt(v + epsilon)

    Keeps the variables w/RMSProp (v), which begin as 0; TensorFlow's own optimizer begins with 1.
    """

    def __init__(self, scope, weights, rate, decay=0.9, epsilon=1e-8):
        """weights: variables. rate: a number or a scalar tensor."""
        self.scope, self.weights, self.rate = scope, list(weights), rate
        self._decay, self._epsilon = decay, epsilon
        self._v = slots(self.weights, '{}/RMSProp', scope)

    def update_op(self, gradients, taken=None):
        """Moves every weight by its gradient.

        taken: None, or a bool scalar: where it is false nothing changes, whatever the gradients.
        """
        now = [w.read_value() for w in self.weights]
        weights, state = self.step_on_tensors(now, gradients, self.state())
        return written([*self.weights, *self._v], [*weights, *state], taken)

    def state(self):
        """What it remembers now, as tensors."""
        return [v.read_value() for v in self._v]

    def step_on_tensors(self, weights, gradients, state):
        """The same step on tensors: -> weights, state. Nothing is written."""
        state = [self._decay * v + (1.0 - self._decay) * g * g
                 for v, g in zip(state, gradients, strict=True)]
        return [w - self.rate * g / tf.sqrt(v + self._epsilon)
                for w, v, g in zip(weights, state, gradients, strict=True)], state
