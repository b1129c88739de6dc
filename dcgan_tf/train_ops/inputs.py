"""What enters the graph: placeholders, the step, and the noise that it determines."""

from typing import NamedTuple

import tensorflow as tf

from dcgan_tf import ops, seeds
from dcgan_tf.distributed.cluster import batch_per_worker
from dcgan_tf.networks import conditioning
from dcgan_tf.systems.base import Batch
from dcgan_tf.train_ops import schedule

v1 = tf.compat.v1


class Inputs(NamedTuple):
    """Names that end in _ph are placeholders; one is None where nothing of its kind enters."""

    batch: Batch                             # of a training step
    step: tf.Variable                        # [] int64: training steps that are done
    shard: ops.BatchShard                    # this worker's part of every batch
    rows: int                                # images of it
    images_ph: tf.Tensor                     # [N, H, W, C] uint8, real ones
    labels_ph: tf.Tensor | None              # [N] int32, their labels
    z_ph: tf.Tensor                          # [N, Z], to sample from
    classes_ph: tf.Tensor | None             # [N, K], the weights of each class there
    noise_seed_ph: tf.Tensor                 # [] int64, of the batch's noise
    batch_in_step_ph: tf.Tensor | None       # [] int64: which of a step's batches this is
    reference: tuple                         # latents [B, Z] and labels [B, K] or None, always the
    #                                          same: for samples without moving averages


def inputs(system, shard) -> Inputs:
    """Makes them, in the box inputs. shard: a BatchShard."""
    with tf.name_scope('inputs/'):
        rows = batch_per_worker(system.config.batch_size, shard.count)
        return _inputs(system, shard, rows)


def noise_seed(config, rollbacks: int) -> int:
    """The seed of the noise after so many rollbacks: the same noise would collapse again."""
    return seeds.derive(config.seed, 'noise', *([rollbacks] if rollbacks else []))


def _inputs(system, shard, rows):
    c, per_step = system.config, schedule.batches_per_step(system)
    step = number = v1.train.create_global_step()
    batch_in_step_ph = labels_ph = classes_ph = None
    if per_step > 1:                                        # each has draws of its own
        batch_in_step_ph = v1.placeholder_with_default(tf.constant(0, tf.int64), [],
                                                       'batch_in_step')
        number = step * per_step + batch_in_step_ph
    images_ph = v1.placeholder(
        tf.uint8, [None, c.image_height, c.image_width, c.n_channels], 'images')
    z_ph = v1.placeholder(tf.float32, [None, c.z_dim], 'z')
    noise_seed_ph = v1.placeholder_with_default(
        tf.constant(noise_seed(c, 0), tf.int64), [], 'noise_seed')
    if c.conditioned:
        labels_ph = v1.placeholder(tf.int32, [None], 'labels')
        classes_ph = v1.placeholder(tf.float32, [None, len(c.class_names)], 'classes')

    def draw(prior, shape, *names):
        return ops.noise(prior, shape, seeds.derive(c.seed, *names), number)
    images = system.architecture.from_pixels(images_ph)
    if c.flip:
        images = ops.random_flip(images, seeds.derive(c.seed, 'flip'), number)
    noise = ops.noise(c.prior, [rows, c.z_dim], noise_seed_ph, number)
    batch = Batch(images, noise, labels_ph, step, number, draw)
    return Inputs(batch, step, shard, rows, images_ph, labels_ph, z_ph, classes_ph, noise_seed_ph,
                  batch_in_step_ph, _reference(c))


def _reference(c):
    z = ops.noise(c.prior, [c.batch_size, c.z_dim], seeds.derive(c.seed, 'reference'), 0,
                  rows=None)
    if not c.conditioned:
        return z, None
    classes = len(c.class_names)
    return z, conditioning.one_hot(tf.range(c.batch_size) % classes, classes)
