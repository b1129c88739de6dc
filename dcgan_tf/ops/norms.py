"""The norms other than batch norm, and the table of all norms."""

import tensorflow as tf

from dcgan_tf.ops.batch_norm import batch_norm
from dcgan_tf.ops.moments import moments
from dcgan_tf.ops.scopes import layer
from dcgan_tf.ops.variables import constant, read


def instance_norm(x, scope, *, offset=True):
    """Gives each map of each image mean 0 and variance 1, then applies gamma and beta, one a map.

    Ulyanov et al. 2016, arXiv 1607.08022.   [N, H, W, C] -> [N, H, W, C]
    Of [N, C], where each map is a single number, only beta is left: `no_norm`.
    """
    if x.shape.rank == 2:
        return no_norm(x, scope, offset=offset)
    return _standard(x, scope, [1, 2], offset)


def layer_norm(x, scope, *, offset=True):
    """Gives all maps of each image mean 0 and variance 1, then applies gamma and beta, one a map.

    Ba et al. 2016, arXiv 1607.06450.   [N, H, W, C] or [N, C] -> the same shape
    """
    return _standard(x, scope, list(range(1, x.shape.rank)), offset)


def no_norm(x, scope, *, offset=True):
    """x + beta. The layer before it has no bias, because it expects a norm with an offset."""
    if not offset:
        return x
    with layer(scope):
        return tf.nn.bias_add(x, read(constant([x.shape[-1]], 0.0, 'beta')))


def _standard(x, scope, axes, offset):
    with layer(scope):
        mean, variance = moments(x, axes, keepdims=True)
        gamma = read(constant([x.shape[-1]], 1.0, 'gamma'))
        beta = read(constant([x.shape[-1]], 0.0, 'beta')) if offset else None
        return tf.nn.batch_normalization(x, mean, variance, beta, gamma, 1e-5)


NORMS = {
    'batch':    batch_norm,
    'instance': instance_norm,
    'layer':    layer_norm,
    'none':     no_norm,
    'spectral': no_norm,        # SpectralNorm normalises the weights, not the feature maps
}
