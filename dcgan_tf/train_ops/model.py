"""The networks of a system, used on a batch and for samples."""

from typing import NamedTuple

import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.networks.weight_average import WeightAverage
from dcgan_tf.systems.base import System
from dcgan_tf.train_ops.inputs import Inputs, inputs


class Model(NamedTuple):
    """A system and its ops, as far as they are built before the losses."""

    system: System
    inputs: Inputs
    net: tuple                   # the system's networks
    out: tuple                   # what its `forward` returns for the batch
    averages: dict               # field of net -> WeightAverage
    samples: tf.Tensor           # images [N, H, W, C] in [0, 1] for z_ph

    @property
    def averaged_net(self):
        """The networks with their averages, where they have some."""
        return with_weights(self.net, {field: each.weights
                                       for field, each in self.averages.items()})

    @property
    def weights(self):
        """What makes the pictures: field of net -> name of a variable -> its average, or itself."""
        return {field: self.averages[field].weights if field in self.averages else network.variables
                for field, network in self.net._asdict().items()}

    def network_variables(self):
        """Returns pairs: a variable of the networks, and its possible names in a checkpoint.

        An average may have the name of its weight.
        """
        own = [(v, [v.op.name]) for network in self.net for v in network.variables.values()]
        return own + [(v, [v.op.name, weight]) for average in self.averages.values()
                      for weight, v in average.weights.items()]


def build(system, shard) -> Model:
    """Builds the Model in the current graph. shard: this worker's part of every batch."""
    made = inputs(system, shard)
    net = system.networks()
    out = system.forward(net, made.batch)
    averages = {}
    if system.config.ema:
        averages = {field: WeightAverage(getattr(net, field), system.config.ema, made.step)
                    for field in system.averaged}
    model = Model(system, made, net, out, averages, samples=None)
    return model._replace(samples=pictures(system, model.averaged_net, made.z_ph, made.classes_ph,
                                           made.reference))


def with_weights(net, weights):
    """Returns the networks with other weights.

    weights: field of net -> (name of a variable -> value).
    """
    return net._replace(**{field: getattr(net, field).with_weights(values)
                           for field, values in weights.items()})


def pictures(system, net, z, y, reference):
    """Uses the networks to make pictures, in the current graph.   -> [N, H, W, C] in [0, 1]

    z [N, Z], labels y or None. reference: see `System.sample`.
    """
    with ops.precision_scope('float32'):          # as in exports; speed does not matter here
        made = system.sample(net, z, y, reference)
        with ops.box(made.op.name.split('/')[0]), tf.name_scope('to_unit'):
            return system.architecture.value_range.to_unit(made)
