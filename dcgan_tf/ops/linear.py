"""The fully connected layer, and a layer that turns a latent into feature maps."""

import tensorflow as tf

from dcgan_tf.ops.fast.mixed_precision import rounded
from dcgan_tf.ops.variables import NORMAL_002, bias, weight

v1 = tf.compat.v1


def linear(x, scope, units, *, init=NORMAL_002, use_bias=True):
    """x W + b.   [N, K] -> [N, units]"""
    with v1.variable_scope(scope):
        w = weight([x.shape[-1], units], init)
        y = rounded(tf.matmul, x, w)
        return tf.nn.bias_add(y, bias(units)) if use_bias else y


def linear_maps(z, scope, maps, size, *, init=NORMAL_002, use_bias=True):
    """`linear` to height x width x maps numbers, reshaped.   [N, Z] -> [N, *size, maps]

    There is one bias for each map.
    """
    height, width = size
    with v1.variable_scope(scope):
        w = weight([z.shape[-1], height * width * maps], init)
        y = tf.reshape(rounded(tf.matmul, z, w), [-1, height, width, maps])
        return tf.nn.bias_add(y, bias(maps)) if use_bias else y
