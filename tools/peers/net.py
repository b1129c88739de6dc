"""Describes the networks of a preset of the DCGAN family in numbers, for other libraries."""

from typing import NamedTuple

import numpy as np

from dcgan_tf import networks
from dcgan_tf.config import Config
from dcgan_tf.errors import UsageError
from dcgan_tf.losses import objectives
from dcgan_tf.networks.architecture import halvings
from dcgan_tf.networks.dcgan import DCGAN

KERNEL, STRIDE, SIGMA, EPSILON = 5, 2, 0.02, 1e-5
MOMENTUM = 0.9                 # of the moving averages of batch norm


class Net(NamedTuple):
    """Holds what a peer needs to build the networks.

    sizes: (height, width) of the layers, from the smallest to the image.
    """

    sizes: tuple
    z_dim: int
    g_maps: tuple              # the last: channels of the image
    d_maps: tuple              # after each convolution
    channels: int
    slope: float               # of D's leaky ReLU
    sigmoid: bool              # G ends with a sigmoid, else with tanh
    affine: bool               # batch norm has gamma, beta and moving averages
    bias_before_norm: bool
    norm_on_latent: bool
    norm_on_input: bool
    logits: int                # 1: logistic loss, 2: softmax over (fake, real)

    def scaled(self, pixels):
        """Returns uint8 pixels as float32 in the range of G's output."""
        x = np.float32(pixels) / 255
        return x if self.sigmoid else 2 * x - 1


def of(config: Config) -> Net:
    """Returns the Net of a Config. UsageError for a family or an objective that no peer has."""
    family = networks.build(config)
    if not isinstance(family, DCGAN) or config.objective not in ('non_saturating', 'softmax'):
        raise UsageError(f'preset {config.preset}: the peers have only the DCGAN family with '
                         'the objectives non_saturating and softmax')
    return Net(
        sizes=tuple(reversed(halvings(family.size, len(config.generator_maps) - 1))),
        z_dim=config.z_dim, g_maps=config.generator_maps, d_maps=config.discriminator_maps[1:],
        channels=config.n_channels, slope=family.slope, sigmoid=family.value_range == (0.0, 1.0),
        affine=family.norms.averages, bias_before_norm=family.norms.bias_before,
        norm_on_latent=family.norm_on_latent, norm_on_input=family.norm_on_input,
        logits=objectives.get(config.objective).logits)
