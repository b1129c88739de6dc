"""The GAN for a folder of pictures of any size: Glorot's weights, batch norm on all of D.

    L feature maps, from the image inwards m1 ... mL; s = ceil(size / 2^L)
    G: latent -> s x s x mL -> transposed convolutions of stride 2 to m(L-1) ... m1 and the image
    D: image -> convolutions of stride 2 to m1 ... mL -> flatten -> linear
"""

import functools

from dcgan_tf import ops
from dcgan_tf.architectures.base import Architecture, flatten, halvings

conv2d = functools.partial(ops.conv2d, init=ops.glorot_uniform, use_bias=False)
conv2d_transpose = functools.partial(ops.conv2d_transpose, init=ops.glorot_uniform, use_bias=False)
leaky_relu = functools.partial(ops.leaky_relu, alpha=0.1)


class Folder(Architecture):
    """5x5 kernels, tanh output, leaky ReLU 0.1 in D. Beta is the only offset before a batch norm.

    The design that this follows has one more transposed convolution, mL to mL at the smallest
    size. It is left out: with it all samples soon became the same picture (docs/collapse.md).
    """

    bias_before_norm = False

    def generator(self, z, y, *, training):
        """Linear and ReLU, then a transposed convolution, batch norm and ReLU a size."""
        whole, *sizes, start = halvings(self.size, len(self.g_maps) - 1)
        first, *hidden, channels = self.g_maps
        z = self.labelled_latent(z, y)
        h = ops.relu(ops.linear_maps(z, 'g0_linear', first, start,
                                     init=ops.glorot_uniform))
        for i, (size, maps) in enumerate(zip(reversed(sizes), hidden, strict=True), 1):
            h = conv2d_transpose(h, f'g{i}_deconv', maps, size)
            h = ops.relu(self.norm_g(h, f'g{i}_norm', training))
        last = f'g{len(hidden) + 1}_deconv'
        return ops.tanh(conv2d_transpose(h, last, channels, whole, use_bias=True))

    def discriminator(self, x, y, *, training, logits):
        """A convolution, batch norm and leaky ReLU a map, then linear."""
        h = self.labelled_image(x, y)
        for i, maps in enumerate(self.d_maps[1:], 1):
            h = conv2d(h, f'd{i}_conv', maps)
            h = leaky_relu(self.norm_d(h, f'd{i}_norm', training))
        return ops.linear(flatten(h), f'd{len(self.d_maps)}_linear', logits,
                          init=ops.glorot_uniform)
