"""The DCGAN of arXiv 1511.06434 for any image size: `dcgan`, and the simpler `main1`.

G: latent -> s x s x g_maps[0] -> stride-2 transposed convolutions -> image.   s = H / 2^layers
D: image -> stride-2 convolutions to d_maps[1:] -> logits.
"""

import functools

import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.config import FAMILIES
from dcgan_tf.networks.architecture import Architecture, halvings
from dcgan_tf.networks.conditioning import concat_image, concat_latent
from dcgan_tf.networks.norms import Norms
from dcgan_tf.networks.value_range import ValueRange


class Chain(Architecture):
    """One layer after the other, each of which doubles or halves the size.

    Several families are like this. They differ in the options below, or have one network of their
    own.
    """

    init = staticmethod(ops.NORMAL_002)
    output = staticmethod(ops.tanh)
    kernel = 5                     # of D's convolutions
    g_kernel = 5                   # of G's transposed convolutions
    slope = 0.2                    # of D's leaky ReLU, for x < 0
    norms = Norms(bias_before=False)
    norm_on_latent = True          # True = a norm after G's linear layer
    norm_on_input = False          # True = a norm after D's first convolution

    def generator(self, z, y, *, training):
        """Builds G: linear, then one transposed convolution for each size.

        Batch norm and ReLU follow each layer but the last.
        """
        *sizes, start = halvings(self.size, len(self.g_maps) - 1)
        z = concat_latent(z, y, self.classes)
        with tf.name_scope('g0_linear'):
            h = ops.linear_maps(z, 'g0_linear', self.g_maps[0], start, init=self.init,
                                use_bias=self.norms.bias_before or not self.norm_on_latent)
            h = ops.relu(self.norms.of_g(h, 'g0_norm', training) if self.norm_on_latent else h)
        last = len(sizes)
        for i, (size, maps) in enumerate(zip(reversed(sizes), self.g_maps[1:], strict=True), 1):
            with tf.name_scope(f'g{i}_deconv'):
                h = ops.conv2d_transpose(h, f'g{i}_deconv', maps, size, kernel=self.g_kernel,
                                         init=self.init,
                                         use_bias=i == last or self.norms.bias_before)
                h = (self.output(h) if i == last
                     else ops.relu(self.norms.of_g(h, f'g{i}_norm', training)))
        return h

    def feature_maps(self, x, y, *, training):
        """Builds a convolution for each size, each with batch norm and leaky ReLU."""
        h, activations = concat_image(x, y, self.classes), []
        for i, maps in enumerate(self.d_maps[1:], 1):
            normed = i > 1 or self.norm_on_input
            with tf.name_scope(f'd{i}_conv'):
                h = ops.conv2d(h, f'd{i}_conv', maps, kernel=self.kernel, init=self.init,
                               use_bias=self.norms.bias_before or not normed)
                h = self.norms.of_d(h, f'd{i}_norm', training) if normed else h
                h = ops.leaky_relu(h, self.slope)
            activations.append(h)
        return activations

    def head(self, h, logits):
        return ops.linear(h, f'd{len(self.d_maps)}_linear', logits, init=self.init)


class DCGAN(Chain):
    """tanh output; batch norm with gamma, beta and averages.

    D's input layer and G's output layer have no batch norm. A layer before a batch norm has no
    bias, because the norm would subtract it again. So beta is the only offset there.
    """


class Main1(DCGAN):
    """The network of the original `main1.py`, kept so that its behaviour can be studied.

    Sigmoid output; batch norm without gamma, beta or averages, also on D's input layer.
    """

    family = FAMILIES['main1']
    value_range = ValueRange(0.0, 1.0)
    norms = Norms(batch_norm=functools.partial(ops.batch_norm, scale=False, offset=False))
    output = staticmethod(ops.sigmoid)
    norm_on_input = True
