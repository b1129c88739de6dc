"""The networks of Donahue et al. 2017, arXiv 1605.09782, for MNIST: linear layers alone.

They are permutation-invariant: it does not matter which pixels are neighbours.

    G   z -> 1024 -> 1024 -> image          z enters each hidden layer again
    E   image -> 1024 -> 1024 -> code
    D   image -> 1024 -> 1024 -> logits     z enters the second hidden layer

As in the authors' program, the batch norm is without gamma and beta, no layer has a bias, weights
start as N(0, 0.02^2), and those of the last layer of D, which sees pairs, as 0.
"""

import functools

import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.config import FAMILIES
from dcgan_tf.networks.architecture import Architecture
from dcgan_tf.networks.conditioning import concat_image, concat_latent
from dcgan_tf.networks.norms import Norms
from dcgan_tf.networks.value_range import ValueRange

INIT = ops.normal(0.02)          # not truncated: D and E begin with a layer without norm
_linear = functools.partial(ops.linear, init=INIT, use_bias=False)


class BiGANMNIST(Architecture):
    """The feature maps of a Config are the units of the hidden layers. G ends in a sigmoid.

    Batch norm comes after each hidden layer of G, and after those of D and E but the first. The
    program finds its averages by 1,000 batches after the training. Here they follow the training
    with a momentum of 0.9. A momentum of 0.99 was too slow for them: docs/family/bigan.md.
    """

    family = FAMILIES['bigan_mnist']
    value_range = ValueRange(0.0, 1.0)
    norms = Norms(functools.partial(ops.batch_norm, scale=False, offset=False, momentum=0.9,
                                    epsilon=1e-8), bias_before=False)

    def generator(self, z, y, *, training):
        *hidden, channels = self.g_maps
        h = z = concat_latent(z, y, self.classes)
        for i, units in enumerate(hidden):
            again = _linear(z, f'g{i}_z', units) if i else None
            with tf.name_scope(f'g{i}_linear'):
                h = _plus(_linear(h, f'g{i}_linear', units), again)
                h = ops.relu(self.norms.of_g(h, f'g{i}_norm', training))
        with tf.name_scope(f'g{len(hidden)}_linear'):
            return ops.sigmoid(ops.linear_maps(h, f'g{len(hidden)}_linear', channels, self.size,
                                               init=INIT, use_bias=False))

    def feature_maps(self, x, y, *, training):
        """Builds the hidden layers without z. Each is a map of one pixel: [N, 1, 1, units]."""
        layers = self._hidden(concat_image(x, y, self.classes), None, training)
        with tf.name_scope('maps'):
            return [h[:, None, None, :] for h in layers]

    def hidden(self, x, y, *, training):
        return self._hidden(concat_image(x, y, self.classes), None, training)[-1]

    def head(self, h, logits, init=INIT):
        return _linear(h, f'd{len(self.d_maps)}_linear', logits, init=init)

    def pair_discriminator(self, x, z, *, training, logits):
        return self.head(self._hidden(x, z, training)[-1], logits, init=ops.zeros)

    def _hidden(self, x, z, training):
        """Returns the hidden layers of D and E, [N, units] each. z [N, Z], or None: without it."""
        h, layers = x, []
        for i, units in enumerate(self.d_maps[1:], 1):
            of_z = _linear(z, f'd{i}_z', units) if i > 1 and z is not None else None
            with tf.name_scope(f'd{i}_linear'):
                h = _plus(_linear(h, f'd{i}_linear', units), of_z)
                h = self.norms.of_d(h, f'd{i}_norm', training) if i > 1 else h
                h = ops.leaky_relu(h)
            layers.append(h)
        return layers


def _plus(h, more):
    return h if more is None else h + more
