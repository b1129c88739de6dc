"""What enters the graph: placeholders, the step, and the noise, which depends on the step."""

from typing import NamedTuple

import tensorflow as tf

from dcgan_tf import ops, seeds
from dcgan_tf.distributed.cluster import batch_per_worker
from dcgan_tf.networks import conditioning
from dcgan_tf.systems.base import Batch
from dcgan_tf.train_ops import schedule

v1 = tf.compat.v1


class Inputs(NamedTuple):
    """The placeholders, whose names end in _ph, and what is computed from them.

    A placeholder is None if the system does not use it.
    """

    batch: Batch                             # the batch of a training step
    step: tf.Variable                        # [] int64: training steps done so far
    shard: ops.BatchShard                    # this worker's part of every batch
    rows: int                                # images in that part
    images_ph: tf.Tensor                     # [rows, H, W, C] uint8, real images
    labels_ph: tf.Tensor | None              # [rows] int32, labels of the real images
    z_ph: tf.Tensor                          # [N, Z], to sample from
    classes_ph: tf.Tensor | None             # [N, K], weights of the classes for z_ph
    noise_seed_ph: tf.Tensor                 # [] int64, seed of the batch's noise
    batch_in_step_ph: tf.Tensor | None       # [] int64: which of a step's batches this is
    reference: tuple                         # fixed latents [B, Z] and labels [B, K] or None,
    #                                          which normalise samples; (None, None) if moving
    #                                          averages do


def inputs(system, shard) -> Inputs:
    """Builds the Inputs in the box `inputs`. shard: a BatchShard."""
    with ops.box('inputs'):
        rows = batch_per_worker(system.config.batch_size, shard.count)
        return _inputs(system, shard, rows)


def noise_seed(config, rollbacks: int) -> int:
    """Returns the seed of the noise after so many rollbacks.

    It is another seed after each rollback, because the same noise would collapse again.
    """
    return seeds.derive(config.seed, 'noise', *([rollbacks] if rollbacks else []))


def _inputs(system, shard, rows):
    c, per_step = system.config, schedule.batches_per_step(system)
    step = number = v1.train.create_global_step()
    batch_in_step_ph = labels_ph = classes_ph = None
    if per_step > 1:                                        # each batch has its own random numbers
        batch_in_step_ph = v1.placeholder_with_default(
            tf.constant(0, tf.int64, name='first_batch'), [], 'batch_in_step')
        with tf.name_scope('batch_number'):
            number = step * per_step + batch_in_step_ph
    ops.set_batch_number(number)
    images_ph = v1.placeholder(
        tf.uint8, [rows, c.image_height, c.image_width, c.n_channels], 'images')
    z_ph = v1.placeholder(tf.float32, [None, c.latent_dim], 'z')
    noise_seed_ph = v1.placeholder_with_default(
        tf.constant(noise_seed(c, 0), tf.int64, name='seed'), [], 'noise_seed')
    if c.learns_classes:
        labels_ph = v1.placeholder(tf.int32, [rows], 'labels')
    if c.conditioned:
        classes_ph = v1.placeholder(tf.float32, [None, sum(c.label_sizes)], 'classes')

    def draw(prior, shape, *names):
        return ops.noise(prior, shape, seeds.derive(c.seed, *names), number)
    with tf.name_scope('real'):
        images = system.architecture.value_range.from_pixels(images_ph)
        if c.flip:
            images = ops.random_flip(images, seeds.derive(c.seed, 'flip'), number)
    with tf.name_scope('noise'):
        noise = ops.noise(
            c.prior, [rows, c.latent_dim], noise_seed_ph, number,
            classes=(labels_ph, len(c.class_names)) if c.places_classes else None)
    batch = Batch(images, noise, labels_ph, step, number, draw)
    return Inputs(batch, step, shard, rows, images_ph, labels_ph, z_ph, classes_ph, noise_seed_ph,
                  batch_in_step_ph, _reference(c, system.architecture.norms))


def _reference(c, norms):
    if norms.averages:
        return None, None
    with tf.name_scope('reference'):
        z = ops.noise(c.prior, [c.batch_size, c.latent_dim], seeds.derive(c.seed, 'reference'), 0,
                      rows=None)
        if not c.conditioned:
            return z, None
        if c.has_codes:
            labels = [conditioning.uniform_label(
                ops.noise('uniform', [c.batch_size], seeds.derive(c.seed, 'reference', number), 0,
                          rows=None), size) for number, size in enumerate(c.label_sizes)]
        else:
            labels = [tf.range(c.batch_size) % size for size in c.label_sizes]
        return z, conditioning.one_hots(labels, c.label_sizes)
