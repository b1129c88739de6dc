"""The convolution of an image of few channels, with a fast gradient with respect to the image.

That gradient, which G learns from, is a transposed convolution from many maps to few channels.
TensorFlow's takes several times what the arithmetic needs. A pixel (2m + p, 2n + q) of the image
meets every second weight of the 5x5 alone: 3x3 of them for each of the four parities (p, q). So one
convolution of stride 1 with these four sets of weights gives the four pixels as four times the
channels, and `depth_to_space` puts them in their places (Shi et al. 2016, arXiv 1609.07009,
section 3). Gradients of the second order, of penalties, are the usual ops again.

A gradient within a `tf.cond` is a graph of its own, and the next one, again, looks no further back
than one: what a gradient remembers has to be a tensor of the graph it was made in.
"""

import tensorflow as tf

KERNEL, STRIDE = 5, 2
MOST = 4                       # channels up to which it is faster


def suits(w, stride):
    """Is this a layer for it?   w [k, k, C, maps]"""
    return stride == STRIDE and w.shape[:2] == [KERNEL, KERNEL] and w.shape[2] <= MOST


def image_conv2d(x, w, strides=STRIDE, padding='SAME'):
    """`tf.nn.conv2d`.   [N, H, W, C], [5, 5, C, maps] -> [N, ceil(H/2), ceil(W/2), maps]"""
    @tf.custom_gradient
    def forward(x, w):
        x, w = tf.identity(x), tf.identity(w)

        def backward(dy):
            return transposed(dy, w, x.shape[1:3].as_list()), _of_weights(x, w, dy)
        return tf.nn.conv2d(x, w, strides, padding), backward
    return forward(x, tf.convert_to_tensor(w))


def transposed(x, w, size):
    """`tf.nn.conv2d_transpose` to `size`.   [N, H, W, maps], [5, 5, C, maps] -> [N, *size, C]"""
    @tf.custom_gradient
    def forward(x, w):
        x, w = tf.identity(x), tf.identity(w)

        def backward(dy):
            return tf.nn.conv2d(dy, w, STRIDE, 'SAME'), _of_weights(dy, w, x)
        four = tf.nn.conv2d(x, parities(w, size), 1, 'SAME')                  # [N, H, W, 4 C]
        y = tf.nn.depth_to_space(four, STRIDE)
        return y if y.shape[1:3] == size else y[:, :size[0], :size[1]], backward
    return forward(x, w)


def parities(w, size):
    """The four sets of weights.   [5, 5, C, maps] -> [3, 3, maps, 4 C]

    Along one axis, pixel 2m + p takes map m + t with weight p + before - 2t, where `before` is the
    padding in front, 1 for an even size and 2 for an odd one.
    """
    channels, maps = w.shape[2:]
    padding = [[0, 1] if n % 2 else [1, 0] for n in size]                     # to 6x6
    w = tf.reshape(tf.pad(w, [*padding, [0, 0], [0, 0]]), [3, 2, 3, 2, channels, maps])
    w = tf.transpose(w[::-1, :, ::-1], [0, 2, 5, 1, 3, 4])            # [3, 3, maps, 2, 2, C]
    return tf.reshape(w, [3, 3, maps, 4 * channels])


def _of_weights(image, w, maps):
    return tf.raw_ops.Conv2DBackpropFilter(
        input=image, filter_sizes=w.shape.as_list(), out_backprop=maps,
        strides=[1, STRIDE, STRIDE, 1], padding='SAME')
