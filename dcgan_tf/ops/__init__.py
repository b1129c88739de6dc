"""The layers. Each opens its scope, gets its variables, computes and returns, in about ten lines.

Images are [N, H, W, C], the padding is SAME if none is named. The first argument is the input, the
second the scope; the others are keywords. Faster variants of some ops are in ops/fast.
"""

from dcgan_tf.ops.activations import (
    activations,
    dropout,
    leaky_relu,
    maxout,
    relu,
    sigmoid,
    tanh,
)
from dcgan_tf.ops.augment import AUGMENTS, diff_augment, random_flip
from dcgan_tf.ops.batch_norm import (
    batch_moments,
    batch_norm,
    measured_moments,
    update_moving_averages,
)
from dcgan_tf.ops.batch_shard import (
    BatchShard,
    all_reduce_mean,
    all_workers,
    batch_shard,
    current_shard,
    global_batch_mean,
    global_moments,
)
from dcgan_tf.ops.conv import conv2d, conv2d_transpose, doubling_conv2d, shrunk
from dcgan_tf.ops.fast.mixed_precision import precision_scope
from dcgan_tf.ops.gradients import gradients
from dcgan_tf.ops.linear import flatten, linear, linear_maps
from dcgan_tf.ops.noise import batch_number, noise, on_sphere, set_batch_number
from dcgan_tf.ops.norms import NORMS
from dcgan_tf.ops.packing import packed
from dcgan_tf.ops.resize import enlarge, max_pool, max_pool_grid, upsample
from dcgan_tf.ops.scopes import box, boxes_in, layer, network
from dcgan_tf.ops.spectral_norm import SpectralNorm
from dcgan_tf.ops.variables import (
    NORMAL_002,
    bias,
    glorot_uniform,
    he_normal,
    normal,
    read,
    truncated_normal,
    weight,
    weights_from,
    zeros,
)

__all__ = [
    'AUGMENTS', 'NORMAL_002', 'NORMS', 'BatchShard', 'SpectralNorm', 'activations',
    'all_reduce_mean', 'all_workers', 'batch_moments', 'batch_norm', 'batch_number',
    'batch_shard', 'bias', 'box', 'boxes_in', 'conv2d', 'conv2d_transpose', 'current_shard',
    'diff_augment', 'doubling_conv2d', 'dropout', 'enlarge', 'flatten', 'global_batch_mean',
    'global_moments', 'glorot_uniform', 'gradients', 'he_normal', 'layer', 'leaky_relu',
    'linear', 'linear_maps', 'max_pool', 'max_pool_grid', 'maxout', 'measured_moments', 'network',
    'noise', 'normal',
    'on_sphere', 'packed', 'precision_scope', 'random_flip', 'read', 'relu', 'set_batch_number',
    'shrunk', 'sigmoid',
    'tanh', 'truncated_normal', 'update_moving_averages', 'upsample', 'weight', 'weights_from',
    'zeros',
]
