"""Batch norm in G with averaged weights: its mean and variance are measured, not averaged.

The average of the weights of many steps makes other feature maps than the weights of any step:
their deviations are smaller, because what differs from step to step cancels out. Batch norm that
divides them by the averaged deviations of the steps makes all maps too weak, and the pictures dull.
So before the averages are used or saved, G draws some latents with them, and batch norm keeps the
moments of these maps, which are called standing statistics. Izmailov et al. 2018, arXiv 1803.05407,
section 3.2, do the same for averaged classifiers, and the program of BigGAN (Brock et al. 2019,
arXiv 1809.11096) for generators.
"""

import collections
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
    averaged, if batch norm keeps no averages, or if G learns from no latents of the prior.
    """
    system, inputs = model.system, model.inputs
    average = model.averages.get(system.generator)
    if not (average and system.learns_latents
            and any(name.endswith('/moving_mean') for name in average.weights)):
        return None
    box = f'{getattr(model.net, system.generator).name}_ema/measured'
    with (ops.batch_shard(ops.BatchShard()), ops.precision_scope('float32'), ops.boxes_in(box),
          ops.measured_moments() as moments):
        system.sample(model.averaged_net, inputs.z_ph, inputs.classes_ph, inputs.reference)
    ours = {v.ref() for v in average.weights.values()}
    values = collections.defaultdict(list)         # of each use; `sample` may use G more than once
    for moment in moments:
        if moment.average.ref() in ours:           # not those of a network without averages
            values[moment.average.ref()].append(moment.value)
    with ops.box(box):
        share_ph = v1.placeholder_with_default(1.0, [], 'share')
        kept = [_kept(ref.deref(), found, share_ph) for ref, found in values.items()]
        return Standing(tf.group(*kept, name='measure'), share_ph)


def _kept(average, values, share):
    """average <- (1 - share) average + share value; value = the mean over the uses of the layer.

    With share = 1 nothing is left of a finite average.
    """
    value = values[0] if len(values) == 1 else tf.reduce_mean(tf.stack(values), axis=0)
    return average.assign((1.0 - share) * average + share * value, read_value=False,
                          name=average.op.name.partition('/')[2])
