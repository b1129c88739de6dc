"""Momentum and RMSProp: the optimizers that store one number for each weight."""

import abc

import tensorflow as tf

from dcgan_tf.optimizers.slots import assign_all, slots


class OneSlot(abc.ABC):
    """Does what both have in common. A subclass gives KIND, the slot's name, and `move`."""

    KIND = ''

    def __init__(self, scope, weights, rate):
        """weights: variables. rate: a number or a scalar tensor."""
        self.scope, self.weights, self.rate = scope, list(weights), rate
        self._slots = slots(self.weights, '{}/' + self.KIND, scope)

    @abc.abstractmethod
    def move(self, w, g, slot):
        """Computes the step of one weight w with gradient g: -> w, slot. All are tensors."""

    def update_op(self, gradients, enabled=None):
        """Updates every weight by its gradient.

        enabled: None, or a bool scalar. If it is false, nothing changes, whatever the gradients
        are.
        """
        with tf.name_scope(self.KIND.lower()):
            current = [w.value() for w in self.weights]
            weights, state = self.step_on_tensors(current, gradients, self.state())
            return assign_all([*self.weights, *self._slots], [*weights, *state], enabled)

    def state(self):
        """Returns the current values of its variables."""
        return [slot.value() for slot in self._slots]

    def step_on_tensors(self, weights, gradients, state):
        """Computes the same step on tensors: -> weights, state. Nothing is written."""
        moved = list(map(self.move, weights, gradients, state))
        return [w for w, _ in moved], [slot for _, slot in moved]


class Momentum(OneSlot):
    """Gradient descent with momentum: Polyak 1964, in the form of Sutskever et al. 2013.

    For each weight w with gradient g:

        m <- momentum m + g
        w <- w - rate m

    Its variables are w/Momentum (m).
    """

    KIND = 'Momentum'

    def __init__(self, scope, weights, rate, momentum=0.9):
        super().__init__(scope, weights, rate)
        self._momentum = momentum

    def move(self, w, g, m):
        m = self._momentum * m + g
        return w - self.rate * m, m


class RMSProp(OneSlot):
    """RMSProp: Tieleman and Hinton 2012, "Neural networks for machine learning", lecture 6.5.

    For each weight w with gradient g:

        v <- decay v + (1 - decay) g^2
        w <- w - rate g / sqrt(v + epsilon)

    Its variables are w/RMSProp (v). They start at 0, in TensorFlow's own optimizer at 1.
    """

    KIND = 'RMSProp'

    def __init__(self, scope, weights, rate, decay=0.9, epsilon=1e-8):
        super().__init__(scope, weights, rate)
        self._decay, self._epsilon = decay, epsilon

    def move(self, w, g, v):
        v = self._decay * v + (1.0 - self._decay) * g * g
        return w - self.rate * g / tf.sqrt(v + self._epsilon), v
