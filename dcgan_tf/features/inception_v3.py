"""Inception v3 with the weights that Keras publishes, in plain ops (arXiv 1512.00567).

BLOCKS describes the network. The branches of a block have the same input, and their outputs are
concatenated. A branch is a sequence of steps:

    64:1x7        convolution of height 1 and width 7 to 64 maps, batch norm, ReLU; stride 1, SAME
    64:3x3v       convolution with VALID padding
    64:3x3/2      convolution with stride 2 and VALID padding
    64:1x3|64:3x1 two convolutions of the same input, concatenated
    avg, max      of 3x3 windows: the average, stride 1, SAME; the maximum, stride 2, VALID
"""

import io
import re

import h5py
import numpy as np
import tensorflow as tf

SIDE = 299
WIDTH, CLASSES = 2048, 1000
EPSILON = 1e-3            # of batch norm, which has no gamma here
MAX_BYTES = 1 << 24       # of one array; the largest published one has 8 MB


def _narrow(maps):
    return '64:1x1', '48:1x1 64:5x5', '64:1x1 96:3x3 96:3x3', f'avg {maps}:1x1'


def _long(m):
    return ('192:1x1', f'{m}:1x1 {m}:1x7 192:7x1',
            f'{m}:1x1 {m}:7x1 {m}:1x7 {m}:7x1 192:1x7', 'avg 192:1x1')


WIDE = ('320:1x1', '384:1x1 384:1x3|384:3x1', '448:1x1 384:3x3 384:1x3|384:3x1', 'avg 192:1x1')
BLOCKS = (
    ('32:3x3/2 32:3x3v 64:3x3 max 80:1x1 192:3x3v max',),            # 299 -> 35
    _narrow(32), _narrow(64), _narrow(64),
    ('384:3x3/2', '64:1x1 96:3x3 96:3x3/2', 'max'),                  # -> 17
    _long(128), _long(160), _long(160), _long(192),
    ('192:1x1 320:3x3/2', '192:1x1 192:1x7 192:7x1 192:3x3/2', 'max'),               # -> 8
    WIDE, WIDE,
)
POOLS = {
    'avg': lambda x: tf.nn.avg_pool2d(x, 3, 1, 'SAME'),
    'max': lambda x: tf.nn.max_pool2d(x, 3, 2, 'VALID'),
}


def network(content, images):
    """Adds the network and returns [features [N, 2048]], with classes also probabilities [N, 1000].

    content: the bytes of the file. images: RGB, float32 [N, H, W, 3] in [0, 255].
    Raises OSError for bytes that are no complete HDF5 file, ValueError for the weights of another
    network.
    """
    convolutions, top = read(content)
    weights = iter(convolutions)
    x = preprocessed(images)
    for block in BLOCKS:
        x = tf.concat([_branch(x, branch, weights) for branch in block], axis=-1)
    features = tf.reduce_mean(x, axis=[1, 2])
    return [features, *(tf.nn.softmax(features @ w + b) for w, b in top)]


def preprocessed(images):
    """Resizes images (bilinear, half-pixel centres) and scales them.

    [N, H, W, 3] in [0, 255] -> [N, 299, 299, 3] in [-1, 1]
    """
    return tf.image.resize(images, [SIDE, SIDE]) / 127.5 - 1.0


def read(content):
    """Returns [(kernel, bias)] of the convolutions, and [(weights, bias)] of the classes.

    The convolutions are in the order of BLOCKS and include batch norm. The second list is empty for
    a file without classes ("notop"). Raises ValueError for the weights of another network.
    """
    try:
        with h5py.File(io.BytesIO(content)) as file:
            layers = [[_array(file[layer], name) for name in file[layer].attrs['weight_names']]
                      for layer in file.attrs['layer_names']]
    except (KeyError, RuntimeError, TypeError) as error:
        raise ValueError(f'not in the layout of Keras: {error}') from error
    kernels, top, norms = ([layer for layer in layers if len(layer) == n] for n in (1, 2, 3))
    order = file_order()
    found = len(kernels), len(norms), len(top)
    if found not in ((len(order), len(order), n) for n in (0, 1)):
        raise ValueError('{} convolutions, {} batch norms, {} dense layers, '.format(*found)
                         + f'expected {len(order)}, {len(order)}, 0 or 1')
    if top and [w.shape for w in top[0]] != [(WIDTH, CLASSES), (CLASSES,)]:
        raise ValueError(f'a dense layer of shape {top[0][0].shape}')
    folded = [_folded(*kernel, *norm) for kernel, norm in zip(kernels, norms, strict=True)]
    return [folded[order.index(i)] for i in range(len(order))], top


def _array(layer, name):
    """Returns one array. HDF5 can name other files to take it from: then ValueError."""
    data = layer[name]
    if data.file != layer.file or data.external or data.is_virtual or data.nbytes > MAX_BYTES:
        raise ValueError(f'{data.name} takes its values from another file, or has more than '
                         f'{MAX_BYTES:,} bytes')
    return np.asarray(data, np.float32)


def file_order():
    """Returns the indices in BLOCKS of the file's convolutions, in the order of the file.

    Keras writes layers in the order of their distance to the output, farthest first, then by
    branch: so block by block, and in a block by the distance to its end.
    """
    keys = [(number, -_layers(steps[place:]))
            for number, block in enumerate(BLOCKS) for steps in map(str.split, block)
            for place, step in enumerate(steps) if step not in POOLS for _ in step.split('|')]
    return sorted(range(len(keys)), key=keys.__getitem__)


def _layers(steps):
    """Returns the number of Keras layers in these steps.

    Convolution, norm and ReLU are 3 layers; concatenating two is 1 more.
    """
    return sum(1 if step in POOLS else 3 + ('|' in step) for step in steps)


def _folded(kernel, beta, mean, variance):
    """Returns the kernel and the bias that are equal to the convolution with its batch norm."""
    if {beta.shape, mean.shape, variance.shape} != {kernel.shape[-1:]}:
        raise ValueError(f'a batch norm of {beta.shape} after a kernel of {kernel.shape}')
    scale = 1.0 / np.sqrt(variance + EPSILON)
    return kernel * scale, beta - mean * scale


def _branch(x, branch, weights):
    for step in branch.split():
        x = (POOLS[step](x) if step in POOLS else
             tf.concat([_convolution(x, one, weights) for one in step.split('|')], axis=-1))
    return x


def _convolution(x, step, weights):
    """Applies one convolution of a step.   [N, H, W, C] -> [N, H', W', maps]"""
    maps, height, width, end = re.fullmatch(r'(\d+):(\d)x(\d)(v|/2|)', step).groups()
    kernel, bias = next(weights)
    expected = int(height), int(width), x.shape[-1], int(maps)
    if kernel.shape != expected:
        raise ValueError(f'a kernel of shape {kernel.shape}, expected {expected}')
    y = tf.nn.conv2d(x, kernel, strides=2 if end == '/2' else 1, padding='VALID' if end else 'SAME')
    return tf.nn.relu(tf.nn.bias_add(y, bias))
