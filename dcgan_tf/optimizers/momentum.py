"""Gradient descent with momentum: Polyak 1964, in the form of Sutskever et al. 2013."""

from dcgan_tf.optimizers.slots import assign_all, slots


class Momentum:
    """For each weight w with gradient g:

        m <- momentum m + g
        w <- w - rate m

    Its variables are w/Momentum (m).
    """

    def __init__(self, scope, weights, rate, momentum=0.9):
        """weights: variables. rate: a number or a scalar tensor."""
        self.scope, self.weights, self.rate = scope, list(weights), rate
        self._momentum = momentum
        self._m = slots(self.weights, '{}/Momentum', scope)

    def update_op(self, gradients, enabled=None):
        """Updates every weight by its gradient.

        enabled: None, or a bool scalar. If it is false, nothing changes, whatever the gradients
        are.
        """
        current = [w.read_value() for w in self.weights]
        weights, state = self.step_on_tensors(current, gradients, self.state())
        return assign_all([*self.weights, *self._m], [*weights, *state], enabled)

    def state(self):
        """Returns the current values of its variables."""
        return [m.read_value() for m in self._m]

    def step_on_tensors(self, weights, gradients, state):
        """Computes the same step on tensors: -> weights, state. Nothing is written."""
        state = [self._momentum * m + g for m, g in zip(state, gradients, strict=True)]
        return [w - self.rate * m for w, m in zip(weights, state, strict=True)], state
