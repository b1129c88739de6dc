"""The layers: each opens its scope, gets its variables, computes and returns, in about ten lines.

[N, H, W, C] images, SAME padding. The input comes first, the scope second, the rest by keyword.
"""

from dcgan_tf.ops.activations import leaky_relu, relu, sigmoid, tanh
from dcgan_tf.ops.augment import random_flip
from dcgan_tf.ops.batch_norm import batch_norm, moments_to_follow, update_moving_averages
from dcgan_tf.ops.batch_shard import (
    Share,
    everywhere,
    mean_of_batch,
    mean_of_workers,
    own_share,
    shared_batch,
)
from dcgan_tf.ops.conv import conv2d, conv2d_transpose
from dcgan_tf.ops.diff_augment import AUGMENTS, diff_augment
from dcgan_tf.ops.dropout import dropout
from dcgan_tf.ops.fast.mixed_precision import products_of
from dcgan_tf.ops.gradients import gradients
from dcgan_tf.ops.linear import linear, linear_maps
from dcgan_tf.ops.noise import noise
from dcgan_tf.ops.norms import NORMS
from dcgan_tf.ops.packing import packed
from dcgan_tf.ops.resize import max_pool, max_pool_grid, upsample
from dcgan_tf.ops.scopes import network
from dcgan_tf.ops.spectral_norm import SpectralNorm
from dcgan_tf.ops.variables import (
    NORMAL_002,
    bias,
    glorot_uniform,
    truncated_normal,
    weight,
    weights_from,
)

__all__ = [
    'AUGMENTS', 'NORMAL_002', 'NORMS', 'Share', 'SpectralNorm', 'batch_norm',
    'bias', 'conv2d', 'conv2d_transpose', 'diff_augment', 'dropout', 'everywhere',
    'glorot_uniform', 'gradients', 'leaky_relu', 'linear', 'linear_maps', 'max_pool',
    'max_pool_grid', 'mean_of_batch', 'mean_of_workers', 'moments_to_follow', 'network', 'noise',
    'own_share', 'packed', 'products_of', 'random_flip', 'relu', 'shared_batch', 'sigmoid', 'tanh',
    'truncated_normal', 'update_moving_averages', 'upsample', 'weight', 'weights_from',
]
