"""Lists the families of networks. The layers of a family are in networks/."""

from typing import NamedTuple


class Family(NamedTuple):
    """Describes one family of networks: a row of FAMILIES, or the `family` of a class."""

    help: str = ''
    layers: tuple[int, int] | None = None     # of (G, D); None = any number from 2 on
    strides: tuple[int, int] | None = None    # layers of (G, D) that double or halve the size;
    #                                           None = all but one
    d_norm: str = 'batch'                     # the norm of D if the run does not ask for another
    averages: bool = True                     # True = batch norm keeps moving averages
    first_side: float = 0.0                   # least side of G's first maps: for smaller pictures
    #                                           a preset has fewer layers; 0 = always the same


FAMILIES = {
    'dcgan':       Family('DCGAN, 1511.06434, for any size'),
    'main1':       Family('the original main1.py', averages=False),
    'keras_mnist': Family('the DCGAN of a Keras tutorial', layers=(4, 4),
                          strides=(2, 3)),            # the second layer of G keeps the size
    'upsample':    Family('upsampling and pooling, with tanh', layers=(3, 3), d_norm='none'),
    'folder':      Family('a DCGAN for coloured pictures'),
    'infogan_mnist': Family('InfoGAN, 1606.03657', layers=(3, 3), strides=(2, 2)),
    'acgan':       Family('AC-GAN, 1610.09585', layers=(4, 7), strides=(3, 3)),
    'bigan_mnist': Family('BiGAN, 1605.09782: linear layers, of any number', strides=(0, 0)),
    'ali':         Family('ALI, 1606.00704, for CIFAR-10', layers=(7, 6), strides=(0, 0),
                          d_norm='none'),
    'ali64':       Family('ALI for CelebA', layers=(6, 6), strides=(0, 0)),
    'vae_gan':     Family('VAE/GAN, 1512.09300', layers=(5, 5), strides=(3, 3)),
    'aae':         Family('fully connected layers, 1511.05644', strides=(0, 0), d_norm='none'),
    'aae_clusters': Family('the same, with a norm on the last layer of E', strides=(0, 0)),
    'age32':       Family('AGE, 1704.02304, for 32x32', layers=(5, 4), strides=(3, 3)),
    'age64':       Family('AGE, 1704.02304, for 64x64'),
    'skip':        Family('for coloured pictures: G adds pictures of all sizes', d_norm='none',
                          first_side=2.5),
}
