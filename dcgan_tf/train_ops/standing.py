"""Batch norm in G with averaged weights: its mean and variance are measured, not averaged.

The average of the weights of many steps makes other feature maps than the weights of any step:
their deviations are smaller, because what differs from step to step cancels out. Batch norm that
divides them by the averaged deviations of the steps makes all maps too weak, and the pictures dull.
So before the averages are used or saved, G draws some latents with them, and batch norm keeps the
moments of these maps. Izmailov et al. 2018, arXiv 1803.05407, section 3.2, do the same for averaged
classifiers, and the program of BigGAN (Brock et al. 2019, arXiv 1809.11096) for generators.
"""

from typing import NamedTuple

import tensorflow as tf

from dcgan_tf import ops

v1 = tf.compat.v1


class Standing(NamedTuple):
    """The ops that measure. A run with the k-th batch makes each average the mean of k batches."""

    op: tf.Operation
    share_ph: tf.Tensor          # [], 1 / k


def build(model):
    """Builds the Standing of a Model's averaged generator, in the box Generator_ema/measured.

    It draws latents that are fed as `z_ph`, with labels `classes_ph`. None if no weights are
    averaged, or if batch norm keeps no averages.
    """
    system, inputs = model.system, model.inputs
    average = model.averages.get(system.generator)
    if not (average and any(name.endswith('/moving_mean') for name in average.weights)):
        return None
    box = f'{getattr(model.net, system.generator).name}_ema/measured'
    with (ops.batch_shard(ops.BatchShard()), ops.precision_scope('float32'), ops.boxes_in(box),
          ops.measured_moments() as moments):
        system.sample(model.averaged_net, inputs.z_ph, inputs.classes_ph, inputs.reference)
    with ops.box(box):
        share_ph = v1.placeholder_with_default(1.0, [], 'share')
        return Standing(tf.group(*(_kept(m, share_ph) for m in moments), name='measure'), share_ph)


def _kept(moment, share):
    """average <- (1 - share) average + share value. With share = 1 it is the value, to the bit."""
    average = moment.average
    return average.assign((1.0 - share) * average + share * moment.value, read_value=False,
                          name=average.op.name.partition('/')[2])
