"""A worker, or one process alone: trains rows of ROWS for some steps and keeps all variables.

    python trainer.py STEPS OUT.npz ROW [ROW ...]
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))

import numpy as np

from dcgan_tf import DeepConvolutionalGAN, preset
from dcgan_tf.data.parts import Part
from dcgan_tf.distributed import cluster
from dcgan_tf.distributed.worker import Worker

TWO = {'generator_maps': (6, 4, 1), 'discriminator_maps': (1, 4, 6)}
THREE = {'generator_maps': (8, 6, 4, 1), 'discriminator_maps': (1, 4, 6, 8)}
ROWS = {                                    # what mixes the images of a batch, draws or remembers
    'dcgan28': {**THREE},
    'main1': {'preset': 'main1', **TWO},
    'keras_mnist': {'preset': 'keras_mnist', **THREE, 'batch_size': 8},
    'relativistic': {**TWO, 'objective': 'relativistic_average', 'penalty': 'none'},
    'dragan': {**TWO, 'penalty': 'dragan'},
    'wgan': {**TWO, 'objective': 'wgan', 'penalty': 'none', 'd_steps': 2},
    'g_steps': {**TWO, 'penalty': 'none', 'g_steps': 2},
    'spectral': {**TWO, 'norm': 'spectral', 'objective': 'hinge', 'penalty': 'gradient_penalty'},
    'unroll': {**TWO, 'unroll': 2, 'penalty': 'none'},
    'encoder': {**TWO, 'penalty': 'mode_regularised'},
    'labels': {**TWO, 'type': 'cgan', 'class_names': ('a', 'b', 'c'), 'penalty': 'none'},
    'accumulate': {**TWO, 'penalty': 'none', 'gradient_accumulate': 2},
    'disturbed': {**TWO, 'penalty': 'none', 'instance_noise': 0.3, 'flip': True, 'label_flip': 0.2,
                  'diff_augment': 'color,translation,cutout', 'prior': 'normal'},
    'float16': {**TWO, 'penalty': 'none', 'precision': 'float16'},
    'jit': {**TWO, 'penalty': 'none', 'jit': True},
    'numerics': {**TWO, 'penalty': 'none', 'check_numerics': True},
    'split_data': {**TWO, 'penalty': 'none', 'split_data': True},
    'local_norm': {**TWO, 'penalty': 'none', 'sync_batch_norm': False},
}


def main(steps, out, *rows):
    several = cluster.from_environment()
    worker = Worker(several, patience=60, start_patience=120) if several else None
    found = {}
    for row in rows:
        for name, value in trained(ROWS[row], int(steps), worker).items():
            found[f'{row}/{name}'] = value
    np.savez(out, **{name.replace('/', '|'): value for name, value in found.items()})


def trained(options, steps, worker):
    """Name -> value of all variables, and the losses of the last step."""
    options = {'preset': 'dcgan28', 'batch_size': 12, **options}
    config = preset(options.pop('preset'), threads=1, epochs=steps, **options)
    images = np.random.default_rng(0).integers(0, 256, (50, 28, 28, 1), np.uint8)
    with DeepConvolutionalGAN.from_config(config, worker=worker) as gan:
        labels, places = np.arange(50, dtype=np.int32) % 3, np.arange(50)
        if config.split_data:                                   # its own part is all it has
            share = gan.share
            mine = Part(share.index * gan.own_batch, gan.own_batch, config.batch_size).has(places)
            images, labels, places = images[mine], labels[mine], places[mine]
        gan.fit(images, labels=labels, places=places, progress=False)
        variables = gan.variables()
        return dict(zip((v.op.name for v in variables), gan.session.run(variables), strict=True))


if __name__ == '__main__':
    main(*sys.argv[1:])
