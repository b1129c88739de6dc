"""Builds the graph that is exported: only the sampling path, with constants instead of variables.

    z [N, Z], label [N] -> Generator_sample -> image [N, H, W, C]     label [N, L] of L labels

It has no discriminator, no Adam and no step. The weights are those that `generate_images` uses:
averaged if the run averages weights, and with batch norm's moving averages. A generator without
moving averages is normalised by its reference batch, which is exported as constants.
"""

from typing import NamedTuple

import numpy as np
import tensorflow as tf

import dcgan_tf
from dcgan_tf.config.choices import PRIORS
from dcgan_tf.networks import conditioning
from dcgan_tf.run_folder.samples import classes_in_turn
from dcgan_tf.train_ops.model import pictures, with_weights

v1 = tf.compat.v1


class Sampler(NamedTuple):
    """A graph of constants, and the description that its users need. coder.py has one, too."""

    graph: tf.Graph
    inputs: dict              # z, maybe label -> placeholder
    outputs: dict             # image; of an encoder z, maybe probabilities -> tensor
    about: dict               # the description; can be written as JSON

    @property
    def name(self) -> str:
        """The name of what it is a graph of."""
        return 'generator' if 'image' in self.outputs else 'encoder'


def of(gan, name: str = '') -> Sampler:
    """Builds the Sampler of a DeepConvolutionalGAN with its present weights.

    name: the name of its run, for `about`.
    """
    c, step = gan.config, gan.steps_done()         # steps_done finishes the graph
    gan._measure_averages()
    weights = gan.session.run(gan.built.weights)
    reference = [x if x is None else gan.session.run(x) for x in gan.built.inputs.reference]
    with tf.Graph().as_default() as graph:
        inputs, y = {'z': v1.placeholder(tf.float32, [None, c.latent_dim], 'z')}, None
        if c.conditioned:
            shape = [None] if len(c.label_sizes) == 1 else [None, len(c.label_sizes)]
            inputs['label'] = label = v1.placeholder(tf.int32, shape, 'label')
            with tf.name_scope('one_hot'):
                labels = [label] if len(shape) == 1 else tf.unstack(label, axis=1)
                y = conditioning.one_hots(labels, c.label_sizes)
        net = with_weights(gan.built.net, weights)
        image = tf.identity(pictures(gan.system, net, inputs['z'], y, reference), 'image')
    graph.finalize()
    return Sampler(graph, inputs, {'image': image},
                   about(c, name, step, inputs['z'], image, inputs.get('label')))


def example_feed(gan, z: np.ndarray, seed: int = 0) -> dict:
    """Returns inputs for the sampler: the latents z [N, Z] of seeds seed, seed + 1, ..., and for a
    cgan their classes.
    """
    labels = classes_in_turn(np.arange(seed, seed + len(z)), gan.config)
    return {'z': z} if labels is None else {'z': z, 'label': np.int32(labels)}


def about(c, name, step, z, image, label):
    """Returns the description that is saved with the file. c: the Config. label: or None."""
    words = {
        'made_by': f'dcgan_tf {dcgan_tf.__version__}', 'tensorflow': tf.__version__,
        'run': name, 'step': step, 'preset': c.preset, 'type': c.type,
        'z_dim': c.latent_dim, 'prior': c.prior,
        'z': f'{_type_text(z)}, {PRIORS[c.prior]}',
        'image': f'{_type_text(image)}, {"RGB" if c.n_channels == 3 else "grey"} '
                 'from 0 (black) to 1',
    }
    if c.latent_dim > c.z_dim:
        words['z'] += f'; the last {c.latent_dim - c.z_dim} are the continuous codes'
    if label is not None:
        words['label'] = f'{_type_text(label)}, {_label_text(c)}'
        words['class_names' if c.learns_classes else 'code_values'] = list(c.label_names)
    return words


def _label_text(c):
    """Returns what the numbers of the input `label` mean. c: the Config."""
    if c.learns_classes:
        return 'an index into class_names, from 0'
    return f'the value of each code, from 0, below {", ".join(map(str, c.label_sizes))}'


def _type_text(tensor):
    """Returns e.g. `float32 [N, 64]`."""
    return f'{tensor.dtype.name} [{", ".join(["N", *map(str, tensor.shape[1:])])}]'
