"""The GAN for a folder of pictures of any size: Glorot's weights, batch norm on all layers of D.

    L feature maps, from the image inwards m1 ... mL; s = ceil(size / 2^L)
    G: latent -> s x s x mL -> transposed convolutions of stride 2 to m(L-1) ... m1 and the image
    D: image -> convolutions of stride 2 to m1 ... mL -> flatten -> linear
"""

from dcgan_tf import ops
from dcgan_tf.config import FAMILIES
from dcgan_tf.networks.dcgan import DCGAN


class Folder(DCGAN):
    """5x5 kernels, tanh output, leaky ReLU 0.1 in D, no batch norm after G's linear layer.

    The design that this follows has one more transposed convolution, mL to mL at the smallest size.
    It is left out, because with it all samples soon became the same picture (docs/collapse.md).
    """

    family = FAMILIES['folder']
    init = staticmethod(ops.glorot_uniform)
    slope = 0.1
    norm_on_latent = False
    norm_on_input = True
