"""The networks of Dumoulin et al. 2017, arXiv 1606.00704, appendix A: for CIFAR-10 and CelebA.

    E   image -> convolutions without padding -> linear layers -> code
    G   z -> linear layer -> E's sizes backwards -> image
    D   image -> convolutions and a linear layer like E's --+-> linear layers -> logits
        z -> linear layers ---------------------------------+

Where the paper has a convolution of one pixel, or of all that are left, it is a linear layer here.
G's last layer has a bias for each pixel and colour. It starts as 0. In the authors' program it
starts as the log-odds of the mean of 500 training images.
"""

import functools
from typing import NamedTuple

import tensorflow as tf

from dcgan_tf import ops
from dcgan_tf.config import FAMILIES
from dcgan_tf.errors import UsageError
from dcgan_tf.networks.architecture import Architecture
from dcgan_tf.networks.conditioning import concat_image, concat_latent
from dcgan_tf.networks.dropout import dropout
from dcgan_tf.networks.norms import Norms
from dcgan_tf.networks.value_range import ValueRange

v1 = tf.compat.v1
INIT = ops.normal(0.01)           # not truncated: D has no norm, so its scale matters
linear, linear_maps = (functools.partial(op, init=INIT) for op in (ops.linear, ops.linear_maps))
conv2d, conv2d_transpose = (functools.partial(op, init=INIT, padding='VALID')
                            for op in (ops.conv2d, ops.conv2d_transpose))


class Sizes(NamedTuple):
    """A convolution, and the sizes of its input and output."""

    kernel: int
    stride: int
    before: tuple
    after: tuple


class ALI(Architecture):
    """For CIFAR-10: maxout and dropout in D, which has no batch norm. E and G have batch norm.

    convolutions: kernel and stride of each. A kernel is never larger than the maps that it is for,
    so images may have any size.
    of_code: units of E's last hidden layers; the layers before them have D's numbers of maps.
    All units are multiples of the last of these numbers.
    of_images: the dropout of the input of each of D's layers for images, as in the paper's table.
    The authors' program drops the inputs of the first one and of some others.
    of_latents, of_pairs: units, and dropout of the input, of D's other layers.
    """

    family = FAMILIES['ali']
    value_range = ValueRange(0.0, 1.0)
    norms = Norms(functools.partial(ops.batch_norm, momentum=0.95, epsilon=1e-4), bias_before=False)
    slope = 0.1                    # of the leaky ReLU, for x < 0
    convolutions = ((5, 1), (4, 2), (4, 1), (4, 2))
    of_code = (1,)
    of_images = (0.2, 0.5, 0.5, 0.5, 0.5)
    of_latents = ((1, 0.2), (1, 0.5))
    of_pairs = ((2, 0.5), (2, 0.5))

    def __init__(self, config):
        super().__init__(config)
        self.seed, self.sizes = config.seed, sizes(self.size, self.convolutions)
        self.check()

    def check(self):
        """UsageError for numbers of maps that D cannot have."""
        if any(maps % 2 for maps in self.d_maps[1:]):
            raise UsageError(f'discriminator_maps = {self.d_maps}: maxout takes maps in pairs: '
                             'expected even numbers (--maps)')

    def d_activation(self, h):
        return ops.maxout(h)

    def generator(self, z, y, *, training):
        layer = functools.partial(self._layer, training)
        first, *hidden, channels = self.g_maps
        h = layer(linear_maps, concat_latent(z, y, self.classes), 'g0_linear', first,
                  self.sizes[-1].after)
        for i, maps in enumerate(hidden, 1):
            if i <= len(self.sizes):
                kernel, stride, size, _ = self.sizes[-i]
                h = layer(conv2d_transpose, h, f'g{i}_deconv', maps, size, kernel=kernel,
                          stride=stride)
            else:
                h = layer(conv2d, h, f'g{i}_conv', maps, kernel=1, stride=1)
        last = f'g{len(hidden) + 1}_conv'
        with tf.name_scope(last):
            h = conv2d(h, last, channels, kernel=1, stride=1, use_bias=False)
            return ops.sigmoid(h + bias_of_pixels(last, h.shape[1:]))

    def encoder(self, x, y, *, training, numbers):
        layer, h = functools.partial(self._layer, training), concat_image(x, y, self.classes)
        *convolved, last = self.d_maps[1:]
        for i, (maps, each) in enumerate(zip(convolved, self.sizes, strict=True), 1):
            h = layer(conv2d, h, f'e{i}_conv', maps, kernel=each.kernel, stride=each.stride)
        for i, units in enumerate((1, *self.of_code), len(convolved) + 1):
            h = layer(linear, h, f'e{i}_linear', units * last)
        return linear(h, f'e{i + 1}_linear', numbers)

    def _layer(self, training, op, h, scope, *shape, **options):
        """Builds a hidden layer of G or E. Both have the norm of G."""
        with tf.name_scope(scope):
            h = op(h, scope, *shape, use_bias=self.norms.bias_before, **options)
            h = self.norms.of_g(h, f'{scope.partition("_")[0]}_norm', training)
            return ops.leaky_relu(h, self.slope)

    def feature_maps(self, x, y, *, training):
        """Builds D's layers for images. The last one's numbers are maps of one pixel."""
        *maps, units = self._of_images(x, y, training)
        with tf.name_scope('maps'):
            return [*maps, units[:, None, None, :]]

    def hidden(self, x, y, *, training):
        """Builds D without its layers for latents, and without its last layer."""
        return self._of_pairs(self._of_images(x, y, training)[-1], training)

    def head(self, h, logits):
        return linear(h, 'logits', logits)

    def pair_discriminator(self, x, z, *, training, logits):
        of_x = self._of_images(x, None, training)[-1]
        of_z = self._linears(z, 'z', self.of_latents, training)
        pair = tf.concat([of_x, of_z], axis=1, name='pair')
        return self.head(self._of_pairs(pair, training), logits)

    def _of_images(self, x, y, training):
        """Returns what D's layers for images return: [N, h, w, maps] each, the last [N, units]."""
        h, found = concat_image(x, y, self.classes), []
        layers = zip(self.d_maps[1:], self.of_images, [*self.sizes, None], strict=True)
        for i, (maps, rate, each) in enumerate(layers, 1):
            scope = f'd{i}_conv' if each else f'd{i}_linear'
            with tf.name_scope(scope):
                h = dropout(h, rate, self.seed, training)
                h = (conv2d(h, scope, maps, kernel=each.kernel, stride=each.stride, use_bias=False)
                     if each else linear(h, scope, maps, use_bias=False))
                h = self.d_activation(self.norms.of_d(h, f'd{i}_norm', training))
            found.append(h)
        return found

    def _of_pairs(self, h, training):
        h = self._linears(h, 'pair', self.of_pairs, training)
        with tf.name_scope('pair_dropout'):
            return dropout(h, self.of_pairs[-1][1], self.seed, training)

    def _linears(self, h, name, layers, training):
        """Builds linear layers of D, each with dropout before it. layers: of (units, dropout)."""
        for i, (units, rate) in enumerate(layers, 1):
            scope = f'{name}{i}_linear'
            with tf.name_scope(scope):
                h = dropout(h, rate, self.seed, training)
                h = self.d_activation(linear(h, scope, units * self.d_maps[-1]))
        return h


class ALI64(ALI):
    """For CelebA in 64x64: leaky ReLU everywhere, and batch norm in D's layers for images, too."""

    family = FAMILIES['ali64']
    slope = 0.02
    convolutions = ((2, 1), (7, 2), (5, 2), (7, 2))
    of_code = ()
    of_images = (0.0,) * 5
    of_latents = ((2, 0.2), (2, 0.2))
    of_pairs = ((4, 0.2), (4, 0.2))

    def check(self):
        pass

    def d_activation(self, h):
        return ops.leaky_relu(h, self.slope)


def sizes(size, convolutions):
    """Returns the Sizes of convolutions without padding, one after the other."""
    found = []
    for kernel, stride in convolutions:
        kernel = min(kernel, *size)
        found.append(Sizes(kernel, stride, size, ops.shrunk(size, kernel, stride, 'VALID')))
        size = found[-1].after
    return found


def bias_of_pixels(scope, shape):
    """Returns a bias for each number of an image, at first zero.   -> [H, W, C]"""
    with ops.layer(scope):
        return ops.read(ops.weight(shape, lambda seed: v1.zeros_initializer(), 'bias'))
