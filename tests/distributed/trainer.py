"""A worker, or one process alone: trains rows of ROWS for some steps and keeps all variables.

    python trainer.py HOW STEPS OUT.npz ROW [ROW ...]
"""

import contextlib
import functools
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))

import numpy as np
import tensorflow as tf
from double import double, plain_descent

from dcgan_tf import preset, systems
from dcgan_tf.data.parts import Part
from dcgan_tf.distributed import cluster
from dcgan_tf.distributed.worker import Worker
from dcgan_tf.fit.feed import BatchFeeder
from dcgan_tf.gan import GAN
from tests.families import ONE
from tests.helpers import first_step
from tests.train_ops.toy import Toy

TWO = {'generator_maps': (6, 4, 1), 'discriminator_maps': (1, 4, 6)}
THREE = {'generator_maps': (8, 6, 4, 1), 'discriminator_maps': (1, 4, 6, 8)}
SMALL = {**ONE, 'image_height': 8, 'image_width': 8, 'z_dim': 3}
ROWS = {                                    # what mixes the images of a batch, draws or remembers
    'dcgan28': {**THREE},
    'main1': {'preset': 'main1', **TWO},
    'main1_labels': {'preset': 'main1', **SMALL, 'type': 'cgan', 'class_names': ('a', 'b', 'c')},
    'keras_mnist': {'preset': 'keras_mnist', **THREE, 'batch_size': 8},
    'relativistic': {**TWO, 'objective': 'relativistic_average', 'penalty': 'none'},
    'dragan': {**TWO, 'penalty': 'dragan'},
    'wgan': {**TWO, 'objective': 'wgan', 'penalty': 'none', 'd_steps': 2},
    'g_steps': {**TWO, 'penalty': 'none', 'g_steps': 2},
    'spectral': {**TWO, 'norm': 'spectral', 'objective': 'hinge', 'penalty': 'gradient_penalty'},
    'unroll': {**TWO, 'unroll': 2, 'penalty': 'none'},
    'encoder': {**TWO, 'penalty': 'mode_regularised'},
    'labels': {**TWO, 'type': 'cgan', 'class_names': ('a', 'b', 'c'), 'penalty': 'none'},
    'acgan': {**TWO, 'type': 'acgan', 'class_names': ('a', 'b', 'c'), 'penalty': 'none'},
    'infogan': {**TWO, 'type': 'infogan', 'codes': (3, 4), 'penalty': 'none'},
    'bigan': {**TWO, 'type': 'bigan', 'penalty': 'none'},
    'ali': {**TWO, 'type': 'ali', 'penalty': 'none', 'prior': 'normal'},
    'vae_gan': {**TWO, 'type': 'vae_gan', 'penalty': 'none', 'prior': 'normal', 'gamma': 0.1,
                'gate': 0.3},
    'aae_labels': {**TWO, 'type': 'aae_labels', 'class_names': ('a', 'b', 'c'), 'z_dim': 4,
                   'prior': 'swiss_roll', 'penalty': 'none'},
    'aae_clusters': {**TWO, 'type': 'aae_clusters', 'codes': (4,), 'z_dim': 4,
                     'prior': 'mixture10', 'penalty': 'none', 'instance_noise': 0.3},
    'age': {**TWO, 'type': 'age'},                               # its players move in turn
    'accumulate': {**TWO, 'penalty': 'none', 'gradient_accumulate': 2},
    'disturbed': {**TWO, 'penalty': 'none', 'instance_noise': 0.3, 'flip': True, 'label_flip': 0.2,
                  'diff_augment': 'color,translation,cutout', 'prior': 'normal'},
    'float16': {**TWO, 'penalty': 'none', 'precision': 'float16'},
    'jit': {**TWO, 'penalty': 'none', 'jit': True},
    'numerics': {**TWO, 'penalty': 'none', 'check_numerics': True},
    'split_data': {**TWO, 'penalty': 'none', 'split_data': True},
    'local_norm': {**TWO, 'penalty': 'none', 'sync_batch_norm': False},
    'toy': {'penalty': 'none', 'z_dim': 3},                      # three players
    'toy_in_turn': {'penalty': 'none', 'z_dim': 3, 'd_steps': 2},
}
SYSTEMS = {'toy': Toy, 'toy_in_turn': functools.partial(Toy, moves='in turn')}

HOWS = {'float32': (), 'float64': (double,), 'descent': (double, plain_descent)}


def main(how, steps, out, *rows):
    several = cluster.from_environment()
    worker = Worker(several, patience=60, start_patience=120) if several else None
    found = {}
    with contextlib.ExitStack() as stack:
        for manner in HOWS[how]:
            stack.enter_context(manner())
        for row in rows:
            for name, value in trained(row, int(steps), worker).items():
                found[f'{row}/{name}'] = value
    np.savez(out, **{name.replace('/', '|'): value for name, value in found.items()})


def trained(row, steps, worker):
    """Name -> value: gradients and losses of the first batch, all variables after the steps."""
    options = {'preset': 'dcgan28', 'batch_size': 12, **ROWS[row]}
    config = preset(options.pop('preset'), threads=1, epochs=steps, **options)
    shape = 50, config.image_height, config.image_width, 1
    images = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    system = SYSTEMS.get(row, systems.build)(config)
    with GAN(config, worker=worker, system=system) as gan:
        gan.optimizer()
        labels, indices = np.arange(50, dtype=np.int32) % 3, np.arange(50)
        if config.split_data:                                   # its own part is all it has
            share, rows = gan.built.inputs.shard, gan.built.inputs.rows
            mine = Part(share.index * rows, rows, config.batch_size).has(indices)
            images, labels, indices = images[mine], labels[mine], indices[mine]
        found = first_batch(gan, BatchFeeder(gan, images, labels, indices)(0), images)
        gan.fit(images, labels=labels, indices=indices, progress=False)
        found.update({v.op.name: v for v in gan.variables()})
        return {name: gan.session.run(v) if isinstance(v, tf.Variable) else v
                for name, v in found.items()}


def first_batch(gan, feed, images):
    """What a step by the gradient alone, SGD's, would take, and what is shown of it."""
    gan.synchronize(images)
    step = first_step(gan)
    wanted = {f'gradient/{w.op.name}': g for player in step.player_steps
              for w, g in zip(player.optimizer.weights, player.applied_gradients, strict=True)}
    wanted.update({f'shown/{name}': value for name, value in step.scalars.items()})
    session = gan.peers.collective_session if gan.peers else gan.session
    return session.run(wanted, feed)


if __name__ == '__main__':
    main(*sys.argv[1:])
