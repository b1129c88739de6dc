"""RMSProp: Tieleman and Hinton 2012, "Neural networks for machine learning", lecture 6.5."""

import tensorflow as tf

from dcgan_tf.optimizers.slots import assign_all, slots


class RMSProp:
    """For each weight w with gradient g:

        v <- decay v + (1 - decay) g^2
        w <- w - rate g / sqrt(v + epsilon)

    Its variables are w/RMSProp (v). They start at 0, in TensorFlow's own optimizer at 1.
    """

    def __init__(self, scope, weights, rate, decay=0.9, epsilon=1e-8):
        """weights: variables. rate: a number or a scalar tensor."""
        self.scope, self.weights, self.rate = scope, list(weights), rate
        self._decay, self._epsilon = decay, epsilon
        self._v = slots(self.weights, '{}/RMSProp', scope)

    def update_op(self, gradients, enabled=None):
        """Updates every weight by its gradient.

        enabled: None, or a bool scalar. If it is false, nothing changes, whatever the gradients
        are.
        """
        current = [w.read_value() for w in self.weights]
        weights, state = self.step_on_tensors(current, gradients, self.state())
        return assign_all([*self.weights, *self._v], [*weights, *state], enabled)

    def state(self):
        """Returns the current values of its variables."""
        return [v.read_value() for v in self._v]

    def step_on_tensors(self, weights, gradients, state):
        """Computes the same step on tensors: -> weights, state. Nothing is written."""
        state = [self._decay * v + (1.0 - self._decay) * g * g
                 for v, g in zip(state, gradients, strict=True)]
        return [w - self.rate * g / tf.sqrt(v + self._epsilon)
                for w, v, g in zip(weights, state, gradients, strict=True)], state
