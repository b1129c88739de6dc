"""A network: one set of variables, and its uses.

A network is a value. Other weights make another network, by `with_weights` or `one_step_on`;
nothing is changed in place.
"""

import copy
from collections.abc import Mapping

import numpy as np
import tensorflow as tf

from dcgan_tf import ops


class Network:
    """Callable: (inputs ..., use=USE) -> what `build(inputs ..., training=)` makes of them.

    Its ops stand in the box NAME_USE of TensorBoard, its variables in the box NAME. The first use
    makes the variables, all others share them. The same inputs give the tensors that are there
    already, whatever the name of the use: so R1 takes the logits that the loss has.

    The moving averages of batch norm follow the first use in training, and no other: two updates
    of one average in the same run would race.
    """

    def __init__(self, name, build, *, spectral=False, clip=0.0):
        """build: a function of tensors and the keyword `training`, made of the layers of `ops`.

        spectral: each weight is divided by its largest singular value. clip: after each update all
        weights are put back into [-clip, clip]; 0 = they are not.
        """
        self.name, self.clip, self.first_use = name, clip, None
        self.variables = {}          # name -> variable, in the order in which they were made
        self._build, self._made = build, {}
        self._spectral = ops.SpectralNorm() if spectral else None
        self._weights, self._steps_ahead = {}, 0

    def __call__(self, *inputs, use, training=True):
        inputs = [x if x is None else tf.convert_to_tensor(x) for x in inputs]
        key = (training, *(x if x is None else x.ref() for x in inputs))
        if key not in self._made:
            if training and self.first_use is None:
                self.first_use = f'{self.name}_{use}/'
            self._made[key] = self.apply(self._build, *inputs, use=use, training=training)
        return self._made[key]

    def apply(self, build, *inputs, use, **options):
        """What another function of the same weights makes of its inputs, e.g. D's feature maps."""
        use += f'_unrolled_{self._steps_ahead}' if self._steps_ahead else ''
        with ops.network(self.name, use, getter=self._get):
            return build(*inputs, **options)

    @property
    def weights(self):
        """The trainable variables."""
        return [v for v in self.variables.values() if v.trainable]

    def with_weights(self, weights: Mapping):
        """This network with other values in place of variables: averages, constants, tensors.

        weights: name of a variable -> tensor, variable or array. Those that are not there stay.
        """
        other = copy.copy(self)
        other._weights, other._made = weights, {}
        return other

    def one_step_on(self, weights: Mapping):
        """This network after an update that gives it these weights: clipped, spectral norm moved.

        The variables stay as they are. weights: name of a variable -> tensor.
        """
        other = self.with_weights({name: self._clipped(w) for name, w in weights.items()})
        other._spectral = self._spectral and self._spectral.moved()
        other._steps_ahead += 1
        return other

    def after_update_ops(self):
        """Makes the ops that have to run after every update of the weights."""
        clipped = [w.assign(self._clipped(w.read_value()), read_value=False)
                   for w in self.weights if self.clip]
        return clipped + ([self._spectral.update_op()] if self._spectral else [])

    def _clipped(self, weight):
        return tf.clip_by_value(weight, -self.clip, self.clip) if self.clip else weight

    def _get(self, getter, name, *args, **kwargs):
        """A custom getter of `variable_scope`: every weight comes through here."""
        def variable(name, *args, **kwargs):
            if name not in self._weights:
                return self.variables.setdefault(name, getter(name, *args, **kwargs))
            value = self._weights[name]
            return tf.constant(value, name=name) if isinstance(value, np.ndarray) else value
        if self._spectral:
            return self._spectral.getter(variable, name, *args, **kwargs)
        return variable(name, *args, **kwargs)
