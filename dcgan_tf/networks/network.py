"""A network: one set of variables, and its uses.

A network is a value. `with_weights` and `one_step_on` return another network with other weights.
Nothing is changed in place.
"""

import copy
from collections.abc import Mapping

import numpy as np
import tensorflow as tf

from dcgan_tf import ops


class Network:
    """A callable: (inputs ..., use=USE) -> the outputs of `build(inputs ..., training=)`.

    Its ops are in the TensorBoard box NAME_USE, its variables in the box NAME. The first use
    creates the variables, and all later uses share them. Calling it again with the same inputs
    returns the tensors that exist already, whatever the name of the use. So R1 uses the same logits
    as the loss.

    The moving averages of batch norm follow the first use in training, and no other. Two updates of
    one average in the same run would race.
    """

    def __init__(self, name, build, *, spectral=False, clip=0.0):
        """build: a function of tensors and the keyword `training`, made of the layers of `ops`.

        spectral: True = each weight is divided by its largest singular value.
        clip: after each update all weights are clipped to [-clip, clip]; 0 = no clipping.
        """
        self.name, self.clip, self.first_use = name, clip, None
        self.uses = {}               # box of a use in training -> its outputs
        self.variables = {}          # name -> variable, in the order of their creation
        self._build, self._outputs = build, {}
        self._spectral = ops.SpectralNorm() if spectral else None
        self._weights = {}

    def __call__(self, *inputs, use, training=True):
        inputs = [x if x is None else tf.convert_to_tensor(x) for x in inputs]
        key = (training, *(x if x is None else x.ref() for x in inputs))
        if key not in self._outputs:
            if training and self.first_use is None:
                self.first_use = f'{self.name}_{use}/'
            self._outputs[key] = self.apply(self._build, *inputs, use=use, training=training)
            if training:
                self.uses[f'{self.name}_{use}/'] = self._outputs[key]
        return self._outputs[key]

    def apply(self, build, *inputs, use, **options):
        """Applies another function of the same weights to inputs, e.g. D's feature maps."""
        with ops.network(self.name, use, getter=self._get):
            return build(*inputs, **options)

    @property
    def weights(self):
        """The trainable variables."""
        return [v for v in self.variables.values() if v.trainable]

    def with_weights(self, weights: Mapping):
        """Returns this network with other values in place of variables.

        weights: name of a variable -> tensor, variable or array. Variables that are not in it are
        used as they are.
        """
        other = copy.copy(self)
        other._weights, other._outputs, other.uses = weights, {}, {}
        other._spectral = self._spectral and self._spectral.for_other_weights()
        return other

    def one_step_on(self, weights: Mapping):
        """Returns this network as an update to these weights would leave it.

        The weights are clipped, and the vectors of spectral norm are those of the next step. The
        variables do not change. weights: name of a variable -> tensor.
        """
        other = self.with_weights({name: self._clipped(w) for name, w in weights.items()})
        other._spectral = self._spectral and self._spectral.one_step_on()
        return other

    def after_update_ops(self):
        """Returns the ops that have to run after every update of the weights."""
        with tf.name_scope(f'after_update/{self.name}'):
            clipped = [w.assign(self._clipped(w), read_value=False)
                       for w in self.weights if self.clip]
            return clipped + ([self._spectral.update_op()] if self._spectral else [])

    def _clipped(self, weight):
        return tf.clip_by_value(weight, -self.clip, self.clip) if self.clip else weight

    def _get(self, getter, name, *args, **kwargs):
        """Returns a variable or its replacement. It is the custom getter of `variable_scope`."""
        def variable(name, *args, **kwargs):
            if name not in self._weights:
                return self.variables.setdefault(name, getter(name, *args, **kwargs))
            value = self._weights[name]
            return tf.constant(value, name=name) if isinstance(value, np.ndarray) else value
        if self._spectral:
            return self._spectral.getter(variable, name, *args, **kwargs)
        return variable(name, *args, **kwargs)
