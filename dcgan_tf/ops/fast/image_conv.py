"""The convolution of an image of few channels, with a fast gradient with respect to the image.

G learns from this gradient. It is a transposed convolution from many maps to few channels, and
TensorFlow's op takes several times as long as the arithmetic needs. A pixel (2m + p, 2n + q) of the
image meets only every second weight of the 5x5: 3x3 of them for each of the four parities (p, q).
So one convolution of stride 1 with these four sets of weights gives the four pixels as four times
the channels, and `depth_to_space` moves them to their positions (Shi et al. 2016, arXiv 1609.07009,
section 3). Gradients of the second order, which penalties need, use the usual ops.
"""

import tensorflow as tf

from dcgan_tf.ops.fast.own_gradients import replaced_gradient, with_gradient

KERNEL, STRIDE = 5, 2
MAX_CHANNELS = 4               # it is faster up to this number of channels


def suits(w, stride):
    """Returns whether a layer can use this convolution.   w [k, k, C, maps]"""
    return stride == STRIDE and w.shape[:2] == [KERNEL, KERNEL] and w.shape[2] <= MAX_CHANNELS


def image_conv2d(x, w, strides=STRIDE, padding='SAME'):
    """Computes `tf.nn.conv2d`: [N, H, W, C], [5, 5, C, maps] -> [N, ceil(H/2), ceil(W/2), maps]."""
    with replaced_gradient('Conv2D', _image_conv2d_gradient):
        return tf.nn.conv2d(x, w, strides, padding)


def transposed(x, w, size, four_w=None):
    """Computes `tf.nn.conv2d_transpose` to `size`.   four_w: `parities` of w and size, if at hand

    [N, H, W, maps], [5, 5, C, maps] -> [N, *size, C]
    """
    four_w = parities(w, size) if four_w is None else four_w
    four = tf.nn.conv2d(x, four_w, 1, 'SAME')                                 # [N, H, W, 4 C]
    y = tf.nn.depth_to_space(four, STRIDE)
    y = y if y.shape[1:3] == size else y[:, :size[0], :size[1]]
    y, = with_gradient(_transposed_gradient, [y], [x, w])
    return y


def _image_conv2d_gradient(op, dy):
    x, w = op.inputs
    size = x.shape[1:3].as_list()
    return [transposed(dy, w, size, _parities_of(op, w, size)), _weights_gradient(x, w, dy)]


def _parities_of(op, w, size):
    """Returns the four sets of weights of a layer. They are made once, in the box of the layer."""
    name = f'parities of {op.name}'
    if not op.graph.get_collection(name):
        with tf.name_scope(f'{op.name.rpartition("/")[0]}/parities/'.lstrip('/')):
            op.graph.add_to_collection(name, parities(w, size))
    four, = op.graph.get_collection(name)
    return four


def _transposed_gradient(dy, inputs, _):
    x, w = inputs
    return [tf.nn.conv2d(*dy, w, STRIDE, 'SAME'), _weights_gradient(*dy, w, x)]


def parities(w, size):
    """Returns the four sets of weights.   [5, 5, C, maps] -> [3, 3, maps, 4 C]

    Along one axis, pixel 2m + p takes map m + t with weight p + before - 2t. Here `before` is the
    padding in front: 1 for an even size and 2 for an odd one.
    """
    channels, maps = w.shape[2:]
    padding = [[0, 1] if n % 2 else [1, 0] for n in size]                     # to 6x6
    w = tf.reshape(tf.pad(w, [*padding, [0, 0], [0, 0]]), [3, 2, 3, 2, channels, maps])
    w = tf.transpose(w[::-1, :, ::-1], [0, 2, 5, 1, 3, 4])            # [3, 3, maps, 2, 2, C]
    return tf.reshape(w, [3, 3, maps, 4 * channels])


def _weights_gradient(image, w, maps):
    return tf.raw_ops.Conv2DBackpropFilter(
        input=image, filter_sizes=w.shape.as_list(), out_backprop=maps,
        strides=[1, STRIDE, STRIDE, 1], padding='SAME')
