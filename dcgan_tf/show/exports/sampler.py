"""What is exported: the sampling path alone, built anew with constants where variables stood.

    z [N, Z], label [N] -> Generator_sample -> image [N, H, W, C]

No discriminator, no Adam, no step. The weights are those that `generate_images` uses: averaged,
where the run averages, and with batch norm's moving averages. A generator without these is
normalised by its reference batch, which comes along as constants.
"""

from typing import NamedTuple

import numpy as np
import tensorflow as tf

import dcgan_tf
from dcgan_tf.networks import conditioning
from dcgan_tf.train_ops.model import pictures

v1 = tf.compat.v1
DRAWS = {'uniform': 'each number uniform in (-1, 1)', 'normal': 'each number normal, N(0, 1)'}


class Sampler(NamedTuple):
    """A graph of constants and what a stranger must know to use it."""

    graph: tf.Graph
    inputs: dict              # z, maybe label -> placeholder
    image: tf.Tensor
    about: dict               # can be written as JSON


def of(gan, name: str = '') -> Sampler:
    """The sampler of a DeepConvolutionalGAN with the weights that it has now.

    name: of its run, for `about`.
    """
    c, step = gan.config, gan.steps_done()         # this finishes the graph, if nothing has yet
    system, (weights, reference) = gan.system, _values(gan)

    with tf.Graph().as_default() as graph:
        inputs, y = {'z': v1.placeholder(tf.float32, [None, c.z_dim], 'z')}, None
        if c.conditioned:
            inputs['label'] = v1.placeholder(tf.int32, [None], 'label')
            y = conditioning.one_hot(inputs['label'], len(c.class_names))
        net = gan.built.net._replace(G=gan.built.net.G.with_weights(weights))
        image = tf.identity(pictures(system, net, inputs['z'], y, reference), 'image')
    graph.finalize()
    return Sampler(graph, inputs, image, _about(c, name, step, inputs, image))


def question(gan, z: np.ndarray) -> dict:
    """What to feed: latents z [N, Z], and where labels enter each class in turn."""
    if not gan.config.conditioned:
        return {'z': z}
    return {'z': z, 'label': np.arange(len(z), dtype=np.int32) % len(gan.config.class_names)}


def _values(gan):
    """-> (name of each of G's variables -> its array, the reference batch as arrays).

    Averages stand for the weights where the run averages. The reference is (None, None) where
    moving averages make it needless.
    """
    model, reference = gan.built, (None, None)
    values = gan.session.run(model.averages['G'].weights if model.averages else
                             model.net.G.variables)
    if not gan.system.architecture.averages:
        reference = tuple(None if part is None else gan.session.run(part)
                          for part in model.inputs.reference)
    return values, reference


def _about(c, name, step, inputs, image):
    """What travels with the file, of a Config c."""
    about = {
        'made_by': f'dcgan_tf {dcgan_tf.__version__}', 'tensorflow': tf.__version__,
        'run': name, 'step': step, 'preset': c.preset, 'type': c.type,
        'z_dim': c.z_dim, 'prior': c.prior,
        'z': f'{_words(inputs["z"])}, {DRAWS[c.prior]}',
        'image': f'{_words(image)}, {"RGB" if c.n_channels == 3 else "grey"} from 0 (black) to 1',
    }
    if c.conditioned:
        about['label'] = f'{_words(inputs["label"])}, a place in class_names, counted from 0'
        about['class_names'] = list(c.class_names)
    return about


def _words(tensor):
    """E.g. `float32 [N, 64]`."""
    return f'{tensor.dtype.name} [{", ".join(["N", *map(str, tensor.shape[1:])])}]'
