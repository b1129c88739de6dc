"""The networks of a system, used on a batch and for samples."""

from typing import NamedTuple

import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.networks.weight_average import WeightAverage
from dcgan_tf.systems.base import System
from dcgan_tf.train_ops.inputs import Inputs, inputs


class Model(NamedTuple):
    """All that stands in the graph before anybody minimises anything."""

    system: System
    inputs: Inputs
    net: tuple                   # the system's networks
    out: tuple                   # what its `forward` makes of the batch
    averages: dict               # field of net -> WeightAverage
    samples: tf.Tensor           # images [N, H, W, C] in [0, 1] of z_ph

    @property
    def averaged_net(self):
        """The networks with averaged weights, where the run averages: those of the pictures."""
        return with_averages(self.net, {k: a.weights for k, a in self.averages.items()})


def build(system, shard) -> Model:
    """Makes it, in the graph that is open. shard: this worker's part of every batch."""
    made = inputs(system, shard)
    net = system.networks()
    out = system.forward(net, made.batch)
    averages = {}
    if system.config.ema:
        averages = {field: WeightAverage(getattr(net, field), system.config.ema, made.step)
                    for field in system.averaged}
    model = Model(system, made, net, out, averages, None)
    return model._replace(samples=pictures(system, model.averaged_net, made.z_ph, made.classes_ph,
                                           made.reference))


def with_averages(net, weights):
    """The networks with other weights. weights: field of net -> (name of a variable -> value)."""
    return net._replace(**{field: getattr(net, field).with_weights(values)
                           for field, values in weights.items()})


def pictures(system, net, z, y, reference):
    """The use of the networks that makes pictures, in whatever graph is open now.

    z [N, Z], labels y or None, reference as of `System.sample`.   -> [N, H, W, C] in [0, 1]
    """
    with ops.precision_scope('float32'):          # as in what is exported, and there is time
        made = system.sample(net, z, y, reference)
        with tf.name_scope(f'{made.op.name.split("/")[0]}/'):
            return system.architecture.to_unit(made)
