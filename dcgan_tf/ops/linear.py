"""The fully connected layer, and a layer that turns a latent into feature maps."""

import math

import tensorflow as tf

from dcgan_tf.ops.fast.mixed_precision import rounded
from dcgan_tf.ops.scopes import layer
from dcgan_tf.ops.variables import NORMAL_002, bias, read, weight


def flatten(x):
    """Reshapes [N, H, W, C] -> [N, H W C]. A tensor [N, K] stays as it is."""
    return tf.reshape(x, [-1, math.prod(x.shape[1:])]) if x.shape.rank > 2 else x


def linear(x, scope, units, *, init=NORMAL_002, use_bias=True):
    """x W + b.   [N, K] or [N, H, W, C], whose K = H W C numbers are in a row -> [N, units]"""
    with layer(scope):
        x = flatten(x)
        w = read(weight([x.shape[-1], units], init))
        y = rounded(tf.matmul, x, w)
        return tf.nn.bias_add(y, bias(units)) if use_bias else y


def linear_maps(z, scope, maps, size, *, init=NORMAL_002, use_bias=True):
    """`linear` to height x width x maps numbers, reshaped.   [N, Z] -> [N, *size, maps]

    There is one bias for each map.
    """
    height, width = size
    with layer(scope):
        w = read(weight([z.shape[-1], height * width * maps], init))
        y = tf.reshape(rounded(tf.matmul, z, w), [-1, height, width, maps])
        return tf.nn.bias_add(y, bias(maps)) if use_bias else y
