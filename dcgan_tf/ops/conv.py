"""Convolution and its transpose ("deconvolution": Dumoulin and Visin, arXiv 1603.07285, ch. 4).

The faster variants are in ops/fast: image_conv.py for images of few channels, mixed_precision.py
for 16-bit numbers.
"""

import tensorflow as tf

from dcgan_tf.ops.fast.image_conv import image_conv2d, suits
from dcgan_tf.ops.fast.mixed_precision import rounded
from dcgan_tf.ops.scopes import layer
from dcgan_tf.ops.variables import NORMAL_002, bias, read, weight


def conv2d(x, scope, maps, *, kernel=5, stride=2, init=NORMAL_002, use_bias=True, padding='SAME'):
    """Convolution and bias.

    [N, H, W, C] -> [N, ceil(H/stride), ceil(W/stride), maps]; see `shrunk` for other paddings.
    """
    with layer(scope):
        w = read(weight([kernel, kernel, x.shape[-1], maps], init))              # [k, k, in, out]
        fast = padding == 'SAME' and suits(w, stride)
        conv = image_conv2d if fast else tf.nn.conv2d                            # equal values
        y = rounded(conv, x, w, strides=stride, padding=padding)                 # [N, H', W', maps]
        return tf.nn.bias_add(y, bias(maps)) if use_bias else y


def conv2d_transpose(x, scope, maps, size, *, kernel=5, stride=2,
                     init=NORMAL_002, use_bias=True, padding='SAME'):
    """Transposed convolution and bias: the gradient of the `conv2d` that takes `size` to [H, W].

    [N, H, W, C] -> [N, *size, maps]. `stride` alone does not determine the output: with stride 2,
    13x13 and 14x14 both shrink to 7x7. So `size` is needed. N may be unknown. ValueError if no
    convolution of this stride fits.
    """
    height, width = size
    if shrunk(size, kernel, stride, padding) != tuple(x.shape[1:3]):
        raise ValueError(f'{scope}: no convolution of stride {stride} takes {height}x{width} to '
                         f'the input\'s {x.shape[1]}x{x.shape[2]}')
    with layer(scope):
        w = read(weight([kernel, kernel, maps, x.shape[-1]], init))              # [k, k, out, in]
        y = _transposed(x, w, size, stride, padding)
        return tf.nn.bias_add(y, bias(maps)) if use_bias else y


def shrunk(size, kernel, stride, padding):
    """Returns the size that a convolution makes of a size.

    SAME adds zeros around the image, so that each stride-th pixel is the centre of a patch. VALID
    adds none: each patch of kernel x kernel pixels lies in the image.
    """
    if padding == 'VALID':
        return tuple((n - kernel) // stride + 1 for n in size)
    return tuple(-(-n // stride) for n in size)


def doubling_conv2d(x, scope, maps, size, *, init=NORMAL_002, use_bias=True):
    """Doubles the sides by nearest neighbours, then a 3x3 convolution and bias, cut to `size`.

    [N, H, W, C] -> [N, *size, maps], size = (2 H or 2 H - 1, 2 W or 2 W - 1)
    It is computed as a transposed convolution, whose weights are sums: of the nine pixels under the
    kernel, several are copies of one. That takes 16 products in place of 36, and half of the time.
    """
    with layer(scope):
        w = read(weight([3, 3, x.shape[-1], maps], init))                        # [3, 3, in, out]
        w = _of_copies(_of_copies(w, 0, 'rows'), 1, 'columns')                   # [4, 4, in, out]
        w = tf.transpose(w, [0, 1, 3, 2])
        y = _transposed(x, w, size, 2)
        return tf.nn.bias_add(y, bias(maps)) if use_bias else y


def _transposed(x, w, size, stride, padding='SAME'):
    """Applies w [k, k, out, in] as a transposed convolution.   [N, H, W, in] -> [N, *size, out]"""
    shape = [x.shape[0] or tf.shape(x)[0], *size, w.shape[2]]
    y = rounded(tf.nn.conv2d_transpose, x, w, shape, strides=stride, padding=padding)
    y.set_shape([x.shape[0], *size, w.shape[2]])
    return y


def _of_copies(w, axis, name):
    """Returns the weights with which a pixel enters the four rows around its two copies."""
    with tf.name_scope(name):
        first, middle, last = tf.split(w, 3, axis)
        return tf.concat([last, middle + last, first + middle, first], axis)
