"""The GAN for a folder of pictures of any size: Glorot's weights, batch norm on all of D.

    L feature maps, from the image inwards m1 ... mL; s = ceil(size / 2^L)
    G: latent -> s x s x mL, then a transposed convolution to each of mL ... m1 and one to the image
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

    The first transposed convolution of G has stride 1: the linear layer makes the smallest size
    already, so that L sizes are left for L + 1 of them.
    """

    def generator(self, z, y, *, training):
        """Linear and ReLU, then a transposed convolution, batch norm and ReLU a map."""
        *hidden, channels = self.g_maps
        whole, *sizes = halvings(self.size, len(hidden))
        z = self.labelled_latent(z, y)
        h = ops.relu(ops.linear_maps(z, 'g0_linear', hidden[0], sizes[-1],
                                     init=ops.glorot_uniform))
        for i, (size, maps) in enumerate(zip(reversed(sizes), hidden, strict=True), 1):
            h = conv2d_transpose(h, f'g{i}_deconv', maps, size, stride=1 if i == 1 else 2)
            h = ops.relu(self._norm(h, f'g{i}_norm', training))
        last = f'g{len(hidden) + 1}_deconv'
        return ops.tanh(conv2d_transpose(h, last, channels, whole, use_bias=True))

    def discriminator(self, x, y, *, training, logits):
        """A convolution, batch norm and leaky ReLU a map, then linear."""
        h = self.labelled_image(x, y)
        for i, maps in enumerate(self.d_maps[1:], 1):
            h = conv2d(h, f'd{i}_conv', maps)
            h = leaky_relu(self._norm(h, f'd{i}_norm', training))
        return ops.linear(flatten(h), f'd{len(self.d_maps)}_linear', logits,
                          init=ops.glorot_uniform)

    def _norm(self, h, scope, training):
        return ops.batch_norm(h, scope, training=training, momentum=0.9)
