"""The networks of Odena et al. 2017, arXiv 1610.09585, appendix A, for CIFAR-10: with dropout in D.

The paper does not say how G's first layer of 384 numbers becomes 4x4 maps. Here it has 4x4x384.
"""

import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.config import FAMILIES
from dcgan_tf.networks.conditioning import concat_image
from dcgan_tf.networks.dcgan import Chain
from dcgan_tf.networks.dropout import dropout

DROPOUT = 0.5
STRIDES = (2, 1, 2, 1, 2, 1)          # of D's convolutions


class ACGAN(Chain):
    """5x5 kernels in G and 3x3 in D, tanh output, leaky ReLU 0.2 and dropout after all layers of D.

    No batch norm after G's linear layer and D's first convolution.
    """

    family = FAMILIES['acgan']
    norm_on_latent = False

    def __init__(self, config):
        super().__init__(config)
        self.seed = config.seed

    def feature_maps(self, x, y, *, training):
        """Builds six convolutions, every second of which keeps the size."""
        h, activations = concat_image(x, y, self.classes), []
        for i, (maps, stride) in enumerate(zip(self.d_maps[1:], STRIDES, strict=True), 1):
            with tf.name_scope(f'd{i}_conv'):
                h = ops.conv2d(h, f'd{i}_conv', maps, kernel=3, stride=stride,
                               use_bias=i == 1 or self.norms.bias_before)
                h = self.norms.of_d(h, f'd{i}_norm', training) if i > 1 else h
                h = dropout(ops.leaky_relu(h), DROPOUT, self.seed, training)
            activations.append(h)
        return activations
